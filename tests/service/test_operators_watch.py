"""The operator's view: what is wrong first, every endpoint as it is now, and taking one out."""

from types import SimpleNamespace
from typing import NamedTuple

import pytest

from arena.backends.breaker import State
from arena.backends.pool import Pool
from arena.errors import BackendError, BadRequest, Fault, NotPermitted
from arena.service.citizens import CONSENT
from arena.service.concerns import FULL, LOW, Concern, Housekeeping
from arena.service.draining import Draining
from arena.service.fault_stream import LONGEST, MOST, FaultStream
from arena.service.operators import Operators, Running
from arena.store import tree
from arena.store.session import Store
from tests.audited import OPERATOR, OTHERS, Remembering
from tests.servers import free_port
from tests.signed import signed_arena


class Usage(NamedTuple):
    """What a disk is said to hold."""

    total: int
    used: int
    free: int


PLENTY = Usage(1 << 40, 0, 1 << 39)


@pytest.fixture
def arena(store, contest, tmp_path):
    """A signed arena on each database."""
    return signed_arena(store, contest, tmp_path)


@pytest.fixture
def disk():
    """How full the disk is said to be."""
    return {"usage": PLENTY}


@pytest.fixture
def scene(arena, tmp_path, disk):
    """The operators of an arena, and all they look at."""
    faults = FaultStream(arena.clock)
    pool = Pool(None, clock=lambda: 0.0, heard=faults.hear)
    answering = SimpleNamespace(under_way=3, free=7, waiting=0)
    draining = Draining(tmp_path, arena.contest.roster)
    running = Running(pool, answering, arena.notary, faults, draining)
    keeping = Housekeeping(arena.store, tmp_path, arena.clock, lambda _: disk["usage"])
    audit = Remembering()
    operators = Operators(arena.contest.roster, running, keeping, arena.clock, audit)
    return SimpleNamespace(
        operators=operators, audit=audit, pool=pool, faults=faults, answering=answering, draining=draining
    )


def concerns(scene):
    """What is wrong, as the operator reads it."""
    return [told.concern for told in scene.operators.view(OPERATOR).concerns]


def fail(scene, contestant, fault=Fault.UNREACHABLE):
    """Let the servers of a contestant be found away."""
    for at in contestant.endpoints:
        scene.pool.note_probe(at, fault, None)


def test_nothing_is_wrong(arena, scene):
    """Of an arena that is well nothing is told, and every endpoint serves."""
    view = scene.operators.view(OPERATOR)

    assert view.concerns == ()
    assert [one.serves for one in view.endpoints] == [True] * len(view.endpoints)
    assert (view.under_way, view.most, view.waiting) == (3, 10, 0)
    assert view.house.database > 0


def test_load(arena, scene):
    """What an endpoint says it runs and holds waiting is told apart."""
    at = arena.contest.roster.contestants[0].endpoints[0]
    scene.pool.note_probe(at, None, 7, 3)

    seen = next(one for one in scene.operators.view(OPERATOR).endpoints if one.endpoint == at).seen
    assert (seen.running, seen.waiting, seen.state) == (4, 3, State.CLOSED)


def test_a_contestant_without_endpoints(arena, scene):
    """A contestant none of whose endpoints serves comes first: its battles are void at once."""
    first = arena.contest.roster.contestants[0]
    fail(scene, first)

    (told,) = scene.operators.view(OPERATOR).concerns
    assert (told.concern, told.is_urgent) == (Concern.CONTESTANT_OUT, True)
    assert first.team in told.about


def test_faults_as_they_come(arena, scene):
    """Each request that failed is told with its moment, contestant, endpoint and kind, the last first."""
    first, second, *_ = arena.contest.roster.contestants
    scene.faults.hear(first, first.endpoints[0], BackendError(Fault.STALLED, "30 s"))
    arena.clock.advance(seconds=5)
    scene.faults.hear(second, second.endpoints[0], BackendError(Fault.CUT, "x" * 10_000))

    view = scene.operators.view(OPERATOR)
    assert [(one.contestant, one.fault) for one in view.faults] == [
        (second.id, Fault.CUT),
        (first.id, Fault.STALLED),
    ]
    assert view.faults[0].at == arena.clock()
    assert len(view.faults[0].detail) == LONGEST
    assert {one.contestant: one.faults for one in view.endpoints if one.faults} == {first.id: 1, second.id: 1}


