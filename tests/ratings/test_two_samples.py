"""Two samples of one source, and of two."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.errors import BadSettings
from ratings.two_samples import Difference, Stratum, difference

SIZES = st.tuples(st.integers(1, 4), st.integers(1, 4))


def gaussian(values):
    """Give the kernel of numbers on a line."""
    line = np.asarray(values, dtype=float)
    return np.exp(-((line[:, None] - line[None, :]) ** 2))


def discrepancy(kernel, first):
    """Compute the discrepancy as its definition says."""
    one, other = range(first), range(first, len(kernel))
    means = [
        np.mean([kernel[i, j] for i in left for j in right]) for left, right in [(one, one), (other, other)]
    ]
    return sum(means) - 2 * np.mean([kernel[i, j] for i in one for j in other])


@given(sizes=SIZES, seed=st.integers(0, 1000))
def test_definition(sizes, seed):
    """The discrepancy is that of the definition, whatever the sizes of the samples."""
    first, second = sizes
    kernel = gaussian(np.random.default_rng(seed).normal(size=first + second))

    found = difference([Stratum(kernel, first)], draws=1, seed=0)

    assert found.discrepancy == pytest.approx(discrepancy(kernel, first), abs=1e-12)


def test_share_of_divisions():
    """The p-value is the share of divisions that differ as much as the one that was seen."""
    values = np.array([0.0, 0.1, 0.2, 3.0, 3.1, 3.3])
    ways = [
        discrepancy(gaussian(values[[*chosen, *(set(range(6)) - set(chosen))]]), 3)
        for chosen in itertools.combinations(range(6), 3)
    ]
    share = np.mean([way >= ways[0] - 1e-12 for way in ways])

    found = difference([Stratum(gaussian(values), 3)], draws=40_000, seed=1)

    assert found.p_value == pytest.approx(share, abs=0.01)


def test_same_replies():
    """Samples whose items are all alike are as alike as can be."""
    found = difference([Stratum(np.ones((6, 6)), 3)] * 4, draws=999, seed=1)

    assert found == Difference(pytest.approx(0.0, abs=1e-12), 1.0, 999)


def test_two_sources():
    """Samples of two sources far apart give the least p-value that the draws allow."""
    strata = [Stratum(gaussian([0, 0.1, 0.2, 0.3, 9, 9.1, 9.2, 9.3]), 4)] * 10

    found = difference(strata, draws=9_999, seed=1)

    assert found.p_value == 1e-4


def test_one_source():
    """Of two samples of one source, one comparison in ten has a p-value of a tenth or less, and no more."""
    rng = np.random.default_rng(5)
    found = [
        difference(
            [Stratum(gaussian(rng.normal(size=6)), 4) for _ in range(3)], draws=199, seed=number
        ).p_value
        for number in range(600)
    ]

    share = np.mean(np.array(found) <= 0.1)
    assert 0.06 < share < 0.14


def test_same_seed():
    """The same seed gives the same p-value, so that anybody computes it again."""
    strata = [Stratum(gaussian([0, 1, 2, 3, 4]), 2)]

    assert difference(strata, draws=500, seed=7) == difference(strata, draws=500, seed=7)


@pytest.mark.parametrize(
    ("strata", "draws"),
    [
        ([], 10),
        ([Stratum(np.ones((4, 4)), 2)], 0),
        ([Stratum(np.ones((4, 4)), 0)], 10),
        ([Stratum(np.ones((4, 4)), 4)], 10),
        ([Stratum(np.ones((4, 3)), 2)], 10),
        ([Stratum(np.ones((40, 40)), 20)], 10),
    ],
)
def test_bad_settings(strata, draws):
    """What cannot be compared is refused."""
    with pytest.raises(BadSettings):
        difference(strata, draws=draws, seed=0)
