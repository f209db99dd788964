"""Strengths under random weights."""

from dataclasses import replace

import choix
import numpy as np
import pytest

from ratings.bootstrap import Replicates, by_vote, by_voter
from ratings.bradley_terry import Ties, fit
from ratings.comparisons import folded
from ratings.counts import Board, PairCounts, Verdict
from ratings.electorate import Activity, Electorate, play_round
from ratings.simulate import World
from ratings.uncertainty import cr1, sandwich

WORLD = World({"alder": 0.5, "birch": 0.1, "cedar": -0.6}, taste=0.4)
CASES = [(ties, side) for ties in Ties for side in (False, True)]


def board(votes: int = 3_000) -> Board:
    electorate = Electorate(300, Activity.LOG_NORMAL)
    return play_round(np.random.default_rng(1), WORLD, electorate, votes).board()


@pytest.mark.parametrize(("ties", "side"), CASES)
def test_as_wide_as_the_sandwich(ties: Ties, side: bool):
    """With many votes, rounds of weighted votes and of weighted voters spread as their sandwiches say."""
    given = board()
    strengths = fit(given.pairs, ties=ties, side=side)

    votes = by_vote(given.pairs, strengths, rounds=4_000, seed=1)
    voters = by_voter(given, strengths, rounds=4_000, seed=2)

    assert votes.covariance() == pytest.approx(sandwich(given.pairs, strengths).covariance, rel=0.15)
    assert voters.covariance() == pytest.approx(cr1(given, strengths).covariance, rel=0.15)


def test_a_round_is_a_fit():
    """A round ends where a fit of its weights would, to a hundredth of a standard error."""
    pairs = board(2_000).pairs
    strengths = fit(pairs)
    errors = sandwich(pairs, strengths).standard_errors()
    lines = folded(pairs, frozenset({Verdict.TIE, Verdict.BOTH_BAD}), side=False)
    shapes = np.concatenate(lines.votes)[:, None]
    weights = np.random.Generator(np.random.SFC64(3)).standard_gamma(shapes, (len(shapes), 5))

    found = by_vote(pairs, strengths, rounds=5, seed=3)

    for row, drawn in zip(found.values, weights.T, strict=True):
        won, lost, tied = np.split(drawn, 3)
        wins = replace(lines, won=won, lost=lost, tied=tied).wins()
        theirs = choix.ilsr_pairwise_dense(wins, tol=1e-12)
        assert row == pytest.approx(theirs - theirs.mean(), abs=0.01 * errors.min())


def test_seed():
    """The seed is part of the result: the same seed gives the same rounds, another gives others."""
    given = board(400)
    strengths = fit(given.pairs)

    one, same, other = (by_vote(given.pairs, strengths, rounds=20, seed=seed) for seed in (4, 4, 5))

    assert one.values.tobytes() == same.values.tobytes()
    assert one.values.tobytes() != other.values.tobytes()
    assert (one.seed, one.by, one.names) == (4, "vote", strengths.names)


def test_intervals():
    """An interval of level 0.9 holds nine rounds in ten."""
    values = np.tile(np.arange(101.0)[:, None], (1, 2))

    lower, upper = Replicates(("x", "y"), values, seed=0, by="vote").intervals(0.9)

    assert lower == pytest.approx([5, 5])
    assert upper == pytest.approx([95, 95])


def test_few_votes_stay_together():
    """No round loses the only win that holds the contestants together."""
    cells = np.zeros((2, 2, 4), dtype=np.int64)
    cells[0, 1, 0], cells[0, 1, 1] = 30, 1
    pairs = PairCounts(("x", "y"), cells)

    found = by_vote(pairs, fit(pairs), rounds=500, seed=6)
    wins, losses = np.exp(found.values.T)
    lower, upper = found.intervals(0.9)

    assert np.isfinite(found.values).all()
    assert (wins > losses).mean() > 0.99
    assert lower[0] < fit(pairs).values[0] < upper[0]