def test_a_flood_of_faults(arena, scene):
    """However many requests fail, memory holds the last ones and a count."""
    first = arena.contest.roster.contestants[0]
    for _ in range(10 * MOST):
        scene.faults.hear(first, first.endpoints[0], BackendError(Fault.BUSY))

    view = scene.operators.view(OPERATOR)
    assert len(view.faults) == MOST
    assert max(one.faults for one in view.endpoints) == 10 * MOST


def test_taken_out_and_put_back(arena, scene):
    """An endpoint that is taken out is no concern; both acts are on record, once each, by its number."""
    at = arena.contest.roster.contestants[0].endpoints[0]
    scene.operators.drain(OPERATOR, at)
    scene.operators.drain(OPERATOR, at)
    out = [one.taken_out for one in scene.operators.view(OPERATOR).endpoints if one.endpoint == at]
    scene.operators.start(OPERATOR, at)

    assert out == [True]
    assert scene.draining.drained() == frozenset()
    assert [(act, before["state"], after["state"]) for _, act, before, after in scene.audit.acts] == [
        ("drain_endpoint", "in_use", "drained"),
        ("drain_endpoint", "drained", "in_use"),
    ]
    assert {before["endpoint"] for _, _, before, _ in scene.audit.acts} == {1}


def test_unknown_endpoint(scene):
    """What no contestant has cannot be taken out, and nothing is put on record."""
    with pytest.raises(BadRequest):
        scene.operators.drain(OPERATOR, "http://elsewhere" * 1000)

    assert scene.audit.acts == []


@pytest.mark.parametrize("staff", OTHERS, ids=lambda one: one.role)
def test_operators_only(arena, scene, staff):
    """Nobody but an operator sees the endpoints or takes one out."""
    at = arena.contest.roster.contestants[0].endpoints[0]
    for attempt in (
        lambda: scene.operators.view(staff),
        lambda: scene.operators.drain(staff, at),
        lambda: scene.operators.start(staff, at),
    ):
        with pytest.raises(NotPermitted):
            attempt()

    assert (scene.audit.acts, scene.draining.drained()) == ([], frozenset())


@pytest.mark.parametrize(
    ("free", "wanted"),
    [(LOW, []), (LOW - 1, [Concern.DISK_LOW]), (FULL - 1, [Concern.DISK_FULL]), (0, [Concern.DISK_FULL])],
)
def test_disk(scene, disk, free, wanted):
    """A disk that fills is told in time, and gravely when hardly a vote fits."""
    disk["usage"] = Usage(1 << 40, 0, free)

    assert concerns(scene) == wanted


def test_clock_went_back(arena, scene):
    """A clock behind what the record has seen is told: entries would all bear one time."""
    arena.notary.checkpoint()
    arena.clock.advance(hours=-2)

    assert concerns(scene) == [Concern.CLOCK_BACK]


def test_checkpoint_late(arena, scene):
    """Entries that have waited for minutes for their checkpoint are told, with their number."""
    arena.notary.checkpoint()
    voter = arena.citizens.voter(arena.citizens.consent(None, CONSENT))
    arena.clock.advance(minutes=10)
    with arena.store.reading() as connection:
        signed = tree.latest(connection).size
    arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")

    (told,) = scene.operators.view(OPERATOR).concerns
    assert (told.concern, signed > 0) == (Concern.CHECKPOINT_LATE, True)
    assert told.figure == 1


def test_database_away(arena, scene, tmp_path):
    """A database that is away is told with everything else that is still known."""
    away = Store(f"postgresql://nobody@127.0.0.1:{free_port()}/arena")
    scene.operators._keeping = Housekeeping(away, tmp_path, arena.clock, lambda _: PLENTY)

    view = scene.operators.view(OPERATOR)

    assert [told.concern for told in view.concerns] == [Concern.STORE_AWAY]
    assert view.house.database is None
    assert len(view.endpoints) > 0


def test_long_line(scene):
    """A line longer than all slots is told."""
    scene.answering.waiting = 11

    assert concerns(scene) == [Concern.LINE_LONG]
