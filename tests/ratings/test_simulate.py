"""A simulated world is what it says it is."""

from collections import Counter
from math import exp, sqrt
from random import Random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import fit
from ratings.counts import Verdict, count_pairs, tally
from ratings.errors import BadWorld
from ratings.simulate import World, _personal, chances, citizen, coverage, draw, judge, plan, play
from ratings.standings import standings

TRUTH = {"alder": 0.7, "birch": 0.3, "cedar": 0.0, "duru": -0.2, "elm": -0.8}

strength = st.floats(-20, 20)
rates = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5)).map(
    lambda parts: (parts[0] * parts[2], (1 - parts[0]) * parts[2])
)


@given(strength, strength, rates)
def test_ties_do_not_move_the_truth(a: float, b: float, both: tuple[float, float]):
    """With ties as half a win, A's expected score is the logistic of the difference, exactly."""
    chance = chances(a, b, *both)

    score = chance[Verdict.A] + (chance[Verdict.TIE] + chance[Verdict.BOTH_BAD]) / 2

    assert score == pytest.approx(1 / (1 + exp(b - a)), abs=1e-14)


@given(strength, strength, rates)
def test_chances_are_chances(a: float, b: float, both: tuple[float, float]):
    """The chances of the verdicts are between 0 and 1 and sum to 1."""
    chance = chances(a, b, *both)

    assert all(0 <= each <= 1 for each in chance.values())
    assert sum(chance.values()) == pytest.approx(1, abs=1e-14)


def test_rates_are_those_between_equals():
    """Between equals, ties and "both bad" come as often as the rates say."""
    assert chances(1.5, 1.5, 0.25, 0.125) == {"a": 0.3125, "b": 0.3125, "tie": 0.25, "both_bad": 0.125}


def test_drawn_as_often_as_they_should():
    """Drawn verdicts come as often as their chances: each within five standard errors."""
    rng = Random(1)
    chance = chances(0.5, 0.0, 0.2, 0.1)

    seen = Counter(draw(rng, 0.5, 0.0, 0.2, 0.1) for _ in range(20_000))

    for verdict, p in chance.items():
        assert abs(seen[verdict] / 20_000 - p) < 5 * sqrt(p * (1 - p) / 20_000)


@pytest.mark.parametrize("p", [0.05, 0.5, 0.8])
@pytest.mark.parametrize("taste", [0.0, 0.3, 0.9])
def test_tastes_do_not_move_the_truth(p: float, taste: float):
    """Over citizens of all leanings, the mean chance that A is preferred is that of the strengths."""
    leanings = NormalDist().samples(40_000, seed=2)

    mean = np.mean([_personal(p, lean, taste) for lean in leanings])

    assert abs(mean - p) < 5 * sqrt(0.25 / 40_000)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_no_taste_against_certainty(p: float):
    """No taste turns what is certain."""
    assert _personal(p, 3.0, 0.5) == p


def test_a_citizen_keeps_her_taste():
    """With a strong taste, a citizen says of equals nearly always the same."""
    rng = Random(3)
    world = World({"x": 0.0, "y": 0.0}, tie_rate=0, both_bad_rate=0, taste=0.999)
    who = citizen(rng, world, "v1")

    said = Counter(judge(rng, world, who, "x", "y") for _ in range(100))

    assert said.most_common(1)[0][1] > 95


@pytest.mark.parametrize(("tie_rate", "both_bad_rate"), [(0.4, 0.2), (-0.1, 0.1), (0.1, float("nan"))])
def test_impossible_rates(tie_rate: float, both_bad_rate: float):
    """Rates under which a chance would be negative are refused."""
    with pytest.raises(BadWorld):
        World(TRUTH, tie_rate, both_bad_rate)


@pytest.mark.parametrize("taste", [-0.1, 1.0])
def test_impossible_taste(taste: float):
    """A taste that leaves no chance, or less than none, is refused."""
    with pytest.raises(BadWorld):
        World(TRUTH, taste=taste)


@given(st.integers(0, 60), st.integers(1, 20), st.integers(0, 9))
def test_plan(battles: int, voters: int, seed: int):
    """Every battle has a voter, and every voter a battle while they last."""
    turns = plan(Random(seed), battles=battles, voters=voters, tail=1.0)

    assert len(turns) == battles
    assert len(set(turns)) == min(battles, voters)
    assert set(turns) <= set(range(voters))


def test_heavy_tail():
    """With a heavy tail a few voters have most battles."""
    busiest = [
        Counter(plan(Random(4), battles=5_000, voters=100, tail=tail)).most_common(1)[0][1] for tail in (0, 2)
    ]

    assert busiest[0] < 100
    assert busiest[1] > 300


def test_plan_without_voters():
    """Without voters there is nothing to plan."""
    with pytest.raises(BadWorld):
        plan(Random(5), battles=3, voters=0)


def test_same_seed_same_world():
    """The same seed gives the same votes."""
    one, other = (
        list(play(rng, World(TRUTH, taste=0.3), plan(rng, battles=200, voters=20)))
        for rng in (Random(6), Random(6))
    )

    assert one == other


def test_strengths_are_found_again():
    """From many votes the fit finds the true strengths, ties and tastes notwithstanding."""
    rng = Random(7)
    votes = play(rng, World(TRUTH, tie_rate=0.3, taste=0.3), plan(rng, battles=30_000, voters=10_000))

    found = fit(count_pairs(votes))

    assert found.values == pytest.approx(list(TRUTH.values()), abs=0.08)


def test_intervals_cover_the_truth():
    """95 % intervals of 40 simulated rounds hold the truth as often as they should.

    Of 200 intervals 190 are expected. Those of a round depend on each other, so the bound is wide: it
    catches intervals that ignore the voters (about 150) or are twice too wide (200).
    """
    inside = 0
    for seed in range(40):
        rng = Random(seed)
        votes = play(rng, World(TRUTH, taste=0.6), plan(rng, battles=1_000, voters=100, tail=0.5))
        hits, of = coverage(standings(tally(vote.as_row() for vote in votes)), TRUTH)
        inside += hits

    assert of == 5
    assert 178 <= inside <= 199


def test_coverage_is_centred():
    """A truth that is everywhere the same amount higher is the same truth; a wrong one is found out."""
    rng = Random(8)
    board = tally(vote.as_row() for vote in play(rng, World(TRUTH), plan(rng, battles=1_000, voters=100)))
    found = standings(board)

    lifted = coverage(found, {name: value + 50 for name, value in TRUTH.items()})
    turned = coverage(found, {name: -5 * value - 1 for name, value in TRUTH.items()})

    assert lifted == coverage(found, TRUTH)
    assert turned[0] < lifted[0]
