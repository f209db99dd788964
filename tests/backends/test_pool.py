from contextlib import aclosing
from dataclasses import replace

import pytest

from arena.backends.pool import Pool
from arena.errors import BackendError, Fault

FAILED = BackendError(Fault.FAILED)
ONE, TWO, THREE = "http://one", "http://two", "http://three"
ALL = (ONE, TWO, THREE)


@pytest.fixture
def team(contestant):
    return replace(contestant, endpoints=(ONE, TWO, THREE))


class Clock:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self):
        """Tell the time."""
        return self.now


@pytest.fixture
def ask(team, question, decoding):
    async def whole(pool):
        async with aclosing(pool.reply(team, question, decoding)) as deltas:
            return [delta async for delta in deltas]

    return whole


async def test_equal_endpoints_take_turns(scripted, ask):
    """Endpoints that are equally free share the replies of their contestant."""
    asker = scripted({at: ["x"] for at in ALL})
    pool = Pool(asker)
    for _ in range(6):
        await ask(pool)

    assert asker.asked == [ONE, TWO, THREE] * 2


async def test_least_loaded_endpoint_is_asked(scripted, ask, team, question, decoding):
    """A reply goes to the endpoint with the fewest replies under way."""
    asker = scripted({at: ["x", "y"] for at in ALL})
    pool = Pool(asker)
    async with (
        aclosing(pool.reply(team, question, decoding)) as first,
        aclosing(pool.reply(team, question, decoding)) as second,
    ):
        await anext(first)
        await anext(second)
        await ask(pool)
        await ask(pool)

    assert asker.asked == [ONE, TWO, THREE, THREE]


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.EMPTY, Fault.ENDLESS}))
async def test_endpoint_that_fails_is_passed_over(fault, scripted, ask):
    """A server's fault before the first piece is made good by the next endpoint."""
    asker = scripted({ONE: [BackendError(fault)], TWO: ["whole"], THREE: []})

    assert await ask(Pool(asker)) == ["whole"]


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.ENDLESS])
async def test_fault_of_the_model_is_no_second_chance(fault, scripted, ask):
    """A model that says nothing, or never ends, is not asked again elsewhere."""
    asker = scripted({ONE: [BackendError(fault)], TWO: ["whole"], THREE: []})

    with pytest.raises(BackendError):
        await ask(Pool(asker))

    assert asker.asked == [ONE]


async def test_never_passed_over_after_the_first_piece(scripted, ask):
    """Two half replies are never put together."""
    asker = scripted({ONE: ["half", FAILED], TWO: ["whole"], THREE: []})

    with pytest.raises(BackendError):
        await ask(Pool(asker))

    assert asker.asked == [ONE]


async def test_all_endpoints_fail(scripted, ask):
    """When every endpoint fails, each was asked once and the last fault is told."""
    last = BackendError(Fault.BUSY)
    asker = scripted({ONE: [FAILED], TWO: [FAILED], THREE: [last]})

    with pytest.raises(BackendError) as raised:
        await ask(Pool(asker))

    assert raised.value is last
    assert asker.asked == [ONE, TWO, THREE]


async def test_failed_endpoint_rests(scripted, ask):
    """An endpoint that failed is left alone for a while, and then asked again."""
    clock = Clock()
    asker = scripted({ONE: [FAILED], TWO: ["x"], THREE: ["x"]})
    pool = Pool(asker, rest=10.0, clock=clock)
    for _ in range(3):
        await ask(pool)
    clock.now = 11.0
    await ask(pool)

    assert asker.asked == [ONE, TWO, THREE, TWO, ONE, THREE]


async def test_resting_endpoints_are_asked_when_all_rest(scripted, ask):
    """A contestant whose endpoints have all failed is still asked."""
    scripts = {at: [FAILED] for at in ALL}
    asker = scripted(scripts)
    pool = Pool(asker, clock=Clock())
    with pytest.raises(BackendError):
        await ask(pool)
    scripts[ONE] = ["back"]

    assert await ask(pool) == ["back"]


async def test_closing_closes_the_endpoint(scripted, team, question, decoding):
    """When a citizen leaves, the endpoint that was answering is left at once."""
    asker = scripted({ONE: ["x", 60.0], TWO: [], THREE: []})
    async with aclosing(Pool(asker).reply(team, question, decoding)) as deltas:
        await anext(deltas)

    assert asker.closed == [ONE]
