"""What endpoints serve is written down minute by minute, and adds up."""

from arena.backends.meter import Meter, Place, Served
from arena.contest.roster import ContestantId
from arena.errors import Fault
from arena.service.serving_job import ServingJob, noted
from arena.store import serving
from arena.store.serving import HOUR, MINUTE

ROUND = "r"
ONE = ContestantId("one")


class Now:
    """A meter's clock."""

    day = 1_000_000.0

    def __call__(self):
        """Tell the time."""
        return self.day


async def test_minutes_become_hours(arena):
    """Minutes are kept by themselves and as hours; both add up to what was served."""
    now = Now()
    meter = Meter(now, lambda: 0.0)
    job = ServingJob(arena.store, ROUND, meter, arena.clock)
    now.day = arena.clock().timestamp()
    for _ in range(4):
        for endpoint in ("http://one", "http://two"):
            with meter.measured(ONE, endpoint):
                now.day += 45
        await job.write()

    with arena.store.reading() as connection:
        minutes = serving.over_time(connection, ROUND, ONE, MINUTE, 0)
        hours = serving.over_time(connection, ROUND, ONE, HOUR, 0)
        whole = serving.by_contestant(connection, ROUND)
    assert len(minutes) > len(hours) == 2
    assert sum(one.requests for one in minutes.values()) == sum(one.requests for one in hours.values()) == 8
    assert whole[ONE].whole == 8


def test_old_minutes_are_forgotten(store):
    """Minutes are kept for two days; their hours stay for the whole round."""
    service = noted([(Place(ONE, "http://one", 0), Served(requests=3, faults={Fault.CUT: 3}))])
    with store.writing() as connection:
        serving.add(connection, ROUND, service)
        serving.forget_minutes(connection, 60)
        minutes = serving.over_time(connection, ROUND, ONE, MINUTE, 0)
        hours = serving.over_time(connection, ROUND, ONE, HOUR, 0)

    assert minutes == {}
    assert hours["http://one", 0].faults == {Fault.CUT: 3}


def test_percentiles_are_edges():
    """The time within which a share began is told as the edge of its count."""
    firsts = [0] * 13
    firsts[2], firsts[4], firsts[12] = 90, 9, 1
    ((service),) = [one.service for one in noted([(Place(ONE, "", 0), Served(100, firsts=firsts))])]

    assert (service.first_within(0.5), service.first_within(0.95)) == (0.3, 0.7)
    assert service.first_within(1.0) == float("inf")


async def test_the_last_minute(arena):
    """What was served up to the stop of the server is written when it stops."""
    meter = Meter()
    job = ServingJob(arena.store, ROUND, meter, arena.clock)
    async with job.at_work():
        with meter.measured(ONE, "http://one"):
            pass

    with arena.store.reading() as connection:
        assert serving.by_contestant(connection, ROUND)[ONE].requests == 1
