"""A planted fault trips its probe; a clean board trips none."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

from ratings.bradley_terry import BothBad
from ratings.counts import Board, Outcome, Verdict, tally
from ratings.diagnostics import Finding, Probe, diagnose, drift, leaning, skewness
from ratings.errors import BadSettings
from ratings.habits import leanings
from ratings.residuals import residuals, sums
from ratings.simulate import World, plan, play

BATTLES, PERIODS = 4_000, 4
RING = {("birch", "cedar"), ("cedar", "duru"), ("duru", "birch")}
NAMES = ("alder", "birch", "cedar", "duru")

Plant = Callable[[Random, int, Outcome], Verdict]


def preferring(vote: Outcome, name: str) -> Verdict:
    if name not in (vote.a, vote.b):
        return vote.verdict
    return Verdict.A if vote.a == name else Verdict.B


def is_among(vote: Outcome, voters: int) -> bool:
    return int(vote.voter.removeprefix("voter-")) < voters


def ring(chance: Random, _: int, vote: Outcome) -> Verdict:
    if chance.random() > 0.4 or not {(vote.a, vote.b), (vote.b, vote.a)} & RING:
        return vote.verdict
    return Verdict.A if (vote.a, vote.b) in RING else Verdict.B


def one_pair(chance: Random, _: int, vote: Outcome) -> Verdict:
    if chance.random() > 0.5 or {vote.a, vote.b} != {"alder", "duru"}:
        return vote.verdict
    return preferring(vote, "duru")


def side_a(chance: Random, _: int, vote: Outcome) -> Verdict:
    return Verdict.A if chance.random() < 0.1 else vote.verdict


def late(chance: Random, number: int, vote: Outcome) -> Verdict:
    return preferring(vote, "duru") if number >= 3_000 and chance.random() < 0.4 else vote.verdict


def colluding(_: Random, __: int, vote: Outcome) -> Verdict:
    return preferring(vote, "duru") if is_among(vote, 12) else vote.verdict


def against(_: Random, __: int, vote: Outcome) -> Verdict:
    if not is_among(vote, 12) or "alder" not in (vote.a, vote.b):
        return vote.verdict
    return Verdict.B if vote.a == "alder" else Verdict.A


def one_side_each(_: Random, __: int, vote: Outcome) -> Verdict:
    if not is_among(vote, 20):
        return vote.verdict
    return Verdict.A if int(vote.voter.removeprefix("voter-")) % 2 else Verdict.B


def votes_of(seed: int, plant: Plant | None = None, taste: float = 0.0) -> list[Outcome]:
    chance = Random(seed)
    world = World(dict(zip(NAMES, (0.3, 0.1, 0.0, -0.2), strict=True)), taste=taste)
    votes = list(play(chance, world, plan(chance, battles=BATTLES, voters=200, tail=0.5)))
    if plant is None:
        return votes
    return [Outcome(vote.a, vote.b, plant(chance, n, vote), vote.voter) for n, vote in enumerate(votes)]


def board_of(votes: list[Outcome]) -> Board:
    return tally(vote.as_row() for vote in votes)


def found_in(votes: list[Outcome]) -> dict[Probe, Finding]:
    step = BATTLES // PERIODS
    periods = [board_of(votes[start : start + step]) for start in range(0, BATTLES, step)]
    return {one.probe: one for one in diagnose(board_of(votes), periods=periods)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clean(seed: int):
    """A clean board trips nothing, and every probe looked."""
    found = found_in(votes_of(seed))

    assert set(found) == set(Probe)
    assert not [one for one in found.values() if one.alarm]


PLANTED: dict[Probe, Plant] = {
    Probe.CYCLES: ring,
    Probe.FIT: one_pair,
    Probe.SIDE: side_a,
    Probe.DRIFT: late,
    Probe.SKEWNESS: colluding,
    Probe.SIDE_HABIT: one_side_each,
}


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("probe", PLANTED)
def test_planted(probe: Probe, seed: int):
    """Each planted fault trips the probe that is for it."""
    assert found_in(votes_of(seed, PLANTED[probe]))[probe].alarm


def test_words_name_the_fault():
    """What is said points at what was planted."""
    assert "birch > cedar > duru > birch" in found_in(votes_of(4, ring))[Probe.CYCLES].words
    assert "alder and duru" in found_in(votes_of(4, one_pair))[Probe.FIT].words
    assert "duru in period 4" in found_in(votes_of(4, late))[Probe.DRIFT].words
    assert "for duru" in found_in(votes_of(4, colluding))[Probe.SKEWNESS].words
    assert "against alder" in found_in(votes_of(4, against))[Probe.SKEWNESS].words


@pytest.mark.parametrize(("taste", "alarm"), [(0.0, False), (0.4, False), (0.95, True)])
def test_leaning(taste: float, *, alarm: bool):
    """Voters of strong tastes lean; their leanings are even, so that nobody looks rigged."""
    found = found_in(votes_of(6, taste=taste))

    assert found[Probe.LEANING].alarm is alarm
    assert not found[Probe.SKEWNESS].alarm


def test_connectivity():
    """A board in two parts has that finding and no other."""
    rows = [("u", "x", "y", "tie", 5), ("v", "z", "w", "tie", 5)]

    found = diagnose(tally(rows))

    assert [one.probe for one in found] == [Probe.CONNECTIVITY]
    assert found[0].alarm
    assert "2 group(s)" in found[0].words
    assert "4 pairs never met" in found[0].words


@pytest.mark.parametrize("names", [[], ["x"]])
def test_nobody_to_compare(names: list[str]):
    """A board without a pair is not connected."""
    assert diagnose(tally([], names))[0].alarm


def test_few_voters():
    """What cannot be tested with so few voters is no alarm, and says so."""
    rows = [
        ("u", *pair, verdict, 2) for pair in (("x", "y"), ("y", "z"), ("z", "x")) for verdict in ("a", "b")
    ]
    rows += [("v", *row[1:4], 1) for row in rows]

    found = {one.probe: one for one in diagnose(tally(rows))}

    assert found[Probe.FIT].p is None
    assert not any(one.alarm for one in found.values())


def test_two_contestants():
    """Between two there is no ring and no pattern to misfit."""
    found = {
        one.probe: one
        for one in diagnose(board_of([v for v in votes_of(7) if {v.a, v.b} <= {"alder", "duru"}]))
    }

    assert found[Probe.FIT].p is None
    assert found[Probe.CYCLES].words == "no ring of three"
    assert not any(one.alarm for one in found.values())


def test_one_vote_each():
    """Voters of one vote have no habits."""
    votes = [Outcome(vote.a, vote.b, vote.verdict, f"w{n}") for n, vote in enumerate(votes_of(8))]
    left = residuals(board_of(votes), BothBad.TIE)

    assert {(one.correlation, one.together, one.skewed) for one in leanings(left)} == {(0.0, 0.0, 0.0)}
    assert not leaning(left).alarm
    assert not skewness(left).alarm


def test_votes_left_out():
    """Votes for neither are no residuals when the rules leave them out."""
    votes = votes_of(9)
    kept = sum(vote.verdict is not Verdict.BOTH_BAD for vote in votes)

    left = residuals(board_of(votes), BothBad.DROPPED)

    assert left.count.sum() == kept < len(votes)


def test_fitted_sums_are_nothing():
    """What the fit has fitted leaves no residual: everybody's surplus of wins is zero."""
    left = residuals(board_of(votes_of(10)), BothBad.TIE)
    one = np.ones(1)

    found = sums(left, lambda lot: [(lot.a, one), (lot.b, -one)], 4)

    assert found.values == pytest.approx(np.zeros(4), abs=1e-6)
    assert found.p is None


@pytest.mark.parametrize("dropped", ["votes", "voter", "contestant"])
def test_periods_are_the_whole(dropped: str):
    """Periods that are not the parts of the board are refused."""
    votes = votes_of(11)
    strangers = {
        "votes": votes[:2_000],
        "voter": [*votes, Outcome("alder", "duru", Verdict.A, "stranger")],
        "contestant": [*votes, Outcome("alder", "stranger", Verdict.A, "voter-1")],
    }

    with pytest.raises(BadSettings, match=r"add up|not in the whole"):
        drift(board_of(votes), [board_of(strangers[dropped])])
