"""Did voters know which team they had voted on?"""

from math import sqrt
from random import Random

import pytest

from ratings.blinding_index import Guesses, blinding_indices
from ratings.errors import BadSettings

ASKED = {"placebo": Guesses(right=29, wrong=27, unknown=83), "treatment": Guesses(82, 25, 170)}


def test_two_arms():
    """With two choices it is the index of Bang: right less wrong over all, with the multinomial variance."""
    placebo, treatment = blinding_indices(ASKED, choices=2)

    assert treatment.index == pytest.approx(57 / 277)
    assert placebo.index == pytest.approx(2 / 139)
    right, wrong = 82 / 277, 25 / 277
    variance = (right * (1 - right) + wrong * (1 - wrong) + 2 * right * wrong) / 277
    assert treatment.se == pytest.approx(sqrt(variance))
    assert treatment.upper - treatment.index == pytest.approx(1.959964 * sqrt(variance), rel=1e-6)
    assert (treatment.guessed, placebo.guessed) == (True, False)


@pytest.mark.parametrize(
    ("said", "index"),
    [(Guesses(9, 0), 1.0), (Guesses(0, 9), -0.25), (Guesses(2, 8), 0.0), (Guesses(0, 0, 9), 0.0)],
    ids=["all right", "all wrong", "chance", "nobody knows"],
)
def test_five_teams(said: Guesses, index: float):
    """With five teams to choose from, four wrong answers balance a right one."""
    (found,) = blinding_indices({"x": said}, choices=5)

    assert found.index == pytest.approx(index)
    assert -0.25 <= found.lower <= found.index <= found.upper <= 1.0


def test_clean_and_planted():
    """A team that gives itself away in one reply of six is found; one that does not is not."""
    chance = Random(1)

    def guesses(told: float) -> Guesses:
        right = sum(chance.random() < told + (1 - told) / 5 for _ in range(600))
        return Guesses(right, 600 - right)

    clean, planted = blinding_indices({"clean": guesses(0.0), "planted": guesses(1 / 6)}, choices=5)

    assert not clean.guessed
    assert planted.guessed
    assert planted.index == pytest.approx(1 / 6, abs=0.06)


def test_design_effect():
    """Where one voter guesses four times over, intervals are twice as wide."""
    once, often = (blinding_indices(ASKED, choices=2, design_effect=effect)[1] for effect in (1.0, 4.0))

    assert often.se == pytest.approx(2 * once.se)


@pytest.mark.parametrize("said", [Guesses(0, 0), Guesses(-1, 5)])
def test_nobody_asked(said: Guesses):
    """A team about which nobody was asked, or a negative number, is refused."""
    with pytest.raises(BadSettings, match="right"):
        blinding_indices({"x": said}, choices=2)


def test_no_choice():
    """A guess needs at least two choices."""
    with pytest.raises(BadSettings, match="no guess"):
        blinding_indices(ASKED, choices=1)
