import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace

import pytest

from arena.backends.breaker import MOST_FAILURES, REST, State
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


async def attempts(pool, ask, times):
    """Ask so often, whatever comes of it."""
    for _ in range(times):
        with suppress(BackendError):
            await ask(pool)


async def test_contestant_that_is_down(scripted, ask):
    """When every endpoint of a contestant is down, its battles end at once with that fault, asking nobody."""
    stalled = BackendError(Fault.STALLED)
    asker = scripted({at: [stalled] for at in ALL})
    pool = Pool(asker, clock=Clock())
    await attempts(pool, ask, MOST_FAILURES)
    asker.asked.clear()

    with pytest.raises(BackendError) as raised:
        await ask(pool)

    assert raised.value.fault is Fault.STALLED
    assert asker.asked == []


async def test_endpoint_that_is_down(scripted, ask):
    """An endpoint that is down is not asked while others serve."""
    asker = scripted({ONE: [FAILED], TWO: ["x"], THREE: ["x"]})
    pool = Pool(asker, rest=0.0, clock=Clock())
    await attempts(pool, ask, 30)

    assert asker.asked.count(ONE) == MOST_FAILURES


async def test_one_trial(scripted, ask):
    """After its rest one request tries an endpoint; the others end at once until that begins to answer."""
    clock = Clock()
    scripts = {at: [FAILED] for at in ALL}
    asker = scripted(scripts)
    pool = Pool(asker, clock=clock)
    await attempts(pool, ask, MOST_FAILURES)
    clock.now = REST
    scripts |= {at: [0.05, "back"] for at in ALL}
    asker.asked.clear()
    replies = [asyncio.create_task(ask(pool)) for _ in range(5)]
    done = await asyncio.gather(*replies, return_exceptions=True)

    assert sorted(asker.asked) == [ONE, THREE, TWO]
    assert done.count(["back"]) == 3
    assert await ask(pool) == ["back"]


async def test_trial_given_up(scripted, team, question, decoding):
    """A trial whose citizen leaves is tried again with the next."""
    clock = Clock()
    scripts = {ONE: [FAILED]}
    pool = Pool(scripted(scripts), clock=clock)
    alone = replace(team, endpoints=(ONE,))
    for _ in range(MOST_FAILURES):
        with suppress(BackendError):
            await anext(pool.reply(alone, question, decoding))
    clock.now = REST
    scripts[ONE] = [60.0]
    trial = asyncio.create_task(anext(pool.reply(alone, question, decoding)))
    await asyncio.sleep(0.01)
    trial.cancel()
    await asyncio.wait({trial})
    scripts[ONE] = ["back"]

    async with aclosing(pool.reply(alone, question, decoding)) as deltas:
        assert [delta async for delta in deltas] == ["back"]


async def test_requests_of_others_count(scripted, ask):
    """An endpoint that says it is busy with other requests is asked after those that are not."""
    asker = scripted({at: ["x"] for at in ALL})
    pool = Pool(asker)
    pool.note_probe(ONE, None, 5)
    pool.note_probe(TWO, None, None)
    for _ in range(4):
        await ask(pool)

    assert asker.asked == [TWO, THREE, TWO, THREE]


async def test_own_requests_count_once(scripted, ask, team, question, decoding):
    """What an endpoint says it runs for us is not counted a second time."""
    asker = scripted({at: ["x", "y"] for at in ALL})
    pool = Pool(asker)
    async with aclosing(pool.reply(team, question, decoding)) as running:
        await anext(running)
        pool.note_probe(ONE, None, 1)
        pool.note_probe(TWO, None, 2)
        pool.note_probe(THREE, None, 2)
        await ask(pool)

    assert asker.asked == [ONE, ONE]


async def test_dead_probe(scripted, ask):
    """An endpoint whose probe has failed is asked nothing."""
    asker = scripted({at: ["x"] for at in ALL})
    pool = Pool(asker)
    pool.note_probe(ONE, Fault.UNREACHABLE, None)
    await attempts(pool, ask, 4)

    assert asker.asked == [TWO, THREE, TWO, THREE]


