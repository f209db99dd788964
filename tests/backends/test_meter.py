"""What endpoints serve is counted when a request ends, however it ends."""

from contextlib import aclosing

import pytest

from arena.backends.demo.faults import DemoFault
from arena.backends.meter import MOST_PLACES, Meter
from arena.backends.vllm import VllmBackend
from arena.contest.serving import FIRSTS
from arena.errors import BackendError, Fault


class Hands:
    """Two clocks that stand until they are moved: the day's, and the one that measures."""

    def __init__(self):
        self.day, self.running = 1_000_000.0, 50.0

    def move(self, seconds):
        """Let time pass."""
        self.day += seconds
        self.running += seconds


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def meter(hands):
    return Meter(lambda: hands.day, lambda: hands.running)


def test_a_whole_reply(meter, hands):
    """A whole reply counts its pieces, the time to the first and the time from then on."""
    with meter.measured("one", "http://one") as heard:
        hands.move(0.4)
        meter.hear(heard, 2)
        hands.move(2)
        meter.hear(heard, 9)
    ((place, served),) = meter.take().items()

    assert place == ("one", "http://one", 999_960)
    assert (served.requests, served.whole, served.given_up, served.pieces) == (1, 1, 0, 9)
    assert served.seconds == pytest.approx(2)
    assert served.firsts[FIRSTS.index(0.5)] == 1


def test_a_failed_reply(meter, hands):
    """A request that fails counts its fault and says so upwards; without a piece it has no first one."""
    with pytest.raises(BackendError), meter.measured("one", "http://one"):
        raise BackendError(Fault.STALLED)
    ((_, served),) = meter.take().items()

    assert served.faults == {Fault.STALLED: 1}
    assert (served.requests, served.whole, sum(served.firsts)) == (1, 0, 0)


def test_minutes_apart(meter, hands):
    """Requests stand under the minute in which they end; what was taken is not counted again."""
    for _ in range(3):
        with meter.measured("one", "http://one"):
            hands.move(60)
    taken = meter.take()

    assert len(taken) == 3
    assert meter.take() == {}


def test_a_meter_that_nobody_reads(meter, hands):
    """A meter that nobody takes from does not fill the memory."""
    for _ in range(MOST_PLACES + 3):
        with meter.measured("one", "http://one"):
            hands.move(60)

    assert len(meter.take()) == MOST_PLACES


async def test_replies_over_http(contestant, control, question, decoding, limits):
    """Of real requests the whole one, the failed one and the one given up are counted, each once."""
    meter = Meter()
    async with VllmBackend({}, limits, meter=meter) as backend:
        async with aclosing(backend.reply(contestant, question, decoding)) as deltas:
            whole = [delta async for delta in deltas]
        async with aclosing(backend.reply(contestant, question, decoding)) as deltas:
            await anext(deltas)
        control.fail(contestant, DemoFault.CUT, after=1)
        with pytest.raises(BackendError):
            async with aclosing(backend.reply(contestant, question, decoding)) as deltas:
                assert [delta async for delta in deltas]
    served = list(meter.take().values())

    assert whole
    assert sum(one.requests for one in served) == 3
    assert sum(one.whole for one in served) == 1
    assert sum(one.given_up for one in served) == 1
    assert sum(sum(one.faults.values()) for one in served) == 1
    assert sum(one.pieces for one in served) >= len(whole)
