"""Steps of large boards, without an inverse."""

import numpy as np
import pytest

from ratings.bradley_terry import BothBad, Ties, fit, half_wins, information, inverse
from ratings.conjugate import CLOSE, conjugate_step
from ratings.counts import PairCounts
from ratings.errors import NotConverged
from ratings.newton import MANY

SIZE = MANY + 11


def even(seed: int = 1) -> PairCounts:
    """Everybody meets everybody about as often, with all verdicts."""
    cells = np.random.default_rng(seed).poisson(5.0, (SIZE, SIZE, 4))
    cells[np.arange(SIZE), np.arange(SIZE)] = 0
    return PairCounts(tuple(f"m{number:03}" for number in range(SIZE)), cells)


def ring() -> PairCounts:
    """Each meets the next alone: the information is far from its diagonal."""
    cells = np.zeros((SIZE, SIZE, 4), dtype=np.int64)
    here = np.arange(SIZE)
    cells[here, (here + 1) % SIZE] = np.random.default_rng(2).integers(1, 9, (SIZE, 4))
    return PairCounts(tuple(f"m{number:03}" for number in range(SIZE)), cells)


def test_a_step():
    """A step without an inverse is the one with it, but for a part of the slope as small as it promises."""
    bent = information(half_wins(even(), BothBad.TIE), np.linspace(-1.0, 1.0, SIZE))
    slope = np.random.default_rng(3).standard_normal(SIZE)
    slope -= slope.mean()

    step = conjugate_step(bent, slope)

    left = slope - bent @ step
    by_diagonal = 1.0 / np.diag(bent)
    assert left**2 @ by_diagonal <= CLOSE**2 * (slope**2 @ by_diagonal)


@pytest.mark.parametrize(
    "bent", [information(half_wins(ring(), BothBad.TIE), np.zeros(SIZE)), np.zeros((SIZE,) * 2)]
)
def test_no_step(bent: np.ndarray):
    """Where a step takes long, or there is no information, there is none."""
    slope = np.arange(SIZE) - (SIZE - 1) / 2.0

    assert conjugate_step(bent, slope) is None


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("counts", [even(), ring()], ids=["even", "ring"])
@pytest.mark.parametrize("prior", [0.0, 0.5])
def test_many_contestants(counts: PairCounts, ties: Ties, prior: float):
    """However many contestants, the fit ends at its maximum."""
    found = fit(counts, ties=ties, prior=prior)
    again = fit(counts, ties=ties, prior=prior, tolerance=1e-12)

    assert found.coefficient_vector() == pytest.approx(again.coefficient_vector(), abs=1e-10)
    assert found.inverse_information == pytest.approx(again.inverse_information, rel=1e-7, abs=1e-9)


def test_the_inverse_of_many_contestants():
    """The inverse that a fit of many ends with belongs to the strengths it ends with."""
    counts = even()

    found = fit(counts)

    theirs = inverse(information(half_wins(counts, BothBad.TIE), found.values))
    assert found.inverse_information == pytest.approx(theirs, rel=0, abs=1e-10 * np.abs(theirs).max())


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_too_few_steps(limit: int):
    """A fit of many contestants that is not given enough steps says so."""
    with pytest.raises(NotConverged, match=f"{limit} Newton steps"):
        fit(even(), limit=limit)
