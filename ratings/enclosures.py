"""Enclosures: between what bounds the chances of verdicts lie over a box of places.

Twice over: by monotony, and by the slopes in the middle of the box with a bound on what they miss.
"""

from dataclasses import dataclass

import numpy as np

from ratings.bradley_terry import Ties
from ratings.counts import FloatArray
from ratings.equations import LEAD, Equations
from ratings.tie_models import TieModel

BENDS: dict[Ties, tuple[float, float]] = {
    Ties.HALF: (3**0.5 / 18.0, 1.0 / 8.0),
    Ties.DAVIDSON: (3.0 / 16.0, 7.0 / 16.0),
}
"""The most that the second and third derivatives of E T along a move can be, as parts of the range of T and
of the square and the cube of the range of what the move adds to the log-odds of two verdicts.

They are cumulants: cov(T, (y - E y)²), and cov(T, (y - E y)³) - 3 cov(T, y) var y. A covariance with T is at
most half its range times the mean distance of the other from its mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Places between `low` and `high`, shape (D,) each."""

    low: FloatArray
    high: FloatArray

    @property
    def middle(self) -> FloatArray:
        """Give the place in the middle."""
        middle: FloatArray = 0.5 * (self.low + self.high)
        return middle

    @property
    def is_a_point(self) -> bool:
        """Tell whether it is too small to be cut."""
        return float((self.high - self.low).max(initial=0.0)) < 1e-9

    def halves(self, along: int, at: float) -> tuple["Box", "Box"]:
        """Cut at a value of one coordinate."""
        high, low = self.high.copy(), self.low.copy()
        high[along] = low[along] = at
        return Box(self.low, high), Box(low, self.high)


@dataclass(frozen=True, slots=True, eq=False)
class Enclosure:
    """What the mean of T is worth at some prices over a box, line by line, shapes (E,).

    It lies between `low` and `high`, and `at` the middle, moving from there by `slope` (E, D) times the
    move of the place, less at most `bent`.
    """

    low: FloatArray
    high: FloatArray
    at: FloatArray
    slope: FloatArray
    bent: FloatArray


def enclosed(asked: Equations, worth: FloatArray, box: Box) -> Enclosure:
    """Enclose what the mean of T is worth over a box; `worth` are the `sayings`, shape (E, 3)."""
    width = asked.free.shape[1]
    middle, reach = box.middle, 0.5 * (box.high - box.low)
    odds, tie = asked.parted(middle)
    spread = np.abs(asked.free) @ reach[:width]
    tie_reach = float(reach[width]) if asked.tied else 0.0
    low, high = _bounds(
        asked.model, worth, (odds - spread, odds + spread), (tie - tie_reach, tie + tie_reach)
    )
    chances = np.stack(asked.model.verdicts(odds, tie), axis=1)
    at = (chances * worth).sum(axis=1)
    surprise = chances * (worth - at[:, None])
    slope = asked.free * (surprise @ LEAD)[:, None]
    if asked.tied:
        slope = np.column_stack([slope, surprise[:, 2]])
    return Enclosure(low, high, at, slope, _bent(asked, worth, chances, spread, tie_reach))


def _bent(
    asked: Equations, worth: FloatArray, chances: FloatArray, spread: FloatArray, tie: float
) -> FloatArray:
    """Bound what second and higher derivatives take away over a move of so much, shape (E,)."""
    verdicts = slice(0, 3 if asked.tied else 2)
    range_ = worth[:, verdicts].max(axis=1) - worth[:, verdicts].min(axis=1)
    move = np.maximum(spread, 0.5 * spread + tie)
    surprise = chances * (worth - (chances * worth).sum(axis=1)[:, None])
    leads, ties = LEAD - (chances @ LEAD)[:, None], np.array([0.0, 0.0, 1.0]) - chances[:, 2:]
    here = np.abs((surprise * leads**2).sum(axis=1)) * spread**2
    here += 2.0 * np.abs((surprise * leads * ties).sum(axis=1)) * spread * tie
    here += np.abs((surprise * ties**2).sum(axis=1)) * tie**2
    second, third = BENDS[asked.ties]
    bent: FloatArray = np.minimum(
        0.5 * second * range_ * move**2, 0.5 * here + third / 6.0 * range_ * move**3
    )
    return bent


def _bounds(
    model: TieModel, worth: FloatArray, odds: tuple[FloatArray, FloatArray], tie: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Bound by the lead of the first, which grows with the odds, and by the chance of a tie."""
    low, high = odds
    leads = []
    for end, outward in ((low, low < 0.0), (high, high > 0.0)):
        first, second, _ = model.verdicts(end, np.where(outward, tie[0], tie[1]))
        leads.append(0.5 * (worth[:, 0] - worth[:, 1]) * (first - second))
    far = np.maximum(np.abs(low), np.abs(high))
    near = np.where((low < 0.0) & (high > 0.0), 0.0, np.minimum(np.abs(low), np.abs(high)))
    seldom, often = (model.verdicts(end, at)[2] * worth[:, 2] for end, at in ((far, tie[0]), (near, tie[1])))
    return (
        np.minimum(*leads) + np.minimum(seldom, often),
        np.maximum(*leads) + np.maximum(seldom, often),
    )
