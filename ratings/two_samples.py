"""Whether two samples come from one source: the kernel two-sample test, within strata.

The squared maximum mean discrepancy of two samples is the mean kernel within the first, plus that within
the second, less twice that between them (Gretton et al. 2012, JMLR 13:723); here it is summed over strata.
Where one source made all items of a stratum, independently of each other, every way of dividing them is
as likely as the one that was seen. So the p-value holds exactly, at any size of sample, for any kernel.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np

from ratings.counts import FloatArray, IntArray
from ratings.errors import BadSettings

MOST_DIVISIONS = 50_000
"""Ways of dividing one stratum; all of them are weighed."""

BATCH = 4096
CLOSE = 1e-9
"""Sums that differ by less, relatively, are taken for equal, which can only make a p-value larger."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Items that are alike but for their source: `kernel` of all, shape (n, n), the first sample first.

    `first` is the size of the first sample.
    """

    kernel: Sequence[Sequence[float]]
    first: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How far apart two samples are, and how often one source would show as much or more.

    `discrepancy` is the mean over strata; `p_value` is (1 + as much or more) / (1 + `draws`).
    """

    discrepancy: float
    p_value: float
    draws: int


def difference(strata: Sequence[Stratum], *, draws: int, seed: int) -> Difference:
    """Compare two samples by `draws` random divisions of all strata.

    Raises:
        BadSettings: there is no stratum or no draw, or one lacks a sample or has too many divisions.
    """
    if not strata or draws < 1:
        raise BadSettings("a comparison takes at least one stratum and one draw")
    rng = np.random.default_rng(seed)
    seen, drawn = 0.0, np.zeros(draws)
    for stratum in strata:
        values = _discrepancies(stratum)
        seen += float(values[0])
        drawn += values[rng.integers(len(values), size=draws)]
    as_much = int(np.count_nonzero(drawn >= seen - CLOSE * max(abs(seen), 1.0)))
    return Difference(seen / len(strata), (1 + as_much) / (1 + draws), draws)


def _discrepancies(stratum: Stratum) -> FloatArray:
    """Give the discrepancy of every division of a stratum; the first is the one that was seen."""
    kernel = np.asarray(stratum.kernel, dtype=np.float64)
    size, first = len(kernel), stratum.first
    if kernel.shape != (size, size) or not 0 < first < size:
        raise BadSettings("each stratum takes a square kernel and an item of either sample")
    if comb(size, first) > MOST_DIVISIONS:
        raise BadSettings(f"{first} of {size} items can be divided in over {MOST_DIVISIONS} ways; take fewer")
    return np.concatenate([_of_divisions(kernel, chosen) for chosen in _divisions(size, first)])


def _divisions(size: int, first: int) -> Iterator[IntArray]:
    ways = combinations(range(size), first)
    while batch := list(islice(ways, BATCH)):
        yield np.array(batch)


def _of_divisions(kernel: FloatArray, chosen: IntArray) -> FloatArray:
    size, first = len(kernel), chosen.shape[1]
    inside = np.zeros((len(chosen), size))
    np.put_along_axis(inside, chosen, 1.0, axis=1)
    rows = inside @ kernel
    within = (rows * inside).sum(axis=1)
    between = rows.sum(axis=1) - within
    without = kernel.sum() - within - 2 * between
    second = size - first
    values: FloatArray = within / first**2 + without / second**2 - 2 * between / (first * second)
    return values
