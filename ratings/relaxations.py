"""Relaxations: over a box of places, a linear programme whose answer no way of moving votes goes below.

Its unknowns are the votes moved of each kind, the place, and for each line the mean lead and the chance of a
tie there, held between the bounds of `enclosures`, and their products with the votes of the line, held
between those of McCormick (1976, Math. Program. 10:147). What solves the true equations solves these.
"""

from dataclasses import dataclass

import numpy as np

from ratings.closing import Move, kinds, sources
from ratings.counts import FloatArray, IntArray
from ratings.enclosures import Box, Enclosure, enclosed
from ratings.equations import LEAD, OUT, Equations
from ratings.programmes import Rows, solved

TIE = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A number of votes below which no place in the box is reached, and the place where it is found.

    `blame`, shape (D,), says how far the bounds along each coordinate are to blame for what is not exact.
    """

    least: float
    place: FloatArray
    blame: FloatArray


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the unknowns stand: votes by kind, votes more by line, the move in place, means, products."""

    kinds: int
    lines: int
    place: int
    means: int

    @property
    def all(self) -> int:
        """Count them."""
        return self.kinds + self.lines + self.place + 2 * self.means * self.lines

    def more(self) -> slice:
        """Give the votes that each line has more."""
        return slice(self.kinds, self.kinds + self.lines)

    def moved(self) -> slice:
        """Give the move from the middle of the box."""
        return slice(self.kinds + self.lines, self.kinds + self.lines + self.place)

    def mean(self, which: int) -> slice:
        """Give the mean lead (0) or the chance of a tie (1) of each line."""
        start = self.kinds + self.lines + self.place + which * self.lines
        return slice(start, start + self.lines)

    def product(self, which: int) -> slice:
        """Give its product with the votes of each line."""
        return self.mean(self.means + which)


def relaxed(asked: Equations, move: Move, most: float, box: Box, *, merged: bool = False) -> Relaxed:
    """Solve the relaxation, `most` being more votes than are of interest.

    If `merged`, the two that are level count as one: this is what holds where the gap need not be closed.
    """
    line, source, target = kinds(asked, move)
    held = [enclosed(asked, np.tile(worth, (len(asked.first), 1)), box) for worth in (LEAD, TIE)]
    held = held[: 1 + asked.tied]
    at = Columns(len(line), len(asked.first), len(box.low), len(held))
    low, high = _more(asked, move, most)
    bounds = np.full((at.all, 2), [-np.inf, np.inf])
    bounds[: at.kinds, 0] = 0.0
    bounds[at.more()] = np.column_stack([low, high])
    bounds[at.moved()] = np.column_stack([box.low, box.high]) - box.middle[:, None]
    limits, there = sources(asked, line, source)
    rows = [(np.pad(limits, ((0, 0), (0, at.all - at.kinds))), there)]
    for which, each in enumerate(held):
        bounds[at.mean(which)] = np.column_stack([each.low, each.high])
        rows += _near(at, which, each)
        rows += _products(at, which, each, asked.fitted, (low, high))
    costs = np.zeros(at.all)
    costs[: at.kinds] = 1.0
    matrix, right = (np.concatenate(each) for each in zip(*rows, strict=True))
    equal = _equations(asked, at, (line, source, target), merged=merged)
    answer = solved(costs, (matrix, right), equal, bounds)
    if not np.isfinite(answer.cost):
        return Relaxed(max(answer.cost, 0.0), box.middle, np.ones(at.place))
    place = np.clip(box.middle + answer.found[at.moved()], box.low, box.high)
    return Relaxed(answer.cost, place, _blame(asked, at, answer.found, place))


def _more(asked: Equations, move: Move, most: float) -> tuple[FloatArray, FloatArray]:
    none = np.zeros(len(asked.first))
    if move is Move.REMOVED:
        return -np.minimum(asked.fitted, most), none
    return none, np.full(len(none), most) if move is Move.ADDED else np.minimum(asked.votes[:, OUT], most)


def _near(at: Columns, which: int, held: Enclosure) -> list[Rows]:
    """A mean is within `bent` of what the slopes in the middle say."""
    rows = []
    for sign in (1.0, -1.0):
        matrix = np.zeros((at.lines, at.all))
        matrix[:, at.moved()] = sign * held.slope
        matrix[:, at.mean(which)] = -sign * np.eye(at.lines)
        rows.append((matrix, held.bent - sign * held.at))
    return rows


def _products(
    at: Columns, which: int, held: Enclosure, fitted: FloatArray, more: tuple[FloatArray, FloatArray]
) -> list[Rows]:
    """The product of two numbers between bounds is above two planes and below two others."""
    low, high = (fitted + each for each in more)
    rows = []
    for votes, mean, sign in (
        (low, held.low, 1.0),
        (high, held.high, 1.0),
        (high, held.low, -1.0),
        (low, held.high, -1.0),
    ):
        matrix = np.zeros((at.lines, at.all))
        matrix[:, at.mean(which)] = sign * np.diag(votes)
        matrix[:, at.more()] = sign * np.diag(mean)
        matrix[:, at.product(which)] = -sign * np.eye(at.lines)
        rows.append((matrix, sign * (votes * mean - fitted * mean)))
    return rows


def _equations(
    asked: Equations, at: Columns, every: tuple[IntArray, IntArray, IntArray], *, merged: bool
) -> Rows:
    """What the votes then give of each statistic is what is expected; and how many each line has more."""
    line, source, target = every
    statistics = np.pad(asked.statistics(), ((0, 0), (0, 2), (0, 0)))
    size = statistics.shape[2]
    matrix, right = np.zeros((size + at.lines, at.all)), np.zeros(size + at.lines)
    matrix[:size, : at.kinds] = (statistics[line, target] - statistics[line, source]).T
    matrix[: asked.full.shape[1], at.product(0)] = -asked.full.T
    if asked.tied:
        matrix[size - 1, at.product(1)] = -1.0
    right[:size] = -np.einsum("ev,evp->p", asked.votes[:, :OUT], statistics[:, :OUT])
    if merged:
        for rows in (matrix, right):
            rows[asked.above] += rows[asked.below]
            rows[asked.below] = 0.0
    matrix[size + line, np.arange(at.kinds)] = (target < OUT) * 1.0 - (source < OUT)
    matrix[size:, at.more()] = -np.eye(at.lines)
    return matrix, right


def _blame(asked: Equations, at: Columns, found: FloatArray, place: FloatArray) -> FloatArray:
    first, second, tie = asked.model.verdicts(*asked.parted(place))
    votes = asked.fitted + found[at.more()]
    true = (0.5 * (first - second), tie)
    off = sum(np.abs(found[at.product(which)] - votes * true[which]) for which in range(at.means))
    blame = (np.abs(asked.free) > 0.0).T @ off
    return np.append(blame, [np.sum(off)] * asked.tied)
