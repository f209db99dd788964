import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.pace import Frame, Pace, Stepper
from arena.contest.battle import Side

PLAIN = st.text(st.characters(codec="ascii"), min_size=1, max_size=60)
ANY = st.text(min_size=1, max_size=60)
STEP = 5
PACE = Pace(wait=0, step=STEP, rest=1, interval=0.1)
PACES = st.builds(
    Pace, wait=st.integers(0, 9), step=st.integers(1, 12), rest=st.integers(1, 5), interval=st.just(0.1)
)
OTHER = {Side.A: Side.B, Side.B: Side.A}


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


def played(order, pace=PACE):
    """Play a turn; give the frame, or None, of each tick until it is over."""
    steps, frames = Stepper(pace), []
    for act in order:
        if act is None:
            frames += [] if steps.over else [steps.tick(len(frames))]
        elif act[1] is None:
            steps.end(act[0])
        else:
            steps.push(*act)
    while not steps.over:
        frames.append(steps.tick(len(frames)))
    return frames


def said(order, side):
    return "".join(act[1] for act in order if act and act[0] is side and act[1])


def at_once(order):
    """The same turn, had both replies been whole before the first tick."""
    return [*((side, said(order, side)) for side in Side), *((side, None) for side in Side)]


def shown(frames):
    return [frame for frame in frames if frame]


@given(turns(), PACES)
def test_nothing_is_lost(order, pace):
    """All that was said comes out, in order, whatever came when."""
    frames = shown(played(order, pace))

    assert {side: "".join(frame[side] for frame in frames) for side in Side} == {
        side: said(order, side) for side in Side
    }


@given(turns(), PACES)
def test_frames_are_of_the_texts_alone(order, pace):
    """How fast either contestant was, and in what pieces, changes no frame."""
    assert shown(played(order, pace)) == shown(played(at_once(order), pace))


@given(turns(), PACES)
def test_ticks_are_of_the_texts_alone(order, pace):
    """Where no buffer runs dry, every frame leaves on the same tick, however the replies came."""
    early = [act for act in order if act]
    wait = [None] * pace.wait
    late = [*wait, *early]

    assert played(late, pace) == played([*at_once(order), *wait], pace)


@given(turns(), PACES)
def test_pauses_are_whole(order, pace):
    """Two frames are one tick apart, or whole pauses and one tick: a wait tells no more than their number."""
    ticks = [number for number, frame in enumerate(played(order, pace)) if frame]
    bare = [number for number, frame in enumerate(played(at_once(order), pace)) if frame]
    waits = [late - first for late, first in zip(ticks, bare, strict=True)]

    assert [wait % pace.rest for wait in waits] == [0] * len(waits)
    assert waits == sorted(waits)


@given(turns(PLAIN), PACES)
def test_both_sides_in_step(order, pace):
    """Every step holds as many characters of each side, until a side has no more to say."""
    frames = shown(played(order, pace))
    for side in Side:
        *full, last = [len(frame[side]) for frame in frames if frame[side]]
        assert full == [pace.step] * len(full)
        assert 0 < last <= pace.step


@given(turns(), PACES)
def test_swapping_sides_swaps_frames(order, pace):
    """The clock treats both sides alike."""
    swapped = [act and (OTHER[act[0]], act[1]) for act in order]
    mirrored = [frame and Frame(frame.b, frame.a) for frame in played(swapped, pace)]

    assert mirrored == played(order, pace)


@given(turns(), PACES)
def test_the_last_text_is_the_end(order, pace):
    """The turn is over with the last text: when a stream ended behind it cannot be seen."""
    *_, last = played(order, pace)

    assert last is not None


@pytest.mark.parametrize("side", Side)
def test_a_last_step_waits_for_the_end(side):
    """A step that would take all a side has is held until more or the end has come."""
    steps = Stepper(PACE)
    steps.push(side, "x" * STEP)
    steps.push(OTHER[side], "y" * 50)
    before = steps.tick(0)
    steps.end(side)

    assert before is None
    assert steps.tick(1)[side] == "x" * STEP


def test_nothing_before_both_have_begun():
    """A fast contestant is not seen before a slow one."""
    steps = Stepper(PACE)
    steps.push(Side.A, "x" * 50)
    before = steps.tick(0)
    steps.push(Side.B, "y")
    steps.end(Side.B)

    assert before is None
    assert steps.tick(1) == Frame("x" * STEP, "y")


def test_nothing_before_its_time():
    """However early both begin, the first step goes out when it always does."""
    steps = Stepper(Pace(wait=3, step=STEP, rest=2, interval=0.1))
    for side in Side:
        steps.push(side, "x" * 50)
    frames = [steps.tick(number) for number in range(4)]

    assert frames == [None, None, None, Frame("x" * STEP, "x" * STEP)]


def test_a_pause_is_for_both_and_whole():
    """A side that is not far enough pauses both for the same time, however soon it goes on."""
    steps = Stepper(Pace(wait=0, step=STEP, rest=4, interval=0.1))
    steps.push(Side.A, "x" * 50)
    steps.push(Side.B, "y" * (STEP + 3))
    frames = [steps.tick(0), steps.tick(1)]
    steps.push(Side.B, "y" * 50)
    frames += [steps.tick(number) for number in range(2, 6)]

    assert [bool(frame) for frame in frames] == [True, False, False, False, False, True]


def test_ended_side_does_not_hold_the_other():
    """When one side has said all, the other goes on at the same pace."""
    steps = Stepper(PACE)
    steps.push(Side.A, "x")
    steps.end(Side.A)
    steps.push(Side.B, "y" * 12)
    steps.end(Side.B)
    sizes = [len(steps.tick(number).b) for number in range(3)]

    assert sizes == [5, 5, 2]
    assert steps.over


def test_missed_ticks_are_not_made_up():
    """When the arena is late, a step is late, and not two at once."""
    steps = Stepper(PACE)
    for side in Side:
        steps.push(side, "x" * 50)
    frames = [steps.tick(number) for number in (0, 7)]

    assert frames == [Frame("x" * STEP, "x" * STEP)] * 2


def test_what_was_heard_by_each_tick():
    """It is known how much a side had said by each tick until its end, also by those that were missed."""
    steps = Stepper(PACE)
    for number, text in {0: "", 1: "x" * 7, 4: "x" * 9}.items():
        steps.push(Side.A, text)
        steps.tick(number)
    steps.end(Side.A)
    steps.tick(5)

    assert steps.heard(Side.A) == [0, 7, 7, 7, 16]


@pytest.mark.parametrize(
    "joined", [unicodedata.normalize("NFD", "각"), "👩‍👩‍👧", "👍🏽", "é".replace("é", "e\u0301"), "❤️"]
)
def test_characters_are_not_torn(joined):
    """A character and its marks come out together, also when they come one by one."""
    steps, frames = Stepper(PACE), []
    for number, char in enumerate("xxxx" + joined + "y"):
        for side in Side:
            steps.push(side, char)
        frames.append(steps.tick(number))

    assert shown(frames) == [Frame("xxxx" + joined, "xxxx" + joined)]


def test_endless_marks_do_not_hold_a_step():
    """A character with more marks than any writing has is torn rather than waited for."""
    steps = Stepper(PACE)
    for side in Side:
        steps.push(side, "x" * STEP + "\u0301" * 500)

    assert len(steps.tick(0).a) == STEP + 16


def test_no_frame_without_text():
    """A tick on which both wait shows nothing, nor does one after the end."""
    steps = Stepper(PACE)
    before = steps.tick(0)
    for side in Side:
        steps.end(side)

    assert (before, steps.over, steps.tick(1)) == (None, True, None)
