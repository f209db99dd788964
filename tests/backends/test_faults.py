"""Every fault of a server, over real HTTP, from the citizen's end."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import httpx
import pytest

from arena.backends.answering import frames
from arena.backends.demo.faults import DemoFault
from arena.backends.duet import SideFailed
from arena.backends.pool import Pool
from arena.backends.tempo import Tempo
from arena.backends.vllm import Limits, VllmBackend
from arena.contest.battle import Side
from arena.contest.blinding import Mask
from arena.contest.rules import Speed
from arena.errors import BackendError, Fault
from tests.faults import AFTER_TEXT, FAULTS, HARMLESS


async def heard(backend, contestant, question, decoding):
    said = []
    try:
        async with aclosing(backend.reply(contestant, question, decoding)) as deltas:
            async for delta in deltas:
                said.append(delta)  # noqa: PERF401 - the list must survive the exception
    except BackendError as error:
        return "".join(said), error
    return "".join(said), None


@pytest.fixture
def watch(roster, backend, decoding, question):
    """Start a turn of two contestants; `watch(a, b)` gives its frames."""

    def start(first, second, speed=Speed.HIDDEN):
        return frames(
            Pool(backend),
            {Side.A: first, Side.B: second},
            dict.fromkeys(Side, question),
            decoding,
            Mask(roster.names),
            speed,
            Tempo(roster.ids, speed=50),
        )

    return start


async def shown(started):
    texts = dict.fromkeys(Side, "")
    async with aclosing(started) as stream:
        async for frame in stream:
            texts = {side: texts[side] + frame[side] for side in Side}
    return texts


def test_every_fault_is_tried():
    """No way to fail that the demo knows is left out here."""
    assert set(FAULTS) | HARMLESS == set(DemoFault)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fault", FAULTS)
async def test_fault_on_either_side(fault, side, roster, control, watch, nothing_left):
    """Whatever fails on whichever side ends the turn with its fault and side, and leaves nothing open."""
    bad, good = roster.contestants[1:3]
    control.fail(bad, fault)
    pair = {side: bad}
    turn = watch(pair.get(Side.A, good), pair.get(Side.B, good))

    with pytest.raises(SideFailed) as raised:
        await shown(turn)

    assert (raised.value.fault, raised.value.side) == (FAULTS[fault], side)
    assert await nothing_left()


@pytest.mark.parametrize("fault", AFTER_TEXT)
async def test_fault_after_text(fault, contestant, backend, control, question, decoding, nothing_left):
    """A fault in the middle of a reply keeps what was said and still is a fault."""
    control.fail(contestant, fault, after=3)
    text, error = await heard(backend, contestant, question, decoding)

    assert text.startswith("햇빛이 공")
    assert error.fault is FAULTS[fault]
    assert await nothing_left()


async def test_reply_in_crumbs(contestant, backend, control, question, decoding):
    """A reply whose bytes come torn inside syllables is the same reply."""
    whole = await heard(backend, contestant, question, decoding)
    control.fail(contestant, DemoFault.CRUMBS)

    assert await heard(backend, contestant, question, decoding) == whole


async def test_names_do_not_leak(roster, control, watch):
    """A contestant that introduces itself in every way it can stays unnamed."""
    for contestant in roster.contestants:
        control.fail(contestant, DemoFault.LEAK)
    texts = await shown(watch(*roster.contestants[:2]))
    letters = "".join(char for char in "".join(texts.values()).casefold() if char.isalpha())

    assert letters.count("가림") >= 20
    assert not any(name.replace(" ", "").casefold() in letters for name in roster.names)


async def test_nobody_there(contestant, backend, question, decoding, unused_tcp_port):
    """A server that is not there is unreachable."""
    absent = replace(contestant, endpoints=(f"http://127.0.0.1:{unused_tcp_port}",))
    _, error = await heard(backend, absent, question, decoding)

    assert error.fault is Fault.UNREACHABLE


@pytest.mark.parametrize(
    "address", ["http://arena.invalid", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://[", "nowhere"]
)
async def test_bad_addresses(address, contestant, backend, question, decoding):
    """An address that leads nowhere is unreachable, not an error of the arena."""
    _, error = await heard(backend, replace(contestant, endpoints=(address,)), question, decoding)

    assert error.fault is Fault.UNREACHABLE


async def test_wrong_model(contestant, backend, question, decoding):
    """A server that does not know the model refuses."""
    _, error = await heard(backend, replace(contestant, served_model="other"), question, decoding)

    assert error.fault is Fault.REFUSED
    assert "other" not in str(error)


async def test_whole_limit(contestant, control, question, decoding, nothing_left):
    """A reply that goes on for ever is ended by the limit of the whole, even if no other limit holds."""
    control.fail(contestant, DemoFault.ENDLESS)
    async with VllmBackend({}, Limits(whole=0.2, reply=10**12)) as backend:
        _, error = await heard(backend, contestant, question, decoding)

    assert error.fault is Fault.STALLED
    assert await nothing_left()


async def test_keep_alive_is_no_piece(contestant, control, question, decoding):
    """Keep-alive comments do not count as an answer, neither first nor between pieces."""
    control.fail(contestant, DemoFault.KEEPALIVE_ONLY, after=2)
    async with VllmBackend({}, Limits(first=0.2, gap=0.2)) as backend:
        _, error = await heard(backend, contestant, question, decoding)

    assert error.fault is Fault.STALLED


async def test_citizen_leaves(roster, control, watch, nothing_left):
    """When the citizen leaves in the middle, both requests are aborted at once."""
    control.fail(roster.contestants[1], DemoFault.STALL, after=40)
    async with aclosing(watch(*roster.contestants[:2])) as stream:
        await anext(stream)
        before = control.open_streams()

    assert before >= 1
    assert await nothing_left()


async def test_turn_is_cancelled(roster, control, watch, nothing_left):
    """A turn that is cancelled while it waits aborts both requests too."""
    for contestant in roster.contestants[:2]:
        control.fail(contestant, DemoFault.STALL_FIRST)
    task = asyncio.create_task(shown(watch(*roster.contestants[:2])))
    while control.open_streams() < 2:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert await nothing_left()


async def test_turn_that_is_never_watched(roster, watch, control, nothing_left):
    """A turn that nobody looks at asks nobody."""
    before = control.asked(roster.contestants[0])
    await watch(*roster.contestants[:2]).aclose()

    assert control.asked(roster.contestants[0]) == before
    assert await nothing_left()


@pytest.mark.parametrize("speed", Speed)
async def test_whole_turn(speed, roster, backend, watch, question, decoding, nothing_left):
    """Both replies come out whole, to the last character."""
    pair = roster.contestants[3:5]
    expected = [(await heard(backend, contestant, question, decoding))[0] for contestant in pair]
    texts = await shown(watch(*pair, speed))

    assert list(texts.values()) == expected
    assert await nothing_left()


async def test_endpoint_that_fails_first(contestant, roster, backend, control, question, decoding):
    """An endpoint that fails before its first piece is passed over; the citizen does not notice."""
    bad, good = contestant.endpoints[0], roster.contestants[1]
    control.fail(contestant, DemoFault.ERROR_500)
    shared = replace(good, endpoints=(bad, *good.endpoints))
    pool = Pool(backend)
    replies = [await heard(pool, shared, question, decoding) for _ in range(3)]

    assert {error for _, error in replies} == {None}


async def test_endpoint_that_fails_late(contestant, roster, backend, control, question, decoding):
    """An endpoint that fails after its first piece is never replaced in mid-reply."""
    bad = replace(roster.contestants[0], endpoints=contestant.endpoints * 2)
    control.fail(bad, DemoFault.CUT, after=2)
    before = control.asked(bad)
    _, error = await heard(Pool(backend), bad, question, decoding)

    assert error.fault is Fault.CUT
    assert control.asked(bad) == before + 1


async def test_key_is_sent_and_never_told(contestant, question, decoding):
    """A key goes to the team's server in one header, and into no error."""
    sent = []

    def answer(request):
        sent.append(request)
        return httpx.Response(401, json={"error": "Unauthorized", "key": request.headers["authorization"]})

    async with VllmBackend({"TEAM_KEY": "s3cret"}, transport=httpx.MockTransport(answer)) as backend:
        _, error = await heard(backend, replace(contestant, key_env="TEAM_KEY"), question, decoding)

    assert sent[0].headers["authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(error) + str(error) + str(error.__cause__)


@pytest.mark.parametrize("keys", [{}, {"TEAM_KEY": ""}, {"TEAM_KEY": "열쇠"}, {"TEAM_KEY": "a\nb"}])
async def test_key_that_cannot_be_sent(keys, contestant, question, decoding):
    """A key that is missing or cannot stand in a header is told by the name of its variable alone."""
    async with VllmBackend(keys) as backend:
        _, error = await heard(backend, replace(contestant, key_env="TEAM_KEY"), question, decoding)

    assert str(error) == "refused: the variable TEAM_KEY holds no usable key"


async def test_every_request_has_its_own_cache_salt(contestant, question, decoding):
    """No citizen can learn from a team's prefix cache what another asked."""
    sent = []

    def answer(request):
        sent.append(request.read())
        return httpx.Response(500)

    async with VllmBackend({}, transport=httpx.MockTransport(answer)) as backend:
        for _ in range(2):
            await heard(backend, contestant, question, decoding)

    assert sent[0] != sent[1]


async def test_answer_of_another_type(contestant, question, decoding):
    """An answer that is no event stream is malformed, even with status 200."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    async with VllmBackend({}, transport=transport) as backend:
        _, error = await heard(backend, contestant, question, decoding)

    assert error.fault is Fault.MALFORMED
