"""Canaries beside the serving: kept once, looked at again and again, and never in the way."""

import asyncio
from datetime import timedelta

import pytest

from arena.contest.canary import Plan
from arena.errors import BackendError, BadSetting, Fault, NotAtThisPhase
from arena.service.canary_job import CanaryJob
from tests.fakes import NOON, Clock

HOUR = timedelta(hours=1)


class Counting:
    """Canaries that count, and fail as they are told to."""

    endpoints = 5

    def __init__(self):
        self.kept = False
        self.plans = []
        self.looks = 0
        self.fails = None
        self.raised = []
        self.looked = asyncio.Event()

    def are_kept(self):
        return self.kept

    async def keep(self, looks, alpha, watch):
        watch()
        if self.fails:
            raise self.fails
        self.kept = True
        self.plans.append(Plan(looks, self.endpoints, alpha))

    def alarms(self):
        return list(self.raised)

    def keeping(self):
        return f"kept {len(self.plans)}" if self.kept else None

    async def look(self, watch):
        watch()
        self.looks += 1
        self.raised.append(f"alarm {self.looks}")
        self.looked.set()
        if self.fails:
            raise self.fails


@pytest.fixture
def canaries():
    """What the job works with."""
    return Counting()


@pytest.fixture
def ledger():
    """What was put on the ledger, each time."""
    return []


@pytest.fixture
def job(canaries, ledger):
    """Make a job that ends with a round that has a `rest`."""

    def record(alarms, keeping):
        ledger.append((alarms, keeping))
        return len(alarms)

    def make(every=HOUR, rest=3 * HOUR, record=record):
        return CanaryJob(canaries, record, every, NOON + rest, Clock())

    return make


async def test_looks_again_and_again(canaries, job):
    """Replies are kept once, then looked at every so often, until the arena ends."""
    async with job(every=timedelta(milliseconds=1), rest=timedelta(0)).at_work():
        await asyncio.wait_for(canaries.looked.wait(), 10)

    looks = canaries.looks
    await asyncio.sleep(0.01)
    assert len(canaries.plans) == 1
    assert canaries.looks == looks


async def test_switched_off(canaries, ledger, job):
    """Nothing is asked where the operator has not set how often."""
    async with job(every=timedelta(0)).at_work():
        await asyncio.sleep(0.01)

    assert (canaries.plans, canaries.looks, ledger) == ([], 0, [])


async def test_restart(canaries, ledger, job):
    """A restart neither keeps again nor looks at once, but records what could not be recorded before."""
    canaries.kept = True
    canaries.raised = ["alarm of yesterday"]

    async with job().at_work():
        while not ledger:
            await asyncio.sleep(0.001)

    assert (canaries.plans, canaries.looks, ledger) == ([], 0, [(["alarm of yesterday"], "kept 0")])


async def test_after_the_close(canaries, ledger, job):
    """Once the closing time is over nobody is asked any more."""
    async with asyncio.timeout(10):
        await job(every=timedelta(milliseconds=1), rest=-HOUR).work()

    assert (canaries.plans, canaries.looks, ledger) == ([], 0, [])


@pytest.mark.parametrize(
    ("every", "rest", "looks"),
    [(HOUR, 3 * HOUR, 4), (HOUR, timedelta(0), 1), (HOUR, -HOUR, 1), (HOUR, timedelta(days=9999), 2000)],
)
async def test_plan(canaries, job, every, rest, looks):
    """There are looks planned until the round closes, as many as there can be."""
    await job(every, rest).keep()

    assert [plan.looks for plan in canaries.plans] == [looks]


@pytest.mark.parametrize("fails", [BackendError(Fault.UNREACHABLE), BadSetting("cannot write")])
async def test_failure(canaries, job, caplog, fails):
    """What goes wrong is told in the log, and keeping is tried again at the next look."""
    canaries.fails = fails
    beside = job()
    await beside.look()
    canaries.fails = None

    await beside.look()

    assert str(fails) in caplog.text
    assert len(canaries.plans) == 1


async def test_alarms_are_recorded(job, ledger):
    """After each look all alarms so far go to the ledger, with what was kept; it knows what it has."""
    await job().look()
    await job().look()

    assert ledger == [(["alarm 1"], "kept 1"), (["alarm 1", "alarm 2"], "kept 1")]


async def test_what_was_kept_is_recorded(canaries, job, ledger):
    """What is kept at the opening goes to the ledger at once, before anything is compared with it."""
    async with job().at_work():
        while not ledger:
            await asyncio.sleep(0.001)

    assert (canaries.looks, ledger) == (0, [([], "kept 1")])


async def test_record_away(job, caplog):
    """Where the ledger takes no alarm the operator reads it in the log, and the job goes on."""

    def closed(_alarms, _keeping):
        raise NotAtThisPhase("round demo-1 is not open")

    await job(record=closed).look()

    assert "round demo-1 is not open" in caplog.text
