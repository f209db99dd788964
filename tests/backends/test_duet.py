import asyncio

import pytest

from arena.backends.duet import Duet, SideFailed
from arena.contest.battle import Side
from arena.errors import BackendError, Fault


class Voice:
    """One reply, told what to say."""

    def __init__(self, *acts):
        self.acts = acts
        self.closed = False

    async def speak(self):
        """Say it."""
        try:
            for act in self.acts:
                if isinstance(act, str):
                    yield act
                elif isinstance(act, Exception):
                    raise act
                else:
                    await act
        finally:
            self.closed = True


def duet(a, b):
    return Duet({Side.A: a.speak(), Side.B: b.speak()})


def for_ever():
    return asyncio.Event().wait()


async def listened(both):
    """Listen until a side fails."""
    while True:
        await both.news()
        both.drain()


async def test_both_are_heard():
    """Both replies are heard to their last piece."""
    said = dict.fromkeys(Side, "")
    async with duet(Voice("1", "2", "3"), Voice("x")) as both:
        while not all(both.ended(side) for side in Side):
            await both.news()
            said = {side: said[side] + text for side, text in both.drain().items()}

    assert said == {Side.A: "123", Side.B: "x"}


async def test_end_comes_after_the_last_piece():
    """A side has ended only when its last piece has been taken."""
    async with duet(Voice("last"), Voice("x")) as both:
        await asyncio.sleep(0.01)
        before = both.ended(Side.A)
        both.drain()
        after = both.ended(Side.A)

    assert (before, after) == (False, True)


@pytest.mark.parametrize("side", Side)
async def test_first_fault_ends_both(side):
    """A fault of one side ends the other, and says whose it was."""
    bad, good = Voice("x", BackendError(Fault.CUT, "why")), Voice("y", for_ever())
    pair = {side: bad}
    with pytest.raises(SideFailed) as raised:
        async with duet(pair.get(Side.A, good), pair.get(Side.B, good)) as both:
            await listened(both)

    assert (raised.value.side, raised.value.fault) == (side, Fault.CUT)
    assert bad.closed
    assert good.closed


async def test_leaving_closes_both():
    """Whoever leaves in the middle leaves nothing running."""
    a, b = Voice("x", for_ever()), Voice(for_ever())
    async with duet(a, b) as both:
        await both.news()

    assert a.closed
    assert b.closed
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_leaving_before_anything():
    """A duet left before it began has asked nobody."""
    a, b = Voice("x"), Voice("y")
    async with duet(a, b):
        pass

    assert not a.closed
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_error_of_the_arena_is_not_hidden():
    """An error that is no fault of a server comes through as what it is."""
    a, b = Voice(KeyError("bug")), Voice(for_ever())
    with pytest.raises(KeyError):
        async with duet(a, b) as both:
            await listened(both)

    assert b.closed


async def test_waiting_ends_when_a_side_ends_without_words():
    """A side that ends without a word is news too."""
    async with duet(Voice(), Voice()) as both:
        while not all(ended := [both.ended(side) for side in Side]):
            await both.news()

    assert ended == [True, True]


async def test_no_news_without_words():
    """Whoever waits for news is not woken before there are any."""
    said = asyncio.Event()
    async with duet(Voice("x", said.wait(), "y"), Voice("z", for_ever())) as both:
        await both.news()
        both.drain()
        waiting = asyncio.create_task(both.news())
        await asyncio.sleep(0.01)
        before = waiting.done()
        said.set()
        await waiting
        text = both.drain()

    assert before is False
    assert text == {Side.A: "y", Side.B: ""}
