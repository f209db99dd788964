"""Points: a score out of a maximum, by a rule fixed before the votes.

mean win probability   points_i = maximum · P_i,  P_i = mean over opponents j of P(i beats j), ties shared
affine                 points_i = floor + (maximum - floor) · P_i
relative               points_i = maximum · P_i / P of the best

The chances come from the fitted strengths, so points do not depend on whom the pairing happened to draw.
A rule that stretches the worst to nothing and the best to the maximum (min-max), or that gives points for
ranks, is not here: its errors are many times those of P_i.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np
from scipy.special import expit

from ratings.bradley_terry import Strengths
from ratings.counts import FloatArray
from ratings.errors import BadSettings
from ratings.uncertainty import Uncertainty


class Rule(StrEnum):
    """How mean chances become points."""

    MEAN_WIN = "mean-win"
    AFFINE = "affine"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points and their intervals, each of shape (K,), in the order of the strengths."""

    values: FloatArray
    lower: FloatArray
    upper: FloatArray


Scored = Callable[[FloatArray, float, float], FloatArray]
"""From mean chances, shape (..., K), the floor and the maximum, to points of the same shape."""

RULES: dict[Rule, Scored] = {
    Rule.MEAN_WIN: lambda mean, _, maximum: maximum * mean,
    Rule.AFFINE: lambda mean, floor, maximum: floor + (maximum - floor) * mean,
    Rule.RELATIVE: lambda mean, _, maximum: maximum * mean / mean.max(axis=-1, keepdims=True),
}


def mean_win_probability(
    strengths: Strengths, uncertainty: Uncertainty, *, maximum: float, level: float
) -> Points:
    """Score by the mean chance to beat the others; intervals by the delta method, cut at 0 and `maximum`."""
    return points(strengths, uncertainty, Rule.MEAN_WIN, maximum=maximum, level=level)


def points(
    strengths: Strengths,
    uncertainty: Uncertainty,
    rule: Rule = Rule.MEAN_WIN,
    *,
    maximum: float = 25.0,
    floor: float = 0.0,
    level: float = 0.95,
) -> Points:
    """Score by a `rule`; intervals by the delta method, cut at the bounds of the rule.

    For `Rule.RELATIVE` the best is taken to be the one that is best now: its own points have no interval,
    and those of a close second are a little too narrow.

    Raises:
        BadSettings: the maximum is not above the floor, or the floor is negative.
    """
    _check_bounds(floor, maximum)
    mean, jacobian = _means(strengths)
    values = RULES[rule](mean, floor, maximum)
    slopes = _slopes(rule, mean, floor, maximum) @ jacobian
    variances = np.einsum("ij,jk,ik->i", slopes, uncertainty.covariance, slopes)
    reach = uncertainty.reach(level) * np.sqrt(np.maximum(variances, 0.0))
    bottom = floor if rule is Rule.AFFINE else 0.0
    return Points(values, np.maximum(values - reach, bottom), np.minimum(values + reach, maximum))


def _check_bounds(floor: float, maximum: float) -> None:
    if not 0.0 <= floor < maximum < inf:
        raise BadSettings(f"points from {floor:g} to {maximum:g} are no scale")


def drawn_points(
    strengths: Strengths,
    noise: FloatArray,
    rule: Rule = Rule.MEAN_WIN,
    *,
    maximum: float = 25.0,
    floor: float = 0.0,
) -> FloatArray:
    """Give the points of strengths scattered by `noise`, shape (draws, K).

    To first order about the fitted chances, on the scale of log-odds, so that no chance leaves 0 to 1.
    """
    mean, jacobian = _means(strengths)
    odds = np.log(mean / (1.0 - mean)) + noise @ (jacobian / (mean * (1.0 - mean))[:, None]).T
    return RULES[rule](expit(odds), floor, maximum)


def _means(strengths: Strengths) -> tuple[FloatArray, FloatArray]:
    """Give the mean chances, shape (K,), and how they move with the strengths, shape (K, K)."""
    chances = strengths.chances()
    opponents = len(chances) - 1
    slopes = strengths.slopes().copy()
    np.fill_diagonal(slopes, 0.0)
    mean = (chances.sum(axis=1) - 0.5) / opponents
    return mean, (np.diag(slopes.sum(axis=1)) - slopes) / opponents


def _slopes(rule: Rule, mean: FloatArray, floor: float, maximum: float) -> FloatArray:
    """Give how points move with mean chances, shape (K, K)."""
    if rule is not Rule.RELATIVE:
        return (maximum - (floor if rule is Rule.AFFINE else 0.0)) * np.eye(len(mean))
    best = int(np.argmax(mean))
    slopes = np.eye(len(mean)) / mean[best]
    slopes[:, best] -= mean / mean[best] ** 2
    return np.asarray(maximum * slopes)
