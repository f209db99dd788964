"""Serving: roster → store → backends → service → API and pages, open from start to stop."""

import asyncio
import gc
import logging
import os
import secrets
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta

import uvicorn
from starlette.types import ASGIApp

from arena.backends.demo.launch import Demo, wanted
from arena.backends.health import Lookout
from arena.backends.meter import Meter
from arena.backends.pool import Pool
from arena.backends.tempo import TICKS, Tempo
from arena.backends.transport import Transport
from arena.backends.vllm import VllmBackend
from arena.composition.opening import Opened, alone, now, opened, shown
from arena.composition.parts import alarms_of, audit_of, canaries_of
from arena.composition.staff import accounts_of, elsewhere_of, evaluation_of, operating_of
from arena.errors import BadSetting
from arena.pictures.cleaning import cleaned
from arena.service.answering import Answering
from arena.service.canary_job import CanaryJob
from arena.service.canary_prompts import PROMPTS
from arena.service.citizens import Citizens
from arena.service.draining import Draining
from arena.service.fault_stream import FaultStream
from arena.service.notary import Notary
from arena.service.operators import Running
from arena.service.pictures import Pictures
from arena.service.public import Public
from arena.service.public_log import PublicLog
from arena.service.round_health import RoundHealth
from arena.service.serving_job import ServingJob
from arena.service.teams import Teams
from arena.settings import Settings

log = logging.getLogger("arena")

# Seconds. Longer than a proxy keeps its connections to us (nginx: 60): whoever hangs up first may
# do so while a request is on its way, and only the asker can tell whether to send it again.
KEEP_ALIVE = 75


def serve(chosen: Settings) -> None:
    """Serve until told to stop."""
    os.umask(0o077)  # record and secrets are for this account alone
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with ExitStack() as open_things:
        listening = open_things.enter_context(_listening(chosen))
        open_things.enter_context(alone(chosen, "stop it, or set ARENA_DATA"))
        house = open_things.enter_context(opened(chosen, serving=True))
        demo = None
        if wanted(house.round.contest.roster):
            demo = Demo(controls=chosen.demo_controls, speed=chosen.demo_speed, keep=True)
            open_things.enter_context(demo)
        site_ = _site(chosen, house, demo)
        gc.collect()
        gc.freeze()  # start-up's objects live as long as the process; going over them again costs 100 ms
        print(f"\n  Open http://{shown(chosen.host)}:{chosen.port}\n", flush=True)  # noqa: T201 - what `make run` promises
        uvicorn.Server(
            uvicorn.Config(
                site_,
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=2,
                timeout_keep_alive=KEEP_ALIVE,
            )
        ).run(sockets=[listening])


def _site(chosen: Settings, house: Opened, demo: Demo | None) -> ASGIApp:
    # Gradio takes seconds, and only serving needs it
    from arena.web import application, site  # noqa: PLC0415 - see above
    from arena.web.desk import Desk  # noqa: PLC0415 - see above

    contest, declared_roster = house.round.contest, house.round.contest.roster
    served: Callable[[str], str] = demo.endpoint if demo else str
    if demo:
        contest = replace(contest, roster=demo.resolved(contest.roster))
    citizens = Citizens(house.store, house.round, house.secrets.get("citizen.key"), now, secrets.token_bytes)
    lost = citizens.void_unanswered()
    if lost:
        log.warning("%d battles were being answered when the server stopped; they are void", lost)
    faster = chosen.demo_speed if contest.rules.rehearsal else 1.0
    tempo = Tempo(contest.roster.ids, faster, TICKS[contest.rules.speed])
    meter = Meter()
    backend = VllmBackend(os.environ, transport=Transport(every=tempo.pace.interval), meter=meter)
    faults = FaultStream(now)
    pool = Pool(backend, most=chosen.most_per_endpoint, heard=faults.hear)
    lookout = Lookout(
        backend, pool, contest.roster, _drained(chosen, house, demo), every=chosen.probe_seconds
    )
    answering = Answering(
        citizens,
        pool,
        contest,
        grace=chosen.leave_grace,
        most=chosen.most_answering,
        waiting=chosen.most_waiting,
        tempo=tempo,
    )
    public = Public(house.store, house.round, now)
    public_log = PublicLog(house.store, chosen.origin, contest.rules.witnesses, now)
    notary = Notary(house.store, house.keys, now, timedelta(seconds=chosen.checkpoint_seconds))
    notary.recheck()

    round_health = RoundHealth(house.store, contest, now)
    serving = ServingJob(house.store, contest.rules.round_id, meter, now)
    teams = Teams(house.store, contest, now, verdicts_by_answer=chosen.team_verdicts)
    canaries = CanaryJob(
        canaries_of(chosen, contest, PROMPTS),
        alarms_of(house).put,
        timedelta(hours=chosen.canary_hours),
        contest.rules.closes,
        now,
    )

    @asynccontextmanager
    async def life() -> AsyncGenerator[None, None]:
        async with backend, lookout.at_work(), notary.at_work(), canaries.at_work():
            async with round_health.at_work(), serving.at_work(), teams.at_work():
                yield
                await asyncio.to_thread(operating.rehearsals.close)
                evaluation.apart.close()

    pictures = Pictures(house.store, house.round, cleaned, now, secrets.token_bytes)
    api = application.create(
        citizens, answering, public, notary, public_log, pictures, https=chosen.https, life=life
    )
    audit = audit_of(house)
    evaluation = evaluation_of(chosen, house, audit, notary)
    evaluation.exports.resume()
    running = Running(pool, answering, notary, faults, Draining(chosen.data, declared_roster), served)
    operating = operating_of(chosen, house, running, audit)
    accounts = accounts_of(house, audit)
    elsewhere = elsewhere_of(chosen, house, accounts)
    desk = Desk(
        accounts,
        audit,
        public,
        operating,
        evaluation,
        round_health,
        teams,
        https=chosen.https,
        elsewhere=elsewhere,
    )
    return site.build(api, public, citizens, desk)


def _drained(chosen: Settings, house: Opened, demo: Demo | None) -> Callable[[], frozenset[str]]:
    draining = Draining(chosen.data, house.round.contest.roster)
    served = demo.endpoint if demo else str
    return lambda: frozenset(served(endpoint) for endpoint in draining.drained())


@contextmanager
def _listening(chosen: Settings) -> Iterator[socket.socket]:
    """Take the address before anything else, so that a second server does nothing but say so."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((chosen.host, chosen.port))
            listening.listen(2048)
        except OSError as error:
            raise BadSetting(
                f"cannot listen on {chosen.host} port {chosen.port}: {error.strerror}; set ARENA_PORT"
            ) from error
        yield listening
