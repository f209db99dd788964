"""Points: a score out of a maximum, by a rule fixed before the votes.

mean win probability: points_i = maximum · mean over opponents j of P(i beats j), ties shared

The chances come from the fitted strengths, so points do not depend on whom the pairing happened to draw.
"""

from dataclasses import dataclass

import numpy as np

from ratings.bradley_terry import Strengths
from ratings.counts import FloatArray
from ratings.uncertainty import Uncertainty


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points and their intervals, each of shape (K,), in the order of the strengths."""

    values: FloatArray
    lower: FloatArray
    upper: FloatArray


def mean_win_probability(
    strengths: Strengths, uncertainty: Uncertainty, *, maximum: float, level: float
) -> Points:
    """Score by the mean chance to beat the others; intervals by the delta method, cut at 0 and `maximum`."""
    chances = strengths.chances()
    opponents = len(chances) - 1
    values = maximum * (chances.sum(axis=1) - 0.5) / opponents
    slopes = chances * chances.T
    np.fill_diagonal(slopes, 0.0)
    jacobian = maximum * (np.diag(slopes.sum(axis=1)) - slopes) / opponents
    variances = np.einsum("ij,jk,ik->i", jacobian, uncertainty.covariance, jacobian)
    reach = uncertainty.reach(level) * np.sqrt(variances)
    return Points(values, np.maximum(values - reach, 0.0), np.minimum(values + reach, maximum))
