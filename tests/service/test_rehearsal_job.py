"""Rehearsals from the console: in the background, one at a time, stopped when asked."""

import time
from dataclasses import replace

import pytest

from arena.contest import declaration
from arena.errors import BadRequest, NotPermitted, RehearsalError
from arena.identity.secrets import Secrets
from arena.service.rehearsal import Rehearsal
from arena.service.rehearsal_job import MOST_BATTLES, MOST_PARALLEL, MOST_VOTERS, Progress, RehearsalJob
from arena.service.rounds import open_round
from arena.store.session import Store
from tests.audited import OPERATOR, OTHERS, Remembering
from tests.fakes import Chance, Clock
from tests.forked import ForkedArena
from tests.servers import ROOT

SMALL = {"battles": 40, "voters": 10, "parallel": 10}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A real server of the demo's round."""
    arena = ForkedArena(tmp_path_factory.mktemp("rehearsed"))
    arena.start()
    yield arena
    arena.stop()


@pytest.fixture
def audit():
    """What was put on record."""
    return Remembering()


@pytest.fixture
def job(running, audit):
    """Rehearsals of that server's round."""
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    store = Store(f"sqlite:///{running.folder}/arena.db")
    round_ = open_round(store, contest, Secrets(running.folder / "secrets"), Clock(), Chance(), "")
    made = RehearsalJob(lambda: Rehearsal(store, round_), running.url, Clock(), audit)
    yield made
    made.close()
    store.close()


def ended(job):
    """How the rehearsal ended, once it has."""
    while job.view(OPERATOR).progress is Progress.RUNNING:
        time.sleep(0.05)
    return job.view(OPERATOR)


def test_played(job, audit):
    """A rehearsal runs in the background to its end, votes counted, and its beginning is on record."""
    job.start(OPERATOR, **SMALL)
    first = job.view(OPERATOR)
    last = ended(job)

    assert (first.progress, first.wanted) == (Progress.RUNNING, 40)
    assert (last.progress, last.votes, last.lost, last.doubled) == (Progress.DONE, 40, 0, 0)
    assert audit.acts == [("operator", "rehearse", {}, SMALL)]


def test_stopped(job, audit):
    """A rehearsal that is stopped ends soon, and another can begin."""
    job.start(OPERATOR, battles=2_000, voters=1_000, parallel=20)
    job.stop(OPERATOR)
    stopped = ended(job)
    job.start(OPERATOR, **SMALL)

    assert stopped.progress is Progress.STOPPED
    assert stopped.votes < 2_000
    assert ended(job).progress is Progress.DONE
    assert [act for _, act, _, _ in audit.acts] == ["rehearse", "stop_rehearsal", "rehearse"]


def test_one_at_a_time(job, audit):
    """While one rehearsal runs no other begins, and nothing of it is put on record."""
    job.start(OPERATOR, battles=2_000, voters=1_000, parallel=20)
    with pytest.raises(BadRequest, match="rehearsal_going"):
        job.start(OPERATOR, **SMALL)

    assert len(audit.acts) == 1


def test_nothing_to_stop(job, audit):
    """What does not run cannot be stopped."""
    with pytest.raises(BadRequest):
        job.stop(OPERATOR)

    assert audit.acts == []


@pytest.mark.parametrize(
    "asked",
    [
        {"battles": 0},
        {"battles": -1},
        {"battles": MOST_BATTLES + 1},
        {"voters": 0},
        {"voters": MOST_VOTERS + 1},
        {"parallel": 0},
        {"parallel": MOST_PARALLEL + 1},
        {"battles": True},
    ],
)
def test_refused(job, audit, asked):
    """Numbers that a rehearsal cannot have are refused."""
    with pytest.raises(BadRequest):
        job.start(OPERATOR, **SMALL | asked)

    assert audit.acts == []


def test_failed(running, job, audit):
    """A rehearsal that cannot reach the arena says so."""
    nowhere = RehearsalJob(job._connect, "http://127.0.0.1:9", Clock(), audit)
    nowhere.start(OPERATOR, **SMALL)

    found = ended(nowhere)
    assert found.progress is Progress.FAILED
    assert found.problem != ""


def test_real_rounds_are_not_rehearsed(store, contest, tmp_path, audit):
    """Of a round that is no rehearsal nothing is begun, and nothing put on record."""
    real = replace(contest, rules=replace(contest.rules, rehearsal=False))
    round_ = open_round(store, contest, Secrets(tmp_path / "secrets"), Clock(), Chance(), "")
    job = RehearsalJob(
        lambda: Rehearsal(store, replace(round_, contest=real)), "http://127.0.0.1:9", Clock(), audit
    )

    with pytest.raises(RehearsalError):
        job.start(OPERATOR, **SMALL)

    assert audit.acts == []


@pytest.mark.parametrize("staff", OTHERS, ids=lambda one: one.role)
def test_operators_only(job, audit, staff):
    """Nobody but an operator begins, watches or stops a rehearsal."""
    for attempt in (lambda: job.start(staff, **SMALL), lambda: job.view(staff), lambda: job.stop(staff)):
        with pytest.raises(NotPermitted):
            attempt()

    assert audit.acts == []
