"""The composition root: settings → roster → store → backends → service → API and pages.

`python app.py` serves; `arena …` (or `python app.py COMMAND`) runs the other commands.
"""

import asyncio
import fcntl
import gc
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from arena import settings
from arena.backends.demo.launch import Demo, wanted
from arena.backends.health import Lookout
from arena.backends.meter import Meter
from arena.backends.pool import Pool
from arena.backends.stamping import TimeStampAuthority
from arena.backends.tempo import TICKS, Tempo
from arena.backends.transport import Transport
from arena.backends.vllm import VllmBackend
from arena.cli import main as cli
from arena.cli.house import House
from arena.contest import declaration
from arena.contest.contest import Contest
from arena.errors import BadSetting
from arena.identity.oidc import Provider
from arena.identity.secrets import Secrets
from arena.pictures.cleaning import cleaned
from arena.service import operators
from arena.service.account_book import AccountBook
from arena.service.accounts import Accounts
from arena.service.alarms import Alarms
from arena.service.analyst import Analyst
from arena.service.answering import Answering
from arena.service.audit import Audit
from arena.service.backup_job import BackupJob
from arena.service.backups import Backups
from arena.service.canaries import Canaries
from arena.service.canary_job import CanaryJob
from arena.service.canary_prompts import PROMPTS
from arena.service.citizens import Citizens
from arena.service.concerns import Housekeeping
from arena.service.draining import Draining
from arena.service.elsewhere import Elsewhere
from arena.service.evaluation import Evaluation
from arena.service.evaluators import Evaluators
from arena.service.exporting import Exports
from arena.service.fault_stream import FaultStream
from arena.service.leading import Leading
from arena.service.lifecycle import Lifecycle
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.notices import Notices
from arena.service.operating import Operating
from arena.service.operators import Checked, Operators, Running
from arena.service.pictures import Pictures
from arena.service.public import Public
from arena.service.public_log import PublicLog, witness_keys
from arena.service.rehearsal import Rehearsal
from arena.service.rehearsal_job import RehearsalJob
from arena.service.round_health import RoundHealth
from arena.service.rounds import Round, open_round, take_up_round
from arena.service.scoring import Scoring
from arena.service.serving_job import ServingJob
from arena.service.stamping import Stamping
from arena.service.teams import Teams
from arena.settings import Settings
from arena.store import schema
from arena.store.canaries import CanaryFolder
from arena.store.given import GivenFile
from arena.store.session import Store

log = logging.getLogger("arena")

# Seconds. Longer than a proxy keeps its connections to us (nginx: 60): whoever hangs up first may
# do so while a request is on its way, and only the asker can tell whether to send it again.
KEEP_ALIVE = 75

ACCOUNTS_KEY = "accounts.key"
"""The secret that one-time codes of staff are made with."""


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """A store at the newest schema and the round that is served out of it."""

    store: Store
    round: Round
    secrets: Secrets
    keys: LogKeys


def declared(chosen: Settings) -> Contest:
    """Read the declaration.

    Raises:
        BadSetting: there is no such file, it is not text, or its witnesses cannot be.
        BadDeclaration: it has mistakes.
    """
    try:
        contest = declaration.read(chosen.models.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"cannot read {chosen.models}: {error}") from error
    witness_keys(contest.rules.witnesses)
    return contest


@contextmanager
def opened(chosen: Settings, *, serving: bool = False) -> Iterator[Opened]:
    """Open the store and take the declared round up; only serving opens a new round."""
    contest = declared(chosen)
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        kept = Secrets(chosen.data / "secrets")
        keys = LogKeys(store, kept, chosen.origin, now, secrets.token_bytes)
        if serving:
            vkey = keys.in_force(make=contest.rules.rehearsal)
            yield Opened(store, open_round(store, contest, kept, now, secrets.token_bytes, vkey), kept, keys)
        else:
            yield Opened(store, take_up_round(store, contest, kept), kept, keys)
    finally:
        store.close()


def serve(chosen: Settings) -> None:
    """Serve until told to stop."""
    os.umask(0o077)  # record and secrets are for this account alone
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with ExitStack() as open_things:
        listening = open_things.enter_context(_listening(chosen))
        open_things.enter_context(_alone(chosen, "stop it, or set ARENA_DATA"))
        house = open_things.enter_context(opened(chosen, serving=True))
        demo = None
        if wanted(house.round.contest.roster):
            demo = Demo(controls=chosen.demo_controls, speed=chosen.demo_speed, keep=True)
            open_things.enter_context(demo)
        site_ = _site(chosen, house, demo)
        gc.collect()
        gc.freeze()  # start-up's objects live as long as the process; going over them again costs 100 ms
        print(f"\n  Open http://{_shown(chosen.host)}:{chosen.port}\n", flush=True)  # noqa: T201 - what `make run` promises
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
        _canaries_of(chosen, contest, PROMPTS),
        _alarms_of(house).put,
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

    pictures = Pictures(house.store, house.round, cleaned, now, secrets.token_bytes)
    api = application.create(
        citizens, answering, public, notary, public_log, pictures, https=chosen.https, life=life
    )
    audit = _audit_of(house)
    evaluation = _evaluation_of(chosen, house, audit, notary)
    evaluation.exports.resume()
    running = Running(pool, answering, notary, faults, Draining(chosen.data, declared_roster), served)
    operating = _operating_of(chosen, house, running, audit)
    accounts = _accounts_of(house, audit)
    elsewhere = _elsewhere_of(chosen, house, accounts)
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


