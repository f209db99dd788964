"""Points by rule, with intervals, and the whole with other components."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import Strengths, Ties, fit
from ratings.composite import Component, totals
from ratings.counts import tally
from ratings.errors import BadSettings
from ratings.points import RULES, Rule, drawn_points, points
from ratings.ranks import draw
from ratings.simulate import World, plan, play
from ratings.uncertainty import Uncertainty, clustered

NAMES = ("alder", "birch", "cedar", "duru")


def fitted(seed: int, ties: Ties = Ties.HALF, battles: int = 800) -> tuple[Strengths, Uncertainty]:
    chance = Random(seed)
    world = World(dict(zip(NAMES, (0.6, 0.2, 0.1, -0.5), strict=True)), taste=0.2)
    board = tally(vote.as_row() for vote in play(chance, world, plan(chance, battles=battles, voters=80)))
    strengths = fit(board.pairs, ties=ties)
    return strengths, clustered(board, strengths)


def moved(strengths: Strengths, by: np.ndarray) -> Strengths:
    fields = {name: getattr(strengths, name) for name in Strengths.__dataclass_fields__}
    return Strengths(**{**fields, "values": strengths.values + by})


@pytest.mark.parametrize("ties", Ties)
@pytest.mark.parametrize("rule", Rule)
def test_intervals_by_differences(rule: Rule, ties: Ties):
    """The interval of every rule follows its slope, for every tie model, checked by small differences."""
    strengths, uncertainty = fitted(1, ties)
    step = 1e-6
    slopes = [
        (
            points(moved(strengths, step * unit), uncertainty, rule, floor=5.0).values
            - points(moved(strengths, -step * unit), uncertainty, rule, floor=5.0).values
        )
        / (2 * step)
        for unit in np.eye(4)
    ]
    errors = np.sqrt(np.diag(np.transpose(slopes) @ uncertainty.covariance @ np.array(slopes)))

    found = points(strengths, uncertainty, rule, floor=5.0)

    reach = uncertainty.reach(0.95) * errors
    assert found.values - found.lower == pytest.approx(reach, rel=1e-5, abs=1e-9)


def test_rules():
    """A rule is a fixed function of the mean chances, whoever else takes part, or a share of the best."""
    mean = np.array([0.75, 0.5, 0.25])

    assert RULES[Rule.MEAN_WIN](mean, 5.0, 25.0).tolist() == [18.75, 12.5, 6.25]
    assert RULES[Rule.AFFINE](mean, 5.0, 25.0).tolist() == [20.0, 15.0, 10.0]
    assert RULES[Rule.RELATIVE](mean, 5.0, 25.0) == pytest.approx([25.0, 50.0 / 3.0, 25.0 / 3.0])


@pytest.mark.parametrize(("rule", "least"), [(Rule.AFFINE, 10.0), (Rule.MEAN_WIN, 0.0), (Rule.RELATIVE, 0.0)])
def test_bounds(rule: Rule, least: float):
    """However unsure they are, points stay between the floor of the rule and its maximum."""
    strengths, uncertainty = fitted(2, battles=60)
    unsure = Uncertainty(uncertainty.whole * 1e4, 9, 9.0, np.array(uncertainty.freedoms), uncertainty.method)

    found = points(strengths, unsure, rule, floor=10.0)

    assert found.lower.min() == least
    assert found.upper.max() == 25.0


@given(st.integers(0, 10), st.sampled_from(Rule))
def test_draws_scatter_as_the_intervals(seed: int, rule: Rule):
    """Drawn points spread about the points as far as their intervals say."""
    strengths, uncertainty = fitted(seed)
    found = points(strengths, uncertainty, rule)

    drawn = drawn_points(strengths, draw(uncertainty, 20_000, seed), rule)

    assert drawn.mean(axis=0) == pytest.approx(found.values, abs=0.4)
    lower = np.quantile(drawn, 0.025, axis=0)
    tight = found.values < 25.0
    assert lower[tight] == pytest.approx(found.lower[tight], abs=0.5)


def parts(**scores: float) -> Component:
    return Component("benchmark", 40.0, {**dict.fromkeys(NAMES, 20.0), **scores})


def test_whole():
    """The whole is the points and the given parts; ranks follow the whole."""
    strengths, uncertainty = fitted(3)
    expert = Component("experts", 35.0, dict.fromkeys(NAMES, 30.0))

    lines = totals(strengths, uncertainty, (parts(duru=35.0), expert))

    assert lines[0].name == "duru"
    assert [line.rank for line in lines] == [1, 2, 3, 4]
    for line in lines:
        assert line.total == pytest.approx(line.points + sum(line.given))
        assert line.lower < line.total < line.upper
        assert sum(line.chances) == pytest.approx(1.0)
    assert sum(line.p_last for line in lines) == pytest.approx(1.0)


def test_given_parts_can_decide():
    """A part far ahead or behind leaves nothing to chance."""
    lines = totals(*fitted(4), (parts(alder=0.0, birch=40.0),))

    assert (lines[0].name, lines[0].chances[0]) == ("birch", 1.0)
    assert (lines[-1].name, lines[-1].p_last) == ("alder", 1.0)


def test_without_other_parts():
    """With no other part the whole is the points."""
    strengths, uncertainty = fitted(5)

    lines = totals(strengths, uncertainty, ())

    assert sorted(line.total for line in lines) == pytest.approx(
        sorted(points(strengths, uncertainty).values)
    )


def test_parts_name_the_contestants():
    """A part that leaves somebody out or names a stranger is refused."""
    with pytest.raises(BadSettings, match="benchmark does not score exactly"):
        totals(*fitted(6), (parts(stranger=1.0),))


def test_parts_keep_their_maximum():
    """A score above the maximum of its part is refused."""
    with pytest.raises(BadSettings, match="not from 0 to 40: cedar"):
        parts(cedar=40.1)
