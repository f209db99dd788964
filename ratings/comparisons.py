"""Comparisons: votes folded to one line for each pair, and what a fit sums over them.

A line holds two contestants, `first` < `second`, how often each was preferred and how often neither,
and what multiplies each further coefficient in the log-odds of `first`: one for the side, 1 where `first`
sat on A and -1 where it sat on B, or the differences of style. Without such terms a pair is one line,
whoever sat where, so swapping the sides changes no bit of a fit.

Coefficients stand in one vector: K strengths, the parameter of the tie model if it has one, the terms.
"""

from dataclasses import dataclass

import numpy as np

from ratings.counts import LAYER, FloatArray, IntArray, PairCounts, Verdict
from ratings.tie_models import Bends, Slopes, TieModel, Votes


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
    def votes(self) -> Votes:
        """Give how often first was preferred, second was, and neither, each (E,)."""
        return self.won, self.lost, self.tied

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
        wins = np.zeros((self.size, self.size))
        np.add.at(wins, (self.first, self.second), self.won + 0.5 * self.tied)
        np.add.at(wins, (self.second, self.first), self.lost + 0.5 * self.tied)
        return wins


def folded(counts: PairCounts, tied: frozenset[Verdict], *, side: bool) -> Comparisons:
    """Fold pair counts, the verdicts in `tied` being ties; with a term for the side if `side`."""
    on_a = counts.cells[:, :, LAYER[Verdict.A]]
    on_b = counts.cells[:, :, LAYER[Verdict.B]]
    ties = sum((counts.cells[:, :, LAYER[verdict]] for verdict in sorted(tied)), np.zeros_like(on_a))
    seatings = [(on_a, on_b, ties, 1.0), (on_b.T, on_a.T, ties.T, -1.0)]
    if not side:
        seatings = [(on_a + on_b.T, on_b + on_a.T, ties + ties.T, 1.0)]
    lines = [_upper(won, lost, tie) for won, lost, tie, _ in seatings]
    first, second, won, lost, tie = (np.concatenate(each) for each in zip(*lines, strict=True))
    seats = [np.full(len(line[0]), seat) for line, (*_, seat) in zip(lines, seatings, strict=True)]
    terms = np.concatenate(seats)[None, :] if side else np.empty((0, len(first)))
    times = won.astype(float), lost.astype(float), tie.astype(float)
    return Comparisons(len(counts.names), first, second, *times, terms)


def _upper(won: IntArray, lost: IntArray, tied: IntArray) -> tuple[IntArray, ...]:
    first, second = np.nonzero(np.triu(won + lost + tied, 1))
    return (first, second, *(counts[first, second] for counts in (won, lost, tied)))


def gradient(lines: Comparisons, model: TieModel, slopes: Slopes) -> FloatArray:
    """Give the slope of the log-likelihood by every coefficient, shape (P,)."""
    by_strength = spread(lines, slopes.by_d)
    by_tie = [slopes.by_t.sum()] if model.has_parameter else []
    by_terms = (lines.terms * slopes.by_d).sum(axis=1)
    return np.concatenate([by_strength, by_tie, by_terms])


def information(lines: Comparisons, model: TieModel, bends: Bends) -> FloatArray:
    """Give the observed information of all coefficients, shape (P, P)."""
    size = lines.size
    pairs = summed(lines.first * size + lines.second, bends.dd, size * size).reshape(size, size)
    pairs = pairs + pairs.T
    strengths: FloatArray = np.diag(pairs.sum(axis=1)) - pairs
    weighted = [(bends.dt, bends.tt)] if model.has_parameter else []
    border = [spread(lines, dt) for dt, _ in weighted]
    border += [spread(lines, term * bends.dd) for term in lines.terms]
    if not border:
        return strengths
    corner = _corner(lines, model, bends)
    side = np.array(border)
    return np.block([[strengths, side.T], [side, corner]])


def _corner(lines: Comparisons, model: TieModel, bends: Bends) -> FloatArray:
    terms = [[(one * other * bends.dd).sum() for other in lines.terms] for one in lines.terms]
    if not model.has_parameter:
        return np.array(terms)
    across = [(term * bends.dt).sum() for term in lines.terms]
    rows = [[bends.tt.sum(), *across]]
    rows += [[each, *line] for each, line in zip(across, terms, strict=True)]
    return np.array(rows)


def spread(lines: Comparisons, by_d: FloatArray, sign: float = -1.0) -> FloatArray:
    """Sum what each line says of its log-odds to its contestants, to the second with `sign`, shape (K,)."""
    first = summed(lines.first, by_d, lines.size)
    return first + sign * summed(lines.second, by_d, lines.size)


def summed(place: IntArray, amounts: FloatArray, size: int) -> FloatArray:
    """Sum `amounts` by `place`, in the order of the lines, shape (size,)."""
    sums = np.bincount(place, amounts, size)
    return sums.astype(np.float64, copy=False)