def _operating_of(chosen: Settings, house: Opened, running: Running, audit: Audit) -> Operating:
    roster = house.round.contest.roster
    backups = Backups(house.store, house.keys, house.secrets, chosen.data, now)
    url = f"http://{_shown(chosen.host)}:{chosen.port}"
    return Operating(
        Operators(roster, running, Housekeeping(house.store, chosen.data, now), now, audit),
        Notices(house.store, roster, now, audit),
        RehearsalJob(partial(Rehearsal, house.store, house.round), url, now, audit),
        BackupJob(backups, chosen.data / "backups", now, audit),
    )


def _audit_of(house: Opened) -> Audit:
    return Audit(house.store, house.round.contest.rules.round_id, now, secrets.token_bytes)


def _evaluation_of(chosen: Settings, house: Opened, audit: Audit, notary: Notary) -> Evaluation:
    contest, of_round = declared(chosen), house.round.contest.rules.round_id
    evaluators = Evaluators(house.store, house.round, now, notary.checkpoint)
    analyst = Analyst(house.store, house.round, now, evaluators.check_unsealed)
    given = GivenFile(chosen.data / "given" / f"{of_round}.json")
    log_key = partial(house.keys.in_force, make=False)
    alone = partial(_alone, chosen, "it holds the pepper; stop it first")
    lifecycle = Lifecycle(house.store, contest, house.secrets, now, secrets.token_bytes, log_key, alone)
    return Evaluation(
        analyst=analyst,
        scoring=Scoring(house.store, contest, analyst, given, audit),
        exports=Exports(evaluators, chosen.data / "exports" / of_round, of_round, audit),
        leading=Leading(lifecycle, audit, notary.checkpoint),
    )


def _elsewhere_of(chosen: Settings, house: Opened, accounts: Accounts) -> Elsewhere | None:
    if chosen.oidc is None:
        return None
    provider = Provider(chosen.oidc, house.round.contest.roster.ids)
    return Elsewhere(provider, accounts, house.secrets.get(ACCOUNTS_KEY), now)


def _accounts_of(house: Opened, audit: Audit) -> Accounts:
    return Accounts(house.store, audit, house.secrets.get(ACCOUNTS_KEY), now, secrets.token_bytes)


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


@contextmanager
def _alone(chosen: Settings, advice: str) -> Iterator[None]:
    """Hold the data folder: two servers would void each other's running battles."""
    try:
        chosen.data.mkdir(parents=True, exist_ok=True)
        held = (chosen.data / "server.lock").open("w")
    except OSError as error:
        raise BadSetting(f"cannot write to {chosen.data}: {error.strerror}; set ARENA_DATA") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadSetting(f"another server uses {chosen.data}; {advice}") from error
        yield


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only compared


def _migrate(chosen: Settings) -> str:
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
    finally:
        store.close()
    return schema.newest()


def _check(chosen: Settings) -> tuple[Checked, ...]:
    roster = declared(chosen).roster
    if not wanted(roster):
        return asyncio.run(operators.check(roster, os.environ))
    with Demo(speed=chosen.demo_speed) as demo:
        return asyncio.run(operators.check(demo.resolved(roster), os.environ))


@contextmanager
def _evaluators(chosen: Settings) -> Iterator[Evaluators]:
    with opened(chosen) as house:
        yield Evaluators(house.store, house.round, now, Notary(house.store, house.keys, now).checkpoint)


def _canaries_of(chosen: Settings, contest: Contest, prompts: Sequence[str]) -> Canaries:
    folder = CanaryFolder(chosen.data / "canaries" / contest.rules.round_id)
    connect = partial(VllmBackend, os.environ)
    return Canaries(contest, connect, folder, now, secrets.token_bytes, prompts)


def _alarms_of(house: Opened) -> Alarms:
    return Alarms(house.store, house.round.contest.rules.round_id, now, secrets.token_bytes)


