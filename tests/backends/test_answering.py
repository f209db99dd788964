import asyncio
from contextlib import aclosing
from itertools import pairwise

import pytest

from arena.backends.answering import BEATS, frames
from arena.backends.duet import SideFailed
from arena.backends.pace import Frame
from arena.backends.tempo import Tempo
from arena.contest.battle import Side
from arena.contest.blinding import Mask
from arena.contest.rules import Speed
from arena.errors import BackendError, Fault
from tests.fakes import Brisk


@pytest.fixture
def turn(roster, question, decoding, scripted):
    """Start a turn whose sides say what they are told; ticks cost no time."""

    def start(a, b, speed=Speed.HIDDEN, tempo=None, sleep=asyncio.sleep):
        pair = dict(zip(Side, roster.contestants[:2], strict=True))
        backend = scripted({pair[Side.A].id: a, pair[Side.B].id: b})
        messages = dict.fromkeys(Side, question)
        started = frames(
            backend,
            pair,
            messages,
            decoding,
            Mask(["굴렁쇠"]),
            speed,
            tempo or Brisk(roster.ids),
            sleep,
        )
        return backend, started

    return start


async def whole(started):
    texts = dict.fromkeys(Side, "")
    async with aclosing(started) as stream:
        async for frame in stream:
            texts = {side: texts[side] + frame[side] for side in Side}
    return texts


@pytest.mark.parametrize("speed", Speed)
async def test_names_torn_between_deltas(turn, speed):
    """A name is masked on either side, however it streams, also at the very end."""
    backend, started = turn(["저는 굴", 0.01, "렁", "쇠"], ["굴렁쇠는 ", 0.02, "저입니다"], speed)
    texts = await whole(started)

    assert texts == {Side.A: "저는 〈가림〉", Side.B: "〈가림〉는 저입니다"}
    assert len(backend.closed) == 2


@pytest.mark.parametrize("pause", [0, 0.001, 0.005])
async def test_last_piece_is_never_lost(turn, pause):
    """Every reply comes out to its last character, however the ends of both sides meet."""
    _, started = turn(["처음 ", pause, "끝"], ["first ", pause, "last"])

    assert await whole(started) == {Side.A: "처음 끝", Side.B: "first last"}


@pytest.mark.parametrize("side", Side)
async def test_fault_ends_the_turn(turn, side):
    """A side that fails ends the turn, also when the other has said all."""
    acts = {side: ["x", 0.01, BackendError(Fault.CUT)]}
    backend, started = turn(acts.get(Side.A, ["whole"]), acts.get(Side.B, ["whole"]))

    with pytest.raises(SideFailed) as raised:
        await whole(started)

    assert (raised.value.side, raised.value.fault) == (side, Fault.CUT)
    assert len(backend.closed) == 2


async def test_side_that_masks_all_until_the_end(turn):
    """A side whose first words are held back does not stop the other for ever."""
    _, started = turn(["굴"], ["답입니다"])

    assert await whole(started) == {Side.A: "굴", Side.B: "답입니다"}


async def test_leaving_in_the_middle(turn):
    """A citizen who leaves ends both replies."""
    backend, started = turn(["x" * 50, 60], ["y" * 50, 60])
    async with aclosing(started) as stream:
        await anext(stream)

    assert len(backend.closed) == 2
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_visible_speed_waits_for_nobody(turn):
    """When the rules show speed, the first piece of a side goes out before the other has begun."""
    _, started = turn(["x" * 50, 0.05, "x"], [0.05, "y"], Speed.VISIBLE)
    async with aclosing(started) as stream:
        first = await anext(stream)

    assert first == Frame("x" * 50, "")


async def test_whole_replies_set_the_tempo(turn, roster):
    """The tempo learns of whole replies, and of none whose speed is shown."""
    shown, hidden = Tempo(roster.ids), Brisk(roster.ids)
    await whole(turn(["x"], ["y"], Speed.VISIBLE, shown)[1])
    await whole(turn(["x"], ["y"], Speed.HIDDEN, hidden)[1])
    with pytest.raises(SideFailed):
        await whole(turn(["x"], [BackendError(Fault.CUT)], Speed.HIDDEN, hidden)[1])

    assert (shown.learned, hidden.learned) == (0, 2)


async def test_battles_share_their_beats(turn, roster):
    """Whenever a question is asked, its ticks fall on beats that all battles have in common."""
    tempo, loop, off = Tempo(roster.ids), asyncio.get_running_loop(), []
    beat = tempo.pace.interval / BEATS

    async def sleep(seconds):
        beats = (loop.time() + seconds) / beat
        off.append(abs(beats - round(beats)))
        await asyncio.sleep(0.007)

    await whole(turn(["x" * 500], ["y" * 500], tempo=tempo, sleep=sleep)[1])

    assert sorted(off)[len(off) // 2] < 0.05  # of a beat; now and then the machine is busy in between


async def test_ticks_are_kept_by_the_clock(turn, roster):
    """Steps leave on ticks of a clock that waits for no reader: one that is late is left out, not made up."""
    tempo, loop, due = Tempo(roster.ids, speed=3), asyncio.get_running_loop(), []
    interval, frames_seen = tempo.pace.interval, 0

    async def sleep(seconds):
        due.append((loop.time() + seconds) / interval)
        await asyncio.sleep(seconds)

    _, started = turn(["x" * 100], ["y" * 100], tempo=tempo, sleep=sleep)
    async with aclosing(started) as stream:
        async for _ in stream:
            frames_seen += 1
            await asyncio.sleep(interval * 1.5 if frames_seen == 3 else 0)

    ticks = [round(moment - due[0]) for moment in due]
    gaps = [later - earlier for earlier, later in pairwise(ticks)]
    assert min(gaps) == 1
    assert max(gaps) > 1
