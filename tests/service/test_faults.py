"""Every fault of a real server, seen through the whole arena: one face, a void, nothing left over."""

import asyncio
import json
import threading
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from arena.backends.demo.launch import Demo
from arena.backends.pool import OWN_FAULTS, Pool
from arena.backends.tempo import Tempo
from arena.backends.vllm import Limits, VllmBackend
from arena.contest.battle import Side, Stage, VoidReason
from arena.contest.roster import Roster
from arena.errors import Fault
from arena.service.answering import Answering
from arena.service.citizens import CONSENT
from arena.service.feed import Ending
from arena.store import record
from tests.faults import AFTER_TEXT, FAULTS
from tests.service.replayer import chunked, refusal, replayer, stream

SHORT = Limits(connect=2.0, first=0.8, gap=0.5, whole=10.0, reply=20_000)
PATIENT = replace(SHORT, connect=10.0, first=10.0, gap=10.0, whole=30.0)
"""Where nobody is to be late: a busy machine is no fault of a contestant's."""
FAST = [fault for fault in FAULTS if FAULTS[fault] not in {Fault.STALLED, Fault.ENDLESS}]
AT_ONCE = 10
FILES = Path("/proc/self/fd")
VOID = (Stage.VOID, VoidReason.REPLY_FAILED)
FACE = (VOID, *VOID, None, None, None)
"""What a citizen sees of a battle in which a contestant failed: its ending, and what is said of it later."""


@pytest.fixture
def database_url(tmp_path):
    """Faults are the same on every database."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def contest(contest):
    """Two different contestants in every battle: only one of them is to fail."""
    return replace(contest, rules=replace(contest.rules, controls=0))


@pytest.fixture(scope="module")
def demo():
    """The embedded demo, which fails on purpose."""
    with Demo(controls=True, speed=50.0) as running:
        yield running


@pytest.fixture
def control(demo):
    """The demo's switches."""
    with httpx.Client(base_url=f"{demo.url}/control") as client:
        yield client


class Table:
    """One citizen's battles against contestants of which one fails, and what came of them."""

    def __init__(self, arena, backend, roster, voter):
        self.arena, self.voter = arena, voter
        contest = replace(arena.contest, roster=roster)
        # A pool of its own for each: what failed before is not held against anybody here.
        self.pool = Pool(backend, rest=0.0)
        tempo = Tempo(roster.ids, speed=50)
        self.answering = Answering(arena.citizens, self.pool, contest, grace=5, most=AT_ONCE, tempo=tempo)

    async def battle(self, spoil, turn=1):
        """Play to the turn that `spoil` spoils, called with the seats; give the battle and how it ended."""
        citizens, battle_id = self.arena.citizens, self.arena.citizens.new_battle_id()
        ending = None
        for number in range(1, turn + 1):
            if number == 1:
                write = partial(citizens.open_battle, battle_id, self.voter, "하늘은 왜?", "general", "ko")
            else:
                write = partial(citizens.ask_on, battle_id, self.voter, "더 쉽게요")
            spoiled = partial(_spoiled, write, spoil if number == turn else None)
            await self.answering.ask(battle_id, self.voter, spoiled)
            async for item in self.answering.watch(battle_id, self.voter):
                ending = item
        assert isinstance(ending, Ending)
        return battle_id, (ending.stage, ending.reason)

    def seen(self, battle_id):
        """Give what the citizen sees of a battle that is over."""
        view = self.arena.citizens.battle(battle_id, self.voter)
        return view.stage, view.void_reason, view.verdict, view.teams, view.turns[-1].replies

    def lines(self):
        """Give all entries of the ledger."""
        with self.arena.store.reading() as connection:
            return list(record.lines(connection))

    def recorded(self):
        """Give what the last entry says."""
        return json.loads(self.lines()[-1].payload)