@contextmanager
def _alarms(chosen: Settings) -> Iterator[Alarms]:
    with opened(chosen) as house:
        yield _alarms_of(house)
        Notary(house.store, house.keys, now).checkpoint()


@contextmanager
def _canaries(chosen: Settings, prompts: Sequence[str]) -> Iterator[Canaries]:
    contest = declared(chosen)
    with ExitStack() as open_things:
        if wanted(contest.roster):
            demo = open_things.enter_context(Demo(speed=chosen.demo_speed))
            contest = replace(contest, roster=demo.resolved(contest.roster))
        yield _canaries_of(chosen, contest, prompts)


@contextmanager
def _rehearsal(chosen: Settings) -> Iterator[Rehearsal]:
    with opened(chosen) as house:
        yield Rehearsal(house.store, house.round)


@contextmanager
def _lifecycle(chosen: Settings) -> Iterator[Lifecycle]:
    os.umask(0o077)  # record and secrets are for this account alone
    contest = declared(chosen)
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        kept = Secrets(chosen.data / "secrets")
        keys = LogKeys(store, kept, chosen.origin, now, secrets.token_bytes)
        log_key = partial(keys.in_force, make=contest.rules.rehearsal)
        alone = partial(_alone, chosen, "it holds the pepper; stop it first")
        yield Lifecycle(store, contest, kept, now, secrets.token_bytes, log_key, alone)
        Notary(store, keys, now).checkpoint()
    finally:
        store.close()


@contextmanager
def _keys(chosen: Settings) -> Iterator[LogKeys]:
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        yield LogKeys(store, Secrets(chosen.data / "secrets"), chosen.origin, now, secrets.token_bytes)
    finally:
        store.close()


@contextmanager
def _audit(chosen: Settings) -> Iterator[Audit]:
    os.umask(0o077)  # record and secrets are for this account alone
    round_id = declared(chosen).rules.round_id
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        yield Audit(store, round_id, now, secrets.token_bytes)
    finally:
        store.close()


@contextmanager
def _account_book(chosen: Settings) -> Iterator[AccountBook]:
    with _audit(chosen) as audit:
        kept, contestants = Secrets(chosen.data / "secrets"), declared(chosen).roster.ids
        key = kept.get(ACCOUNTS_KEY)
        yield AccountBook(audit.store, audit, key, chosen.origin, contestants, now, secrets.token_bytes)


@contextmanager
def _notary(chosen: Settings) -> Iterator[Notary]:
    with _keys(chosen) as keys:
        yield Notary(keys.store, keys, now)


@contextmanager
def _backups(chosen: Settings) -> Iterator[tuple[Backups, Secrets]]:
    store, kept = Store(chosen.database_url), Secrets(chosen.data / "secrets")
    try:
        keys = LogKeys(store, kept, chosen.origin, now, secrets.token_bytes)
        yield Backups(store, keys, kept, chosen.data, now), kept
    finally:
        store.close()


@contextmanager
def _restoring(chosen: Settings) -> Iterator[tuple[Backups, Secrets]]:
    os.umask(0o077)  # what is put back is for this account alone
    with _alone(chosen, "stop it before anything is put back"), _backups(chosen) as opened_:
        yield opened_


def _draining(chosen: Settings) -> Draining:
    return Draining(chosen.data, declared(chosen).roster)


@contextmanager
def _stamping(chosen: Settings) -> Iterator[Stamping]:
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        yield Stamping(store, declared(chosen).rules.round_id, _authority(chosen))
    finally:
        store.close()


def _authority(chosen: Settings) -> TimeStampAuthority | None:
    if not chosen.stamp_url:
        return None
    try:
        return TimeStampAuthority(chosen.stamp_url, chosen.stamp_roots.read_bytes())
    except OSError as error:
        raise BadSetting(f"cannot read ARENA_STAMP_ROOTS: {error.strerror}") from error


def _house() -> House:
    chosen = settings.read(os.environ)
    return House(
        serve=partial(serve, chosen),
        migrate=partial(_migrate, chosen),
        contest=partial(declared, chosen),
        check=partial(_check, chosen),
        evaluators=partial(_evaluators, chosen),
        rehearsal=partial(_rehearsal, chosen),
        lifecycle=partial(_lifecycle, chosen),
        keys=partial(_keys, chosen),
        notary=partial(_notary, chosen),
        stamping=partial(_stamping, chosen),
        draining=partial(_draining, chosen),
        canaries=partial(_canaries, chosen),
        alarms=partial(_alarms, chosen),
        accounts=partial(_account_book, chosen),
        audit=partial(_audit, chosen),
        backups=partial(_backups, chosen),
        restoring=partial(_restoring, chosen),
    )


def main() -> int:
    """Run the command line."""
    return cli.main(sys.argv[1:], _house)


if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:] or ["serve"], _house))
