"""How many votes and voters a margin needs, before the round."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.__main__ import main
from ratings.errors import BadSettings
from ratings.power import Plan, need, separable_margin, variance_of_a_difference

SIZES = (5_000, 10_000, 20_000, 50_000, 100_000, 200_000)


@pytest.mark.parametrize(
    ("contestants", "margins"),
    [
        (5, [6.7, 4.7, 3.3, 2.1, 1.5, 1.1]),
        (4, [5.6, 4.0, 2.8, 1.8, 1.3, 0.9]),
        (3, [4.4, 3.1, 2.2, 1.4, 1.0, 0.7]),
        (2, [2.8, 2.0, 1.4, 0.9, 0.6, 0.4]),
    ],
)
def test_table_of_the_design(contestants: int, margins: list[float]):
    """Separable margins are those that the ministry was shown."""
    plan = Plan(contestants)

    assert [round(separable_margin(plan, votes), 1) for votes in SIZES] == margins


def test_variance_of_a_difference():
    """Among two equals with 400 votes the difference of strengths has the variance 4 / 400."""
    assert variance_of_a_difference(2, 400) == pytest.approx(0.01)


@given(st.integers(2, 8), st.floats(0.5, 20.0))
def test_need_and_margin_agree(contestants: int, margin: float):
    """The votes that a margin needs tell just that margin apart, and one vote less does not."""
    plan = Plan(contestants)

    found = need(plan, margin)

    assert separable_margin(plan, found.votes) <= margin * (1 + 1e-12)
    assert found.votes == 1 or separable_margin(plan, found.votes - 1) > margin
    assert found.voters * plan.votes_each >= found.votes


@pytest.mark.parametrize(
    "wrong",
    [
        {"contestants": 1},
        {"ties": 1.0},
        {"design_effect": 0.0},
        {"alpha": 0.0},
        {"power": 1.0},
        {"votes_each": 0.5},
    ],
)
def test_plans_out_of_bounds(wrong: dict):
    """A plan that cannot be is refused."""
    with pytest.raises(BadSettings, match="out of bounds"):
        Plan(**wrong)


@pytest.mark.parametrize("margin", [0.0, 50.0, float("nan")])
def test_margins_out_of_bounds(margin: float):
    """A margin lies between nothing and half."""
    with pytest.raises(BadSettings, match="not between 0 and 50"):
        need(Plan(), margin)


def test_no_votes():
    """No votes tell nothing apart."""
    with pytest.raises(BadSettings, match="tell nothing"):
        separable_margin(Plan(), 0)


def test_command(capsys: pytest.CaptureFixture[str]):
    """`python -m ratings power` prints the votes and voters of a margin, and the margins of votes."""
    status = main(["power", "--contestants", "5", "--margin", "2", "--votes-each", "20"])
    out, err = capsys.readouterr()

    lines = [line.split() for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert ["2", "55,756", "2,788"] in lines
    assert ["200,000", "1.1"] in lines


def test_command_as_json(capsys: pytest.CaptureFixture[str]):
    """The same as JSON carries the plan."""
    main(["power", "--format", "json", "--margin", "2", "5"])
    read = json.loads(capsys.readouterr().out)

    assert read["plan"]["contestants"] == 5
    assert [each["voters"] for each in read["needs"]] == [2788, 447]


def test_command_refuses(capsys: pytest.CaptureFixture[str]):
    """A plan that cannot be is exit 2 and one sentence."""
    status = main(["power", "--ties", "1"])
    out, err = capsys.readouterr()

    assert (status, out, err.count("\n")) == (2, "", 1)