async def test_limit_of_an_endpoint(scripted, ask, team, question, decoding):
    """No endpoint gets more replies at once than it may; the next waits for the first that ends."""
    asker = scripted({ONE: [0.05, "x"]})
    pool = Pool(asker, most=2)
    alone = replace(team, endpoints=(ONE,))
    most = 0

    async def one():
        nonlocal most
        async with aclosing(pool.reply(alone, question, decoding)) as deltas:
            async for _ in deltas:
                most = max(most, len(asker.asked) - len(asker.closed))

    await asyncio.gather(*(one() for _ in range(7)))

    assert most == 2
    assert len(asker.asked) == 7


async def test_limit_for_long(scripted, team, question, decoding):
    """Where all of a contestant's endpoints stay full, the battle ends as busy."""
    asker = scripted({ONE: ["x", 60.0]})
    pool = Pool(asker, most=1, patience=0.02)
    alone = replace(team, endpoints=(ONE,))
    async with aclosing(pool.reply(alone, question, decoding)) as running:
        await anext(running)
        with pytest.raises(BackendError) as raised:
            await anext(pool.reply(alone, question, decoding))

    assert raised.value.fault is Fault.BUSY


async def test_drained_endpoint(scripted, ask, team, question, decoding):
    """An endpoint that is drained finishes its replies and gets no new ones until it is put back."""
    asker = scripted({at: ["x", "y"] for at in ALL})
    pool = Pool(asker)
    async with aclosing(pool.reply(team, question, decoding)) as running:
        await anext(running)
        pool.drain(frozenset({ONE}))
        rest = [delta async for delta in running]
    await attempts(pool, ask, 2)
    pool.drain(frozenset())
    await ask(pool)

    assert rest == ["y"]
    assert asker.asked == [ONE, TWO, THREE, ONE]


async def test_all_drained(scripted, ask):
    """A contestant whose endpoints are all drained is unreachable, at once."""
    asker = scripted({})
    pool = Pool(asker)
    pool.drain(frozenset(ALL))

    with pytest.raises(BackendError) as raised:
        await ask(pool)

    assert (raised.value.fault, asker.asked) == (Fault.UNREACHABLE, [])


async def test_the_last_fault_is_told(scripted, ask):
    """Where the only endpoint that may be asked fails, its fault is told and not why others are closed."""
    asker = scripted({ONE: [BackendError(Fault.CUT)]})
    pool = Pool(asker)
    pool.drain(frozenset({TWO, THREE}))

    with pytest.raises(BackendError) as raised:
        await ask(pool)

    assert raised.value.fault is Fault.CUT


async def test_faults_are_heard(scripted, ask, team):
    """Each request that failed is heard of, also where another endpoint answered in its place."""
    heard = []
    pool = Pool(
        scripted({ONE: [FAILED], TWO: ["x"], THREE: ["x"]}),
        heard=lambda contestant, endpoint, error: heard.append((contestant.id, endpoint, error.fault)),
    )
    await ask(pool)

    assert heard == [(team.id, ONE, Fault.FAILED)]


async def test_seen(scripted, ask):
    """What is known of an endpoint can be read without changing anything; of an unknown one nothing is."""
    pool = Pool(scripted({at: ["x"] for at in ALL}))
    before = pool.seen(ONE)
    pool.note_probe(ONE, Fault.UNREACHABLE, None)
    pool.drain(frozenset({TWO}))
    pool.note_probe(THREE, None, 7, 2)

    assert (before.state, before.fault, before.running) == (State.CLOSED, None, None)
    assert (pool.seen(ONE).state, pool.seen(ONE).fault) == (State.OPEN, Fault.UNREACHABLE)
    assert pool.seen(TWO).drained
    assert (pool.seen(THREE).running, pool.seen(THREE).waiting) == (5, 2)
