"""Ranks: which are possible, and how likely is each.

Rank sets: contestant i is better than j where (strength i - strength j) / se(i, j) exceeds c, the quantile
of the largest such ratio among all ordered pairs when none differ (Mogstad, Romano, Shaikh and Wilhelm
2024). The pairs found are taken out, those in the opposite order are not, and c is drawn anew among the
rest until no more are found: stepping down keeps the chance of even one wrong order below 1 - level
(Romano and Wolf 2005). Then

    rank_low  = 1 + contestants that are better         rank_high = K - contestants that are worse

cover all true ranks at once with that level, however equals are ordered.

Rank probabilities are those of strengths drawn about the fitted ones: the approximate sampling
distribution of the estimates, read as if the truth were scattered so about them (a flat prior). They
answer "how likely is it that this one is last", not "is it proved".

Both draw multivariate Student's t with the covariance and the degrees of freedom of the intervals, from
a seeded generator.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import Strengths
from ratings.counts import FloatArray, IntArray
from ratings.uncertainty import NO_SPREAD, Uncertainty

SEED = 20_240_611
MOST_DRAWS, LEAST_DRAWS = 20_000, 1_000
WORK = 200_000
"""Draws times pairs, about: few contestants get many draws, many contestants fewer."""

DIGITS = 9
"""Strengths drawn closer than this are equal and stand in the order of their names, on every machine."""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Rank sets and rank probabilities; rank 1 is the best, K the last.

    `low` and `high` have shape (K,) and hold jointly with `level`. `better`, shape (K, K), tells where the
    row is better than the column beyond chance. `chances`, shape (K, K), holds P(row has rank column + 1);
    `critical` is the quantile of the last step, `draws` and `seed` say how they were drawn.
    """

    names: tuple[str, ...]
    low: IntArray
    high: IntArray
    better: BoolArray
    chances: FloatArray
    level: float
    critical: float
    draws: int
    seed: int

    def __post_init__(self) -> None:
        for array in (self.low, self.high, self.better, self.chances):
            array.flags.writeable = False

    @property
    def last(self) -> FloatArray:
        """Give P(last), shape (K,)."""
        last: FloatArray = self.chances[:, -1]
        return last


def ranks(
    strengths: Strengths,
    uncertainty: Uncertainty,
    *,
    level: float = 0.95,
    draws: int | None = None,
    seed: int = SEED,
) -> Ranks:
    """Find the rank sets and rank probabilities of fitted `strengths`.

    `draws` is by default as many as `WORK` allows, between `LEAST_DRAWS` and `MOST_DRAWS`.
    """
    count = draws or affordable_draws(len(strengths.names))
    noise = draw(uncertainty, count, seed)
    better, critical = orders(strengths.values, uncertainty.covariance, noise, level)
    return Ranks(
        names=strengths.names,
        low=1 + better.sum(axis=0),
        high=len(better) - better.sum(axis=1),
        better=better,
        chances=rank_chances(strengths.values + noise),
        level=level,
        critical=critical,
        draws=count,
        seed=seed,
    )


def draw(uncertainty: Uncertainty, draws: int, seed: int) -> FloatArray:
    """Draw errors of the strengths, shape (draws, K), by the symmetric root of the covariance."""
    generator = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(uncertainty.covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    normal = generator.standard_normal((draws, len(root)))
    if not np.isfinite(uncertainty.freedom):
        return np.asarray(normal @ root)
    spread = generator.chisquare(uncertainty.freedom, draws) / uncertainty.freedom
    return np.asarray((normal @ root) / np.sqrt(spread)[:, None])


def orders(
    values: FloatArray, covariance: FloatArray, noise: FloatArray, level: float
) -> tuple[BoolArray, float]:
    """Tell which row is better than which column, jointly with `level`, and the last critical value.

    `noise`, shape (draws, K), are errors of the `values`. A pair whose difference has no spread at all is
    never called different.
    """
    variances = np.diag(covariance)
    errors = np.sqrt(np.maximum(variances[:, None] + variances[None, :] - 2.0 * covariance, 0.0))
    told = errors > NO_SPREAD
    ratio = np.where(told, values[:, None] - values[None, :], 0.0) / np.where(told, errors, 1.0)
    better = np.zeros_like(told)
    while True:
        critical = _quantile(noise, np.where(told & ~better, errors, np.inf), level)
        found = ratio > critical
        if not (found & ~better).any():
            return better, critical
        better = better | found


def rank_chances(drawn: FloatArray) -> FloatArray:
    """Give P(contestant has rank) as shares of drawn strengths, shape (K, K); rank 1 is the strongest."""
    draws, size = drawn.shape
    best_first = np.argsort(-drawn.round(DIGITS), axis=1, kind="stable")
    cells = best_first * size + np.arange(size)
    counted = np.bincount(cells.ravel(), minlength=size * size)
    return np.asarray(counted.reshape(size, size) / draws)


def affordable_draws(size: int) -> int:
    """Give how many strengths are drawn for the ranks of so many contestants."""
    pairs = max(size * (size - 1) // 2, 1)
    return min(max(WORK // pairs, LEAST_DRAWS), MOST_DRAWS)


def _quantile(noise: FloatArray, errors: FloatArray, level: float) -> float:
    """Give the quantile of the largest difference over its error; an infinite error leaves a pair out."""
    columns = np.ascontiguousarray(noise.T)
    largest = np.zeros(len(noise))
    for one, scale in zip(columns, 1.0 / errors, strict=True):
        np.maximum(largest, ((one - columns) * scale[:, None]).max(axis=0), out=largest)
    return float(np.quantile(largest, level, method="higher"))
