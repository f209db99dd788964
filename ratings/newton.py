"""Newton's method on comparisons, from a cheap start.

Steps are damped so that none overshoots: the loss is self-concordant in Bach's sense (Bach 2010,
Electron. J. Statist. 4:384), a step being shortened by the largest change of log-odds it makes.

While steps shrink fast enough the last inverse is used again; the end takes a fresh one.
Many contestants come near without any, by conjugate gradients, and are inverted once, there.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from ratings.conjugate import conjugate_step
from ratings.counts import FloatArray
from ratings.errors import NotConverged
from ratings.linear import diagonal, inverse_of, times
from ratings.tie_models import TieModel

FAST = 0.1
"""An inverse is kept while each step is at most this part of the one before, the first of one unit."""

MANY = 64
"""More contestants than these take longer to invert than to come near without an inverse."""

NEAR = 1e-7
"""A step so small leads to where the next one ends the climb."""

NEARER = 1e-9
"""A step so small from a fresh inverse leaves its square, and the inverse serves where it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Summit:
    """Where the likelihood is highest: coefficients, shape (P,), and the inverse of the information there."""

    values: FloatArray
    inverse: FloatArray
    steps: int


class Lines(Protocol):
    """What is climbed on: lines of votes, by pair or one by one, or a table of wins."""

    @property
    def size(self) -> int:
        """Give the number of contestants."""
        ...

    @property
    def terms(self) -> FloatArray:
        """Give what multiplies each further coefficient, shape (Q, E)."""
        ...

    def reach(self) -> FloatArray:
        """Give how large each term gets, shape (Q,)."""
        ...

    def gradient(self, model: TieModel, values: FloatArray, /) -> FloatArray:
        """Give the slope of the log-likelihood by every coefficient, shape (P,)."""
        ...

    def information(self, model: TieModel, values: FloatArray, /) -> FloatArray:
        """Give the observed information of all coefficients, shape (P, P)."""
        ...


L_co = TypeVar("L_co", bound=Lines, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Problem(Generic[L_co]):
    """What is climbed: lines, tie model, and the precision of a normal prior on the strengths."""

    lines: L_co
    model: TieModel
    prior: float

    def gradient(self, values: FloatArray) -> FloatArray:
        """Give the slope of what is climbed, shape (P,)."""
        slope = self.lines.gradient(self.model, values)
        slope[: self.lines.size] -= self.prior * values[: self.lines.size]
        return slope

    def information(self, values: FloatArray) -> FloatArray:
        """Give the observed information, shape (P, P), with what the prior adds."""
        curved = self.lines.information(self.model, values)
        diagonal(curved)[: self.lines.size] += self.prior
        return curved

    def inverse(self, values: FloatArray) -> FloatArray:
        """Invert the observed information, shape (P, P), among strengths of mean zero."""
        return centred_inverse(self.information(values), self.lines.size, self.prior)

    @property
    def is_wide(self) -> bool:
        """Tell whether an inverse takes longer than some slopes."""
        return self.lines.size > MANY and not len(self.lines.terms)

    def damping(self, values: FloatArray, move: FloatArray) -> float:
        """Give the step length that does not overshoot, nor leaves the tie parameter without its sign."""
        size = self.lines.size
        span = float(move[:size].max() - move[:size].min())
        if len(self.lines.terms):
            rest = np.abs(move[size + self.model.has_parameter :]) * self.lines.reach()
            span += float(rest.sum())
        if not self.model.has_parameter:
            return shortened(span)
        change = abs(float(move[size]))
        if self.model.positive:
            return min(shortened(span + change), 1.0 / (1.0 + change / float(values[size])))
        return shortened(span + change)

    def moved(self, values: FloatArray, move: FloatArray) -> FloatArray:
        """Give where a step leads, not beyond its damping; the strengths' mean stays zero."""
        values = values + self.damping(values, move) * move
        values[: self.lines.size] -= values[: self.lines.size].sum() / self.lines.size
        return values


def shortened(span: float) -> float:
    """Give the part of a step that changes log-odds by `span` which does not overshoot."""
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


def climbed(problem: Problem[Lines], values: FloatArray, tolerance: float, limit: int) -> Summit:
    """Climb until a step moves no coefficient by more than `tolerance`, or until the next one will not.

    Raises:
        NotConverged: `limit` steps were not enough, or the information is singular in floating point.
    """
    values, before = approached(problem, values, limit) if problem.is_wide else (values, 0)
    inverse = problem.inverse(values) if limit else np.empty((0, 0))
    last = 1.0
    for step in range(before + 1, limit + 1):
        move = times(inverse, problem.gradient(values))
        values = problem.moved(values, move)
        size = float(np.abs(move).max())
        if before and step == before + 1 and size <= NEARER:
            return Summit(values, inverse, step)
        if size <= tolerance:
            return Summit(values, problem.inverse(values), step)
        if size > FAST * last:
            inverse = problem.inverse(values)
        last = size
    raise NotConverged(f"{limit} Newton steps were not enough")


def approached(problem: Problem[Lines], values: FloatArray, limit: int) -> tuple[FloatArray, int]:
    """Climb near the summit without an inverse, as far as that goes fast; give also the steps it took."""
    information = problem.information(values)
    last = 1.0
    for step in range(limit):
        move = conjugate_step(information, problem.gradient(values))
        if move is None:
            return values, step
        values = problem.moved(values, move)
        size = float(np.abs(move).max())
        if size <= NEAR:
            return values, step + 1
        if size > FAST * last:
            information = problem.information(values)
        last = size
    return values, limit
