"""Canaries beside the serving: kept once, looked at again and again, and never in the way."""

import asyncio
from datetime import timedelta

import pytest

from arena.contest.canary import Plan
from arena.errors import BackendError, BadSetting, Fault
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
        self.looked = asyncio.Event()

    def are_kept(self):
        return self.kept

    async def keep(self, looks, alpha, watch):
        watch()
        if self.fails:
            raise self.fails
        self.kept = True
        self.plans.append(Plan(looks, self.endpoints, alpha))

    async def look(self, watch):
        watch()
        self.looks += 1
        self.looked.set()
        if self.fails:
            raise self.fails


@pytest.fixture
def canaries():
    """What the job works with."""
    return Counting()


def job(canaries, every=HOUR, rest=3 * HOUR):
    """Make a job that ends with a round that has a `rest`."""
    return CanaryJob(canaries, every, NOON + rest, Clock())


async def test_looks_again_and_again(canaries):
    """Replies are kept once, then looked at every so often, until the arena ends."""
    async with job(canaries, every=timedelta(milliseconds=1), rest=timedelta(0)).at_work():
        await asyncio.wait_for(canaries.looked.wait(), 10)

    looks = canaries.looks
    await asyncio.sleep(0.01)
    assert len(canaries.plans) == 1
    assert canaries.looks == looks


async def test_switched_off(canaries):
    """Nothing is asked where the operator has not set how often."""
    async with job(canaries, every=timedelta(0)).at_work():
        await asyncio.sleep(0.01)

    assert (canaries.plans, canaries.looks) == ([], 0)


async def test_restart(canaries):
    """A restart neither keeps again nor looks at once."""
    canaries.kept = True

    async with job(canaries).at_work():
        await asyncio.sleep(0.01)

    assert (canaries.plans, canaries.looks) == ([], 0)


@pytest.mark.parametrize(
    ("every", "rest", "looks"),
    [(HOUR, 3 * HOUR, 4), (HOUR, timedelta(0), 1), (HOUR, -HOUR, 1), (HOUR, timedelta(days=9999), 2000)],
)
async def test_plan(canaries, every, rest, looks):
    """There are looks planned until the round closes, as many as there can be."""
    await job(canaries, every, rest).keep()

    assert [plan.looks for plan in canaries.plans] == [looks]


@pytest.mark.parametrize("fails", [BackendError(Fault.UNREACHABLE), BadSetting("cannot write")])
async def test_failure(canaries, caplog, fails):
    """What goes wrong is told in the log, and keeping is tried again at the next look."""
    canaries.fails = fails
    beside = job(canaries)
    await beside.look()
    canaries.fails = None

    await beside.look()

    assert str(fails) in caplog.text
    assert len(canaries.plans) == 1
