"""Comparisons: votes folded to one line for each pair, and what a fit sums over them.

A line holds two contestants, `first` < `second`, how often each was preferred and how often neither,
and what multiplies each further coefficient in the log-odds of `first`: one for the side, 1 where `first`
sat on A and -1 where it sat on B, or the differences of style. Without such terms a pair is one line,
whoever sat where, so swapping the sides changes no bit of a fit.

Coefficients stand in one vector: K strengths, the parameter of the tie model if it has one, the terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ratings.counts import LAYER, VERDICTS, FloatArray, IntArray, PairCounts, Verdict
from ratings.grouping import CellArray
from ratings.linear import diagonal, times
from ratings.tie_models import Bends, TieModel, Votes


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """E lines on `size` contestants; `terms` has shape (Q, E), all else (E,)."""

    size: int
    first: IntArray
    second: IntArray
    won: FloatArray
    lost: FloatArray
    tied: FloatArray
    terms: FloatArray

    @property
    def pair(self) -> IntArray:
        """Give first and second in one number, shape (E,)."""
        return self.first * self.size + self.second

    @property
    def votes(self) -> Votes:
        """Give how often first was preferred, second was, and neither, each (E,)."""
        return self.won, self.lost, self.tied

    def singly(self) -> "Comparisons":
        """Give lines that each have terms of their own; these do."""
        return self

    def reach(self) -> FloatArray:
        """Give how large each term gets, shape (Q,)."""
        reach: FloatArray = np.abs(self.terms).max(axis=1, initial=0.0)
        return reach

    def located(self, model: TieModel, values: FloatArray) -> tuple[FloatArray, float]:
        """Give the log-odds of each line, shape (E,), and the parameter of the tie model, at `values`."""
        after = self.size + model.has_parameter
        return self.log_odds(values[: self.size], values[after:]), model.tie_of(values, self.size)

    def gradient(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Give the slope of the log-likelihood by every coefficient, shape (P,)."""
        slopes = model.slopes(*self.located(model, values), self.votes)
        by_tie = [slopes.by_t.sum()] if model.has_parameter else []
        return np.concatenate([spread(self, slopes.by_d), by_tie, times(self.terms, slopes.by_d)])

    def information(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Give the observed information of all coefficients, shape (P, P)."""
        return information(self, model, model.bends(*self.located(model, values), self.votes))

    @property
    def share_tied(self) -> float:
        """Give the share of ties among the votes."""
        tied = float(self.tied.sum())
        return tied / float(self.won.sum() + self.lost.sum() + tied)

    def log_odds(self, strengths: FloatArray, coefficients: FloatArray) -> FloatArray:
        """Give the log-odds in favour of `first`, shape (E,)."""
        odds: FloatArray = strengths[self.first] - strengths[self.second]
        for term, coefficient in zip(self.terms, coefficients, strict=True):
            odds += coefficient * term
        return odds

    def wins(self) -> FloatArray:
        """Give the wins of row over column, a tie being half a win for each, shape (K, K)."""
        half = 0.5 * self.tied
        ahead = summed(self.pair, self.won + half, self.size**2).reshape(self.size, self.size)
        behind = summed(self.pair, self.lost + half, self.size**2).reshape(self.size, self.size)
        wins: FloatArray = ahead + behind.T
        return wins


def folded(counts: PairCounts, tied: frozenset[Verdict], *, side: bool) -> Comparisons:
    """Fold pair counts, `BOTH_BAD` being a tie if it is in `tied`; with a term for the side if `side`."""
    size = len(counts.names)
    first, second = np.divmod(np.flatnonzero(~np.tri(size, dtype=np.bool_)), max(size, 1))
    won, lost, drawn = _on_seats(counts, first, second, tied)
    lost_back, won_back, drawn_back = _on_seats(counts, second, first, tied)
    seatings = ((won, won_back), (lost, lost_back), (drawn, drawn_back))
    if not side:
        times = tuple(one + other for one, other in seatings)
        return _occupied(size, first, second, times, np.empty((0, len(first))))
    times = tuple(np.concatenate(each) for each in seatings)
    seats = np.repeat([[1.0, -1.0]], len(first), axis=1)
    return _occupied(size, np.tile(first, 2), np.tile(second, 2), times, seats)


def _on_seats(
    counts: PairCounts, on_a: IntArray, on_b: IntArray, tied: frozenset[Verdict]
) -> tuple[IntArray, IntArray, IntArray]:
    """Count the wins of A, those of B, and the ties where these contestants sat on A and on B."""
    cells = counts.cells.reshape(-1, len(VERDICTS)).take(on_a * len(counts.names) + on_b, axis=0)
    drawn: IntArray = cells[:, LAYER[Verdict.TIE]]
    if Verdict.BOTH_BAD in tied:
        drawn = np.add(drawn, cells[:, LAYER[Verdict.BOTH_BAD]])
    return cells[:, LAYER[Verdict.A]], cells[:, LAYER[Verdict.B]], drawn


def _occupied(
    size: int, first: IntArray, second: IntArray, times: tuple[IntArray, ...], terms: FloatArray
) -> Comparisons:
    """Leave out lines without a vote."""
    won, lost, tied = (each.astype(np.float64) for each in times)
    there = np.flatnonzero(won + lost + tied)
    if len(there) < len(first):
        first, second, terms = first[there], second[there], terms[:, there]
        won, lost, tied = won[there], lost[there], tied[there]
    return Comparisons(size, first, second, won, lost, tied, terms)


def information(lines: Comparisons, model: TieModel, bends: Bends) -> FloatArray:
    """Give the observed information of all coefficients, shape (P, P)."""
    weighted = lines.terms * bends.dd
    border = [*([bends.dt] if model.has_parameter else []), *weighted]
    both = np.array([times(lines.terms, each) for each in weighted]).reshape(2 * (len(weighted),))
    return assembled(lines, bends.dd, border, corner(lines.terms, model, bends, both))


def assembled(
    lines: Comparisons, dd: FloatArray, border: Sequence[FloatArray] | FloatArray, block: FloatArray
) -> FloatArray:
    """Put a matrix of all coefficients together: what belongs to two strengths, to one, to none."""
    size = lines.size
    pairs = summed(lines.pair, dd, size * size).reshape(size, size)
    strengths: FloatArray = -(pairs + pairs.T)
    diagonal(strengths)[:] = -strengths.sum(axis=1)
    if not len(border):
        return strengths
    side = np.array([spread(lines, each) for each in border])
    return np.block([[strengths, side.T], [side, block]])


def corner(terms: FloatArray, model: TieModel, bends: Bends, both: FloatArray) -> FloatArray:
    """Give what belongs to the tie parameter, to one of `terms`, and to `both` of two, shape (Q, Q)."""
    if not model.has_parameter:
        return both
    across = times(terms, bends.dt)[None, :]
    return np.block([[np.full((1, 1), bends.tt.sum()), across], [across.T, both]])


def spread(lines: Comparisons, by_d: FloatArray, sign: float = -1.0) -> FloatArray:
    """Sum what each line says of its log-odds to its contestants, to the second with `sign`, shape (K,)."""
    first = summed(lines.first, by_d, lines.size)
    return first + sign * summed(lines.second, by_d, lines.size)


def summed(place: CellArray, amounts: FloatArray, size: int) -> FloatArray:
    """Sum `amounts` by `place`, in the order of the lines, shape (size,)."""
    sums = np.bincount(place, amounts, size)
    return sums.astype(np.float64, copy=False)
