"""Half wins: ties being half a win for each, a fit without further terms needs a table K × K and no more.

A table is summed by row and by column where it stands; lines of pairs are gathered and scattered, which takes
several times as long.
"""

from dataclasses import dataclass

import numpy as np

from ratings.counts import LAYER, VERDICTS, FloatArray, IntArray, PairCounts, Verdict
from ratings.linear import diagonal, times
from ratings.strengths import LEFT_OUT, SCORE_OF_A, UNDECIDED, BothBad
from ratings.tie_models import TieModel, logistic

NEAR = 300.0
"""Strengths within so much have odds whose squares are numbers; for others each pair's odds are taken."""

NO_VOTES: IntArray = np.zeros((1, 1), dtype=np.int64)

NO_TERMS: FloatArray = np.empty((0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class HalfWins:
    """Wins of row over column, a tie counting one half for each, shape (K, K)."""

    wins: FloatArray

    @property
    def size(self) -> int:
        """Give the number of contestants."""
        return len(self.wins)

    @property
    def terms(self) -> FloatArray:
        """Give no terms, shape (0, 0)."""
        return NO_TERMS

    def reach(self) -> FloatArray:
        """Give how large each term gets: there is none, shape (0,)."""
        return NO_TERMS.ravel()

    def gradient(self, _: TieModel, values: FloatArray, /) -> FloatArray:
        """Give the slope of the log-likelihood by every strength, shape (K,)."""
        odds = odds_of(values)
        if odds is None:
            return net(self.wins * chances(values)[1])
        shared = odds[:, None] + odds
        np.divide(self.wins, shared, out=shared)
        slope: FloatArray = times(shared, odds) - odds * shared.sum(axis=0)
        return slope

    def steepness(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the slope, and the information of each contestant on its own strength, shapes (K,)."""
        first, surprise = chances(values)
        surprise *= self.wins
        slope = net(surprise)
        surprise *= first
        own: FloatArray = surprise.sum(axis=1) + surprise.sum(axis=0)
        return slope, own

    def information(self, _: TieModel, values: FloatArray, /) -> FloatArray:
        """Give the observed information of the strengths, shape (K, K)."""
        first, bend = chances(values)
        bend *= first
        bend *= self.wins
        return laplacian(bend)


def odds_of(values: FloatArray) -> FloatArray | None:
    """Give numbers in proportion to the odds of contestants, shape (K,), if they are near enough."""
    top = values.max()
    return np.exp(values - top) if top - values.min() <= NEAR else None


def chances(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the chances of row and of column against each other, shapes (K, K)."""
    odds = odds_of(values)
    if odds is None:
        return logistic(values[:, None] - values[None, :])
    second = odds[:, None] + odds
    np.divide(1.0, second, out=second)
    first = second * odds[:, None]
    second *= odds
    return first, second


def net(table: FloatArray) -> FloatArray:
    """Sum each row and take away its column, shape (K,)."""
    sums: FloatArray = table.sum(axis=1) - table.sum(axis=0)
    return sums


def laplacian(table: FloatArray) -> FloatArray:
    """Make a matrix whose rows sum to zero of what rows say of columns, and columns of rows, shape (K, K)."""
    found = -table
    found -= table.T
    diagonal(found)[:] = -found.sum(axis=1)
    return found


def won_and_tied(counts: PairCounts, both_bad: BothBad) -> tuple[FloatArray, FloatArray]:
    """Give how often row was preferred to column, and how often neither was, shapes (K, K)."""
    layers = np.moveaxis(counts.cells, 2, 0)
    won: IntArray = layers[LAYER[Verdict.A]] + layers[LAYER[Verdict.B]].T
    tied = sum((layers[LAYER[verdict]] for verdict in sorted(UNDECIDED - LEFT_OUT[both_bad])), NO_VOTES)
    return won.astype(np.float64), (tied + tied.T).astype(np.float64)


def has_ties(counts: PairCounts, both_bad: BothBad) -> bool:
    """Tell whether a vote that is counted prefers neither."""
    return any(counts.cells[:, :, LAYER[verdict]].any() for verdict in UNDECIDED - LEFT_OUT[both_bad])


def half_wins(counts: PairCounts, both_bad: BothBad) -> FloatArray:
    """Give the wins of row over column, a tie counting one half for each, shape (K, K)."""
    shares = np.array([[SCORE_OF_A[verdict], 1.0 - SCORE_OF_A[verdict]] for verdict in VERDICTS])
    shares[[LAYER[verdict] for verdict in LEFT_OUT[both_bad]]] = 0.0
    table = counts.cells @ shares
    wins: FloatArray = np.add(table[:, :, 0], table[:, :, 1].T, order="C")
    return wins


def squares(counts: PairCounts, both_bad: BothBad, values: FloatArray) -> FloatArray:
    """Sum the outer products of the votes' slopes by every strength, shape (K, K)."""
    won, tied = won_and_tied(counts, both_bad)
    first, second = chances(values)
    first -= second
    first *= first
    first *= 0.125  # the square of one half, and each tie stands in both seats
    first *= tied
    second *= second
    second *= won
    second += first
    return laplacian(second)
