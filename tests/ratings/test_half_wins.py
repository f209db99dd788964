"""Ties as half a win: a table of wins says all that a fit needs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from ratings.half_wins import NEAR, HalfWins, chances
from ratings.tie_models import HALF

spread = pytest.mark.parametrize("span", [3.0, 0.999 * NEAR, 1.001 * NEAR, 10.0 * NEAR])


def board(span: float) -> tuple[HalfWins, np.ndarray]:
    wins = np.random.default_rng(1).integers(0, 9, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0.0)
    return HalfWins(wins), np.linspace(-0.3, 0.7, 5) * span


@spread
def test_slopes(span: float):
    """However far apart contestants are, the slope of the likelihood is each win's surprise, summed."""
    table, values = board(span)
    surprise = table.wins * expit(values[None, :] - values[:, None])

    slope, _ = table.steepness(values)

    assert table.gradient(HALF, values) == pytest.approx(surprise.sum(axis=1) - surprise.sum(axis=0))
    assert slope == pytest.approx(table.gradient(HALF, values))


@spread
def test_information(span: float):
    """The information of strengths has rows that sum to zero, and each one's own on its diagonal."""
    table, values = board(span)
    lost = expit(values[None, :] - values[:, None])
    bend = (table.wins + table.wins.T) * lost * lost.T

    found = table.information(HALF, values)

    assert found == pytest.approx(np.diag(bend.sum(axis=1)) - bend, rel=1e-9, abs=1e-300)
    assert table.steepness(values)[1] == pytest.approx(np.diag(found))


@given(st.lists(st.floats(-400.0, 400.0), min_size=2, max_size=6))
def test_chances_of_two(strengths: list[float]):
    """The chances of two against each other are mirror images and sum to one."""
    first, second = chances(np.array(strengths))

    assert first + second == pytest.approx(np.ones_like(first))
    assert np.array_equal(first, second.T)


def test_no_terms():
    """A table has contestants and nothing else to fit."""
    table, _ = board(1.0)

    assert table.terms.shape == (0, 0)
    assert table.reach().shape == (0,)