def _spoiled(write, spoil):
    """Write a turn, and before anybody is asked let one of its contestants fail."""
    battle = write()
    if spoil:
        spoil(battle.seats)
    return battle


def twofold(roster, count):
    """Give every contestant so many endpoints; they lead to the same server."""
    return Roster(
        tuple(
            replace(one, endpoints=tuple(one.endpoints[0] + "/" * number for number in range(count)))
            for one in roster.contestants
        )
    )


async def quiet(open_streams):
    """Wait until no server writes a reply any more."""
    for _ in range(200):
        if not open_streams():
            return True
        await asyncio.sleep(0.02)
    return False


def asked_of(control, name):
    return control.get("/streams").json()["asked"].get(name, 0)


def streams_of(control):
    return control.get("/streams").json()["open"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_face_for_every_fault(arena, voter, demo, control, fault):
    """Every fault, on either side, in either turn, with one endpoint or two, has one face and is recorded."""
    seen, after = set(), 3 if fault in AFTER_TEXT else 0
    async with VllmBackend({}, PATIENT if fault in FAST else SHORT) as backend:
        for side, turn, endpoints in product(Side, (1, 2), (1, 2)):
            roster = twofold(demo.resolved(arena.contest.roster), endpoints)
            table, bad = Table(arena, backend, roster, voter), []

            def spoil(seats, side=side, bad=bad):
                bad[:] = [seats[side], asked_of(control, seats[side])]
                plan = {"fault": fault, "after": after, "times": 0}
                control.put(f"/{seats[side]}", json=plan).raise_for_status()

            battle_id, ended = await table.battle(spoil, turn)
            control.delete(f"/{bad[0]}").raise_for_status()

            seen.add((ended, *table.seen(battle_id)))
            entry = table.recorded()
            assert (entry["fault"], entry["side"], entry["turn"]) == (FAULTS[fault], side, turn)
            tries = 1 if after or FAULTS[fault] in OWN_FAULTS else endpoints
            assert asked_of(control, bad[0]) - bad[1] == tries

    assert seen == {FACE}
    assert await quiet(partial(streams_of, control))
    assert len(asyncio.all_tasks()) == 1


SHUT_DOWN = (
    b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: 105\r\n\r\n"
    b'{"error":{"message":"cannot schedule new futures after shutdown",'
    b'"type":"InternalServerError","code":500}}'
)
ROLE = stream("stream-normal").partition(b"\n\n")[0] + b"\n\n"
VLLM = {
    "queue is full": (chunked(stream("stream-admission-rejected")), False, Fault.BUSY),
    "engine died": (chunked(stream("stream-engine-died")), False, Fault.FAILED),
    "server killed": (chunked(stream("stream-server-killed"), whole=False), False, Fault.CUT),
    "prompt too long": (refusal("prompt too long (stream)"), False, Fault.REFUSED),
    "unknown model": (refusal("unknown model"), False, Fault.REFUSED),
    "shutting down": (SHUT_DOWN, False, Fault.FAILED),
    "engine hangs": (chunked(ROLE, whole=False), True, Fault.STALLED),
    "engine hangs before its first result": (b"", True, Fault.STALLED),
}


@pytest.fixture
async def servers(arena):
    """A replayer for every contestant: `servers.roster` leads to them, `servers.of` gives each."""
    async with AsyncExitStack() as stack:
        of, roster = {}, []
        for one in arena.contest.roster.contestants:
            of[one.id], address = await stack.enter_async_context(replayer())
            roster.append(replace(one, endpoints=(address,)))
        yield SimpleNamespace(of=of, roster=Roster(tuple(roster)))


@pytest.mark.parametrize("how", VLLM)
async def test_what_vllm_really_says(arena, voter, servers, how):
    """The faults that a real vLLM has shown end a battle like all others, on either side, in either turn."""
    answer, hangs, fault = VLLM[how]
    seen = set()
    async with VllmBackend({}, SHORT if hangs else PATIENT) as backend:
        for side, turn, endpoints in product(Side, (1, 2), (1, 2)):
            table = Table(arena, backend, twofold(servers.roster, endpoints), voter)
            bad = []

            def spoil(seats, side=side, bad=bad):
                bad.append(servers.of[seats[side]])
                bad[0].answer, bad[0].hangs = answer, hangs

            battle_id, ended = await table.battle(spoil, turn)
            bad[0].answer, bad[0].hangs = bad[0].good, False
            seen.add((ended, *table.seen(battle_id)))
            entry = table.recorded()
            assert (entry["fault"], entry["side"], entry["turn"]) == (fault, side, turn)

    assert seen == {FACE}
    assert await quiet(lambda: sum(server.open for server in servers.of.values()))


@pytest.mark.parametrize("endpoints", [1, 2])
@pytest.mark.parametrize("side", Side)
async def test_nobody_there(arena, voter, servers, side, endpoints):
    """A contestant whose server is gone ends a battle like all others."""
    async with VllmBackend({}, PATIENT) as backend:
        table = Table(arena, backend, twofold(servers.roster, endpoints), voter)
        battle_id, ended = await table.battle(lambda seats: servers.of[seats[side]].vanish())

    assert (ended, *table.seen(battle_id)) == FACE
    entry = table.recorded()
    assert (entry["fault"], entry["side"], entry["turn"]) == (Fault.UNREACHABLE, side, 1)


async def test_contestant_that_is_down(arena, voter, servers):
    """Once a contestant is known to be down, a battle that needs it is on record and void at once."""
    async with VllmBackend({}, PATIENT) as backend:
        table = Table(arena, backend, servers.roster, voter)
        for one in servers.roster.contestants[1:]:
            table.pool.note_probe(one.endpoints[0], Fault.UNREACHABLE, None)
        battle_id, ended = await table.battle(lambda _: None)
        opened, voided = table.lines()[-2:]

    assert (ended, *table.seen(battle_id)) == FACE
    assert [json.loads(line.entry)["type"] for line in (opened, voided)] == ["BattleOpened", "BattleVoided"]
    assert json.loads(voided.payload)["fault"] == Fault.UNREACHABLE
    assert [server.asked for server in servers.of.values()][1:] == [0] * 4


def resources():
    """Count tasks, threads and open files (connections and the database's among them) of this process."""
    return len(asyncio.all_tasks()), threading.active_count(), len(list(FILES.iterdir()))


async def test_five_hundred_faults(arena, demo, control):
    """After five hundred faults there are no more tasks, threads or connections than before them."""
    citizens = arena.citizens
    voters = [citizens.voter(citizens.consent(None, CONSENT)) for _ in range(AT_ONCE)]
    roster = demo.resolved(arena.contest.roster)

    async def rounds(count):
        endings = []
        for number in range(count):
            fault = FAST[number % len(FAST)]
            plan = {"fault": fault, "after": number % 4 if fault in AFTER_TEXT else 0, "times": 0}
            for one in roster.contestants:
                control.put(f"/{one.id}", json=plan).raise_for_status()
            async with VllmBackend({}, PATIENT) as backend:
                tables = [Table(arena, backend, roster, voter) for voter in voters]
                played = await asyncio.gather(*(table.battle(lambda _: None) for table in tables))
            endings += [ended for _, ended in played]
        return endings

    await asyncio.gather(*(asyncio.to_thread(warm, arena) for _ in range(100)))
    await rounds(2)
    before = resources()
    endings = await rounds(500 // AT_ONCE)
    for one in roster.contestants:
        control.delete(f"/{one.id}").raise_for_status()

    assert endings == [VOID] * 500
    assert await quiet(partial(streams_of, control))
    assert resources() == before


def warm(arena):
    """Let every thread that there may be come, with its connection to the database."""
    with arena.store.reading():
        time.sleep(0.01)
