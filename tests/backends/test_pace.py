import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.pace import Frame, Stepper
from arena.contest.battle import Side
from arena.contest.rules import Speed

PLAIN = st.text(st.characters(codec="ascii"), min_size=1, max_size=60)
ANY = st.text(min_size=1, max_size=60)
STEP = 5


@st.composite
def turns(draw, texts=ANY):
    """A turn: what happens in which order; (side, text) is a piece, (side, None) the end, None a tick."""
    acts = {side: [(side, text) for text in draw(st.lists(texts, min_size=1, max_size=6))] for side in Side}
    queue = {side: [*said, (side, None)] for side, said in acts.items()}
    order = []
    while any(queue.values()):
        side = draw(st.sampled_from([side for side in Side if queue[side]]))
        order.append(queue[side].pop(0))
        order += [None] * draw(st.integers(0, 3))
    return order


def played(order, speed):
    """Play a turn; give the frames, and the stepper as it was before and after the last acts."""
    steps, frames = Stepper(STEP, speed), []
    for act in order:
        if act is None:
            frames.append(steps.next())
        elif act[1] is None:
            steps.end(act[0])
        else:
            steps.push(*act)
    while not steps.over:
        frames.append(steps.next())
    return frames


def said(order, side):
    return "".join(act[1] for act in order if act and act[0] is side and act[1])


@given(turns(), st.sampled_from(Speed))
def test_nothing_is_lost(order, speed):
    """All that was said comes out, in order, whatever came when."""
    frames = [frame for frame in played(order, speed) if frame]

    assert {side: "".join(frame[side] for frame in frames) for side in Side} == {
        side: said(order, side) for side in Side
    }


@given(turns(PLAIN))
def test_both_sides_in_step(order):
    """A side gets fewer characters than the other only when it has no more to say."""
    frames, shown = played(order, Speed.HIDDEN), dict.fromkeys(Side, 0)
    for frame in frames:
        sizes = {side: len(frame[side]) if frame else 0 for side in Side}
        shown = {side: shown[side] + sizes[side] for side in Side}
        least = min(Side, key=lambda side: sizes[side])
        assert len(set(sizes.values())) == 1 or shown[least] == len(said(order, least))


@given(turns(PLAIN))
def test_swapping_sides_swaps_frames(order):
    """The clock treats both sides alike."""
    other = {Side.A: Side.B, Side.B: Side.A}
    swapped = [act and (other[act[0]], act[1]) for act in order]
    mirrored = [frame and Frame(frame.b, frame.a) for frame in played(swapped, Speed.HIDDEN)]

    assert mirrored == played(order, Speed.HIDDEN)


def test_nothing_before_both_have_begun():
    """A fast contestant is not seen before a slow one."""
    steps = Stepper(STEP, Speed.HIDDEN)
    steps.push(Side.A, "x" * 50)
    before = steps.next()
    steps.push(Side.B, "y")

    assert before is None
    assert steps.next() == Frame("x", "y")


def test_visible_speed_waits_for_nobody():
    """When the rules show speed, text goes out as it comes."""
    steps = Stepper(STEP, Speed.VISIBLE)
    steps.push(Side.A, "x" * 50)

    assert steps.next() == Frame("x" * 50, "")


def test_ended_side_does_not_hold_the_other():
    """When one side has said all, the other goes on."""
    steps = Stepper(STEP, Speed.HIDDEN)
    steps.push(Side.A, "x")
    steps.end(Side.A)
    steps.push(Side.B, "y" * 12)
    sizes = [len(frame.b) for frame in (steps.next(), steps.next(), steps.next()) if frame]

    assert sizes == [5, 5, 2]
    assert not steps.over


def test_long_buffers_go_faster():
    """When both sides are far ahead of the clock, steps grow."""
    steps = Stepper(STEP, Speed.HIDDEN)
    for side in Side:
        steps.push(side, "x" * 1000)

    assert steps.next() == Frame("x" * 100, "x" * 100)


@pytest.mark.parametrize("side", Side)
def test_one_long_buffer_does_not(side):
    """How fast one contestant is alone changes nothing."""
    steps = Stepper(STEP, Speed.HIDDEN)
    for each in Side:
        steps.push(each, "x" * (1000 if each is side else 10))

    assert steps.next() == Frame("x" * STEP, "x" * STEP)


@pytest.mark.parametrize(
    "joined", [unicodedata.normalize("NFD", "각"), "👩‍👩‍👧", "👍🏽", "é".replace("é", "e\u0301"), "❤️"]
)
def test_characters_are_not_torn(joined):
    """A character and its marks come out together."""
    steps = Stepper(STEP, Speed.HIDDEN)
    for side in Side:
        steps.push(side, "xxxx" + joined + "y")
    frame = steps.next()

    assert frame == Frame("xxxx" + joined, "xxxx" + joined)


def test_no_frame_without_text():
    """A tick on which both wait shows nothing."""
    assert Stepper(STEP, Speed.HIDDEN).next() is None
