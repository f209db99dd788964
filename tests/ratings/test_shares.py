"""A share of clustered answers: as wide as the clusters are alike."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ratings.errors import BadSettings
from ratings.shares import clustered_share

CLUSTERS = st.lists(
    st.integers(1, 6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), min_size=2, max_size=40
)


def test_independent_answers():
    """Answers that know nothing of each other have Wilson's interval, as statsmodels computes it."""
    chance = Random(3)
    right = [int(chance.random() < 0.3) for _ in range(4_000)]

    found = clustered_share(right, [1] * 4_000)

    lower, upper = proportion_confint(sum(right), 4_000, method="wilson")
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=2e-5)
    assert found.effective == pytest.approx(4_000, rel=1e-3)


def test_answers_that_are_alike():
    """Clusters whose four answers are all the same count as one answer each."""
    chance = Random(4)
    right = [4 * int(chance.random() < 0.5) for _ in range(500)]

    found = clustered_share(right, [4] * 500)

    assert found.effective == pytest.approx(500, rel=0.01)


@pytest.mark.parametrize(("right", "share"), [(0, 0.0), (2, 1.0)])
def test_all_alike(right, share):
    """Where all answers are right, or none, the interval still has a width: that of so many clusters."""
    found = clustered_share([right] * 20, [2] * 20)

    assert (found.share, found.effective) == (share, 20)
    assert 0.1 < found.upper - found.lower < 0.3


def test_never_more_than_there_are():
    """Clusters that balance themselves make no answer worth more than one."""
    found = clustered_share([1] * 50, [2] * 50)

    assert found.effective == 100


@given(CLUSTERS)
def test_bounds(clusters):
    """The share is that of all answers, inside its interval, inside 0 to 1."""
    right, asked = zip(*clusters, strict=True)

    found = clustered_share(right, asked)

    assert found.share == sum(right) / sum(asked)
    assert 0.0 <= found.lower <= found.share + 1e-12
    assert found.share - 1e-12 <= found.upper <= 1.0


def test_coverage():
    """The interval holds the true share in about 95 of 100 worlds of clustered answers."""
    chance, inside = Random(5), 0
    for _ in range(400):
        right = []
        for _ in range(60):
            own = chance.betavariate(1.0, 3.0)
            right.append(sum(chance.random() < own for _ in range(4)))
        found = clustered_share(right, [4] * 60)
        inside += found.lower <= 0.25 <= found.upper

    assert 368 <= inside <= 392


@pytest.mark.parametrize(
    ("right", "asked"),
    [([1], [1]), ([], []), ([1, 2], [2, 1]), ([0, 0], [0, 1]), ([-1, 1], [1, 1]), ([1], [1, 1])],
)
def test_no_share(right, asked):
    """What is no share of two clusters or more is refused."""
    with pytest.raises(BadSettings):
        clustered_share(right, asked)
