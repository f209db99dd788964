"""Newton's method on comparisons, from a cheap start.

Steps are damped so that none overshoots: the loss is self-concordant in Bach's sense (Bach 2010,
Electron. J. Statist. 4:384), a step being shortened by the largest change of log-odds it makes.

While steps shrink fast enough the last inverse is used again; the end takes a fresh one.
"""

from dataclasses import dataclass

import numpy as np

from ratings.comparisons import Comparisons, gradient, information, spread
from ratings.counts import FloatArray
from ratings.errors import NotConverged
from ratings.linear import inverse_of
from ratings.tie_models import HALF, TieModel

EASY_STEPS = 8
SETTLED = 1e-3

FAST = 0.1
"""An inverse is kept while each step is at most this part of the one before, the first of one unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Summit:
    """Where the likelihood is highest: coefficients, shape (P,), and the inverse of the information there."""

    values: FloatArray
    inverse: FloatArray
    steps: int


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is climbed: lines, tie model, and the precision of a normal prior on the strengths."""

    lines: Comparisons
    model: TieModel
    prior: float

    def where(self, values: FloatArray) -> tuple[FloatArray, float]:
        """Give the log-odds of each line, shape (E,), and the parameter of the tie model, at `values`."""
        size = self.lines.size
        tie = float(values[size]) if self.model.has_parameter else 0.0
        return self.lines.log_odds(values[:size], values[size + self.model.has_parameter :]), tie

    def gradient(self, values: FloatArray) -> FloatArray:
        """Give the slope of what is climbed, shape (P,)."""
        slopes = self.model.slopes(*self.where(values), self.lines.votes)
        slope = gradient(self.lines, self.model, slopes)
        slope[: self.lines.size] -= self.prior * values[: self.lines.size]
        return slope

    def information(self, values: FloatArray) -> FloatArray:
        """Give the observed information, shape (P, P), with what the prior adds."""
        bends = self.model.bends(*self.where(values), self.lines.votes)
        curved = information(self.lines, self.model, bends)
        curved[np.diag_indices(self.lines.size)] += self.prior
        return curved

    def inverse(self, values: FloatArray) -> FloatArray:
        """Invert the observed information, shape (P, P), among strengths of mean zero."""
        return centred_inverse(self.information(values), self.lines.size, self.prior)

    def damping(self, values: FloatArray, move: FloatArray) -> float:
        """Give the step length that does not overshoot, nor leaves the tie parameter without its sign."""
        size = self.lines.size
        rest = np.abs(move[size + self.model.has_parameter :]) * self._reach_of_terms()
        span = float(np.ptp(move[:size]) + rest.sum())
        if not self.model.has_parameter:
            return _shortened(span)
        change = abs(float(move[size]))
        if self.model.positive:
            return min(_shortened(span + change), 1.0 / (1.0 + change / float(values[size])))
        return _shortened(span + change)

    def _reach_of_terms(self) -> FloatArray:
        reach: FloatArray = np.abs(self.lines.terms).max(axis=1, initial=0.0)
        return reach


def _shortened(span: float) -> float:
    return float(np.log1p(span)) / span if span > 0.0 else 1.0


def centred_inverse(information: FloatArray, size: int, prior: float = 0.0) -> FloatArray:
    """Invert the information of `size` strengths, and of what else, among strengths of mean zero.

    The constant vector is the only null direction, so filling it in and taking it out again is exact; no
    cut-off has to guess which small eigenvalues are zero.

    Raises:
        NotConverged: the matrix is singular in floating point.
    """
    scale = float(np.trace(information[:size, :size])) / size
    filled = information.copy()
    filled[:size, :size] += scale / size
    inverted = inverse_of(filled)
    inverted[:size, :size] -= 1.0 / (size * (scale + prior))
    return inverted


def climbed(problem: Problem, values: FloatArray, tolerance: float, limit: int) -> Summit:
    """Climb until a step moves no coefficient by more than `tolerance`.

    Raises:
        NotConverged: `limit` steps were not enough, or the information is singular in floating point.
    """
    inverse = problem.inverse(values) if limit else np.empty((0, 0))
    last = 1.0
    for step in range(1, limit + 1):
        move = inverse @ problem.gradient(values)
        values = values + problem.damping(values, move) * move
        values[: problem.lines.size] -= values[: problem.lines.size].mean()
        size = float(np.abs(move).max())
        if size <= tolerance:
            return Summit(values, problem.inverse(values), step)
        if size > FAST * last:
            inverse = problem.inverse(values)
        last = size
    raise NotConverged(f"{limit} Newton steps were not enough")


def settled(lines: Comparisons, prior: float) -> FloatArray | None:
    """Move each contestant by its own slope until little moves, ties being half a win; None if it does not.

    Where all meet all about as often, (K-1)/K of each one's own step is nearly the Newton step.
    """
    strengths = np.zeros(lines.size)
    share = (lines.size - 1.0) / lines.size
    none = np.zeros(len(lines.terms))
    for _ in range(EASY_STEPS):
        odds = lines.log_odds(strengths, none)
        own = spread(lines, HALF.bends(odds, 0.0, lines.votes).dd, sign=1.0) + prior
        slope = spread(lines, HALF.slopes(odds, 0.0, lines.votes).by_d) - prior * strengths
        move = share * slope / own
        strengths += _shortened(float(np.ptp(move))) * move
        strengths -= strengths.mean()
        if float(np.abs(move).max()) <= SETTLED:
            return strengths
    return None
