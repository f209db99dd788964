"""Strengths by category, drawn together as far as their errors ask for."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import Strengths, fit
from ratings.counts import tally
from ratings.errors import BadSettings
from ratings.pooling import Pooled, pool
from ratings.simulate import World, plan, play
from ratings.uncertainty import Uncertainty, clustered

NAMES = ("alder", "birch", "cedar", "duru")


def fitted(seed: int, battles: int, strengths: np.ndarray) -> tuple[Strengths, Uncertainty]:
    chance = Random(seed)
    world = World(dict(zip(NAMES, map(float, strengths), strict=True)))
    board = tally(vote.as_row() for vote in play(chance, world, plan(chance, battles=battles, voters=50)))
    found = fit(board.pairs)
    return found, clustered(board, found)


def pooled(
    seed: int, spread: float, sizes: tuple[int, ...] = (150, 600, 600, 600)
) -> tuple[Pooled, np.ndarray]:
    generator = np.random.default_rng(seed)
    truth = np.array([0.4, 0.1, -0.1, -0.4]) + spread * generator.standard_normal((len(sizes), 4))
    truth -= truth.mean(axis=1, keepdims=True)
    fits = {f"c{n}": fitted(100 * seed + n, size, truth[n]) for n, size in enumerate(sizes)}
    return pool(fits), truth


@given(st.integers(0, 8))
def test_between_own_and_common(seed: int):
    """Pooling moves strengths towards the common ones, those of few votes most, and makes them surer."""
    found, _ = pooled(seed, 0.2)

    for each in found.categories:
        off, own = np.linalg.norm(each.values - found.common), np.linalg.norm(each.own_values - found.common)
        assert off <= own + 1e-9
        assert each.values.sum() == pytest.approx(0.0, abs=1e-9)
        assert (each.errors <= each.own_errors + 1e-6).all()


def test_closer_to_the_truth():
    """Over many rounds the pooled strengths are nearer the truth than a category's own."""
    own, drawn = 0.0, 0.0
    for seed in range(12):
        found, truth = pooled(seed, 0.1)
        own += sum(
            float(((each.own_values - truth[n]) ** 2).sum()) for n, each in enumerate(found.categories)
        )
        drawn += sum(float(((each.values - truth[n]) ** 2).sum()) for n, each in enumerate(found.categories))

    assert drawn < 0.7 * own


def test_categories_that_differ():
    """Where categories truly differ and have many votes, each keeps nearly its own."""
    found, _ = pooled(1, 1.0, (3_000, 3_000, 3_000))

    assert found.spread == pytest.approx(1.0, abs=0.5)
    for each in found.categories:
        assert each.values == pytest.approx(each.own_values, abs=0.05)


def test_categories_alike():
    """Where categories are as alike as chance makes them, all have the common strengths."""
    one = fitted(1, 500, np.array([0.4, 0.1, -0.1, -0.4]))

    found = pool({"a": one, "b": one})

    assert found.spread == 0.0
    assert found.categories[0].values == pytest.approx(found.common)
    assert found.common == pytest.approx(one[0].values)


@pytest.mark.parametrize(
    ("names", "floor", "why"),
    [
        (["a"], 0, "at least two"),
        (["a", "b"], 301, "fewer than 301 votes in a"),
        (["a", "other"], 0, "same contestants"),
    ],
)
def test_refusals(names: list[str], floor: int, why: str):
    """One category, other contestants, or fewer votes than the floor are refused."""
    zero = np.zeros(4)
    rows = [("u", "x", "y", "a", 5), ("v", "y", "x", "a", 5), ("w", "x", "y", "tie", 3)]
    board = tally(rows)
    other = fit(board.pairs)
    fits = {
        "a": fitted(1, 300, zero),
        "b": fitted(2, 400, zero),
        "other": (other, fitted(3, 300, zero)[1]),
    }

    with pytest.raises(BadSettings, match=why):
        pool({name: fits[name] for name in names}, floor=floor)
