import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.pace import Stepper
from arena.backends.tempo import (
    BOUND,
    DELAYS,
    ENOUGH,
    LADDER,
    MEMORY,
    RATES,
    REVIEW,
    START,
    TICKS,
    Rung,
    Tempo,
)
from arena.contest.battle import Side
from arena.contest.rules import Speed

TEAMS = ["one", "two", "three"]
FIRST, LENGTH = 0.25, 400
TICK = TICKS[Speed.HIDDEN]


def reply(rate, first=FIRST, length=LENGTH):
    """What is heard by each tick of a reply that comes evenly."""
    came = [int(max(0.0, tick * TICK - first) * rate) for tick in range(10_000)]
    return [have for have in came if have < length]


def learned(replies, rounds=REVIEW):
    """A tempo that has heard the same replies again and again, contestant by contestant."""
    tempo = Tempo(replies)
    for _ in range(rounds):
        for contestant, heard in replies.items():
            tempo.learn(contestant, heard)
    return tempo


def all_but_one(rate, first=FIRST):
    """Quick contestants, and one that is not."""
    return {"one": reply(500), "two": reply(500), "three": reply(rate, first)}


def test_a_round_begins_patiently():
    """Before anything is known a pace is fixed that real servers keep up with."""
    tempo = Tempo(TEAMS)

    assert tempo.rung == START
    assert (tempo.pace.wait, tempo.pace.step, tempo.pace.interval) == (7, 12, TICK)


def test_the_slowest_sets_the_pace():
    """All battles go at the pace of the slowest contestant, with a quarter to spare."""
    assert learned(all_but_one(500)).rung == Rung(0.6, 80)
    assert learned(all_but_one(55)).rung == Rung(0.9, 40)
    assert learned(all_but_one(500, first=1.3)).rung == Rung(2.1, 80)


@given(st.permutations(TEAMS), st.sampled_from([30, 55, 500]))
def test_who_is_the_slowest_makes_no_difference(order, rate):
    """The pace says that some contestant is slow, and never which."""
    replies = dict(zip(order, all_but_one(rate).values(), strict=True))

    assert learned(replies).rung == learned(all_but_one(rate)).rung


def test_hopelessly_slow():
    """A contestant that nobody could wait for sets the slowest pace, which is no slower than reading."""
    tempo = learned(all_but_one(3, first=20.0))

    assert tempo.rung == BOUND == Rung(4.8, 20)


def test_one_unknown_contestant():
    """While one contestant has hardly answered, no pace is chosen that trusts it."""
    tempo = Tempo(TEAMS)
    for _ in range(REVIEW):
        tempo.learn("one", reply(500))
        tempo.learn("two", reply(500))
    for _ in range(ENOUGH - 1):
        tempo.learn("three", reply(500))
    tempo.learn("one", reply(500))

    assert tempo.rung == START


def test_the_pace_changes_seldom():
    """What one reply is like changes nothing before the next review."""
    tempo = Tempo(TEAMS)
    paces = set()
    for number in range(1, REVIEW):
        tempo.learn(TEAMS[number % len(TEAMS)], reply(500))
        paces.add(tempo.pace)

    assert paces == {Tempo(TEAMS).pace}
    tempo.learn(TEAMS[0], reply(500))
    assert tempo.rung == Rung(0.6, 80)


def test_a_rare_stall_sets_no_pace():
    """One reply in a hundred that is slow makes nobody wait; one in ten does."""
    rare, often = (learned({"one": reply(500)}, rounds=200) for _ in range(2))
    for number in range(200):
        rare.learn("one", reply(3 if number % 100 == 0 else 500))
        often.learn("one", reply(3 if number % 10 == 0 else 500))

    assert rare.rung == Rung(0.6, 80)
    assert often.rung == BOUND


def test_old_replies_fade():
    """A contestant that has become quick, or slow, is known as such after some hundred replies."""
    tempo = learned({"one": reply(55)}, rounds=MEMORY)
    for _ in range(5 * MEMORY):
        tempo.learn("one", reply(500))
    quick = tempo.rung
    for _ in range(REVIEW):
        tempo.learn("one", reply(55))

    assert quick == Rung(0.6, 80)
    assert tempo.rung == Rung(0.9, 40)


@given(
    st.lists(st.lists(st.integers(0, 40), max_size=120), max_size=5), st.sampled_from([0.3, 1.0, 7.0, 900])
)
def test_any_reply_is_learned(replies, speed):
    """Whatever a reply is like, the pace is one of the ladder, and memory stays what it was."""
    tempo = Tempo(["one"], speed)
    for pieces in replies * 20:
        heard = [sum(pieces[: place + 1]) for place in range(len(pieces))]
        tempo.learn("one", heard)

    assert tempo.rung in LADDER


@given(
    st.lists(st.integers(0, 25), min_size=1, max_size=150),
    st.integers(0, 40),
    st.sampled_from([1.0, 2.0, 20.0]),
)
def test_who_keeps_up_never_pauses(pieces, last, speed):
    """A reply that is counted as keeping up with a pace keeps nobody waiting at that pace."""
    heard = [sum(pieces[: place + 1]) for place in range(len(pieces))]
    tempo = Tempo(["one"], speed)
    for _ in range(REVIEW):
        tempo.learn("one", heard)
    steps, frames = Stepper(tempo.pace), []
    steps.push(Side.B, "y" * 10_000)
    steps.end(Side.B)
    for tick, piece in enumerate([*pieces, last]):
        steps.push(Side.A, "x" * piece)
        if tick == len(pieces):
            steps.end(Side.A)
        frames.append(steps.tick(tick))

    assert tempo.rung == BOUND or None not in frames[tempo.pace.wait :]


def test_the_ladder():
    """The paces run from the least waiting to the most, each once."""
    assert len(set(LADDER)) == len(LADDER) == len(DELAYS) * len(RATES)
    assert LADDER[-1] == BOUND
    assert LADDER[0] == Rung(0.6, 80)


@pytest.mark.parametrize(("speed", "interval"), [(0.5, 0.3), (1, 0.3), (2, 0.15), (3, 0.1), (50, 0.02)])
def test_time_that_runs_faster(speed, interval):
    """When a rehearsal's time runs faster, waits and rates are scaled alike, on a finer clock."""
    pace = Tempo(TEAMS, speed).pace

    assert pace.interval == pytest.approx(interval)
    assert pace.wait * interval * speed == pytest.approx(START.delay, abs=interval * speed / 2)
    assert pace.step / interval / speed == pytest.approx(START.rate, abs=0.5 / interval / speed)


def test_whole_ticks():
    """Every pace of the ladder is whole ticks and whole characters, so that none is another in disguise."""
    for rung in LADDER:
        assert rung.delay / TICK == pytest.approx(round(rung.delay / TICK))
        assert rung.rate * TICK == pytest.approx(round(rung.rate * TICK))


def test_a_stranger_is_refused():
    """Only contestants of the roster have a say."""
    with pytest.raises(KeyError):
        Tempo(TEAMS).learn("four", reply(500))
