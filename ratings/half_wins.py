"""Half wins: ties being half a win for each, a fit without further terms needs a table K × K and no more.

A table is summed by row and by column where it stands; lines of pairs are gathered and scattered, which takes
several times as long.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from ratings.counts import LAYER, FloatArray, PairCounts, Verdict
from ratings.linear import diagonal, times
from ratings.strengths import LEFT_OUT, UNDECIDED, BothBad
from ratings.tie_models import TieModel, logistic

NEAR = 300.0
"""Strengths within so much have odds whose squares are numbers; for others each pair's odds are taken."""

KINDS: dict[BothBad, tuple[list[int], ...]] = {
    both_bad: tuple(
        [LAYER[verdict] for verdict in verdicts]
        for verdicts in ([Verdict.A], [Verdict.B], sorted(UNDECIDED - LEFT_OUT[both_bad]))
    )
    for both_bad in BothBad
}
"""Where cells count that A was preferred, B was, and neither."""

ROWS = 64
"""Rows of cells that are looked at together; few enough to stay in the processor's cache."""

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
    found: FloatArray = np.add(table, table.T)
    sums = found.sum(axis=1)
    np.negative(found, out=found)
    diagonal(found)[:] = sums
    return found


def _on_seats(counts: PairCounts, both_bad: BothBad) -> list[FloatArray]:
    """Give how often A was preferred, B was, and neither, contestant on A by that on B, shapes (K, K).

    Some rows are taken at a time, so that each cell is fetched from memory once.
    """
    kinds = KINDS[both_bad]
    found = [np.empty(counts.cells.shape[:2]) for _ in kinds]
    for start in range(0, len(counts.names), ROWS):
        rows = slice(start, start + ROWS)
        for table, layers in zip(found, kinds, strict=True):
            table[rows] = reduce(np.add, [counts.cells[rows, :, layer] for layer in layers])
    return found


def won_and_tied(counts: PairCounts, both_bad: BothBad) -> tuple[FloatArray, FloatArray]:
    """Give how often row was preferred to column, and how often neither was, shapes (K, K)."""
    won, lost, tied = _on_seats(counts, both_bad)
    won += lost.T
    return won, np.add(tied, tied.T, out=lost)


def has_ties(counts: PairCounts, both_bad: BothBad) -> bool:
    """Tell whether a vote that is counted prefers neither."""
    return any(counts.cells[:, :, LAYER[verdict]].any() for verdict in UNDECIDED - LEFT_OUT[both_bad])


def half_wins(counts: PairCounts, both_bad: BothBad) -> FloatArray:
    """Give the wins of row over column, a tie counting one half for each, shape (K, K)."""
    won, lost, tied = _on_seats(counts, both_bad)
    tied *= 0.5
    won += tied
    lost += tied
    won += lost.T
    return won


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
