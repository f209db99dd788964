"""Did voters know which team they had voted on?"""

from math import sqrt
from random import Random

import pytest

from ratings.blinding_index import Guesses, blinding_indices, indices_by_voter
from ratings.errors import BadSettings, NotEnoughVoters

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


def test_by_voter_once_each():
    """Voters who guess once each have the interval of independent guesses, but for the small sample."""
    said = [Guesses(1, 0)] * 82 + [Guesses(0, 1)] * 25 + [Guesses(0, 0, 1)] * 170

    (found,) = indices_by_voter({"treatment": said}, choices=2)

    (independent,) = blinding_indices({"treatment": Guesses(82, 25, 170)}, choices=2)
    assert found.index == pytest.approx(independent.index)
    assert found.se == pytest.approx(independent.se * sqrt(277 / 276))


def test_by_voter_over_and_over():
    """A voter who says the same ten times counts as one, who says it once."""
    once = [Guesses(1, 0)] * 9 + [Guesses(0, 1)] * 21
    often = [Guesses(10 * one.right, 10 * one.wrong) for one in once]

    (first,), (second,) = (indices_by_voter({"x": said}, choices=5) for said in (once, often))

    assert (second.index, second.se) == pytest.approx((first.index, first.se))
    assert second.asked == 10 * first.asked


@pytest.mark.parametrize(
    ("one", "index"), [(Guesses(3, 0), 1.0), (Guesses(0, 0, 3), 0.0), (Guesses(0, 3), -0.25)]
)
def test_all_voters_say_the_same(one: Guesses, index: float):
    """Where all say the same, the interval bears the voters of another mind whom chance may have hidden."""
    (found,) = indices_by_voter({"x": [one] * 30}, choices=5)

    assert found.index == pytest.approx(index)
    assert -0.25 <= found.lower <= found.index <= found.upper <= 1.0
    assert 0.05 < found.upper - found.lower < 0.15


def test_few_voters():
    """One voter, or voters who were never asked, give no interval."""
    with pytest.raises(NotEnoughVoters, match="1 voters"):
        indices_by_voter({"x": [Guesses(5, 1), Guesses(0, 0)]}, choices=5)
    with pytest.raises(BadSettings, match="negative"):
        indices_by_voter({"x": [Guesses(5, -1), Guesses(1, 0)]}, choices=5)
    with pytest.raises(BadSettings, match="no guess"):
        indices_by_voter({"x": [Guesses(5, 1)] * 3}, choices=1)
