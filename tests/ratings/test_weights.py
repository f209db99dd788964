"""Voters that stand for the people."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import fit
from ratings.counts import Verdict, tally
from ratings.errors import BadSettings, NotConverged
from ratings.standings import rated
from ratings.uncertainty import clustered
from ratings.weights import UNIT, Weights, rake, weighted

MARGINS = {"sex": {"f": 0.5, "m": 0.5}, "age": {"young": 0.3, "middle": 0.4, "old": 0.3}}


def people(seed: int, size: int = 300) -> dict[str, dict[str, str]]:
    chance = Random(seed)
    return {
        f"v{n}": {
            "sex": chance.choices("fm", [1, 2])[0],
            "age": chance.choices(["young", "middle", "old"], [4, 3, 1])[0],
        }
        for n in range(size)
    }


def shares(found: Weights, who: dict[str, dict[str, str]], margin: str) -> dict[str, float]:
    held: dict[str, float] = {}
    for voter, weight in zip(found.voters, found.values, strict=True):
        held[who[voter][margin]] = held.get(who[voter][margin], 0.0) + float(weight)
    return {category: weight / found.values.sum() for category, weight in held.items()}


@given(st.integers(0, 50))
def test_margins_hold(seed: int):
    """Every margin of the weighted voters is that of the people, and the mean weight is one."""
    who = people(seed)

    found = rake(who, MARGINS)

    for margin, wanted in MARGINS.items():
        assert shares(found, who, margin) == pytest.approx(wanted, abs=1e-6)
    assert found.values.mean() == pytest.approx(1.0)
    assert found.effective * found.design_effect == pytest.approx(300)
    assert found.effective < 300


def test_one_margin_by_hand():
    """Three to one against half and half: the many weigh 2/3 and the one weighs 2."""
    who = {f"v{n}": {"sex": "m" if n else "f"} for n in range(4)}

    found = rake(who, {"sex": {"f": 0.5, "m": 0.5}})

    assert found.values == pytest.approx([2.0, 2 / 3, 2 / 3, 2 / 3])
    assert found.effective == pytest.approx(16 / (4 + 3 * 4 / 9))


def test_a_voter_alike_the_people():
    """A sample like the people has weights of one."""
    who = {f"v{n}": {"sex": "fm"[n % 2]} for n in range(10)}

    assert rake(who, {"sex": {"f": 0.5, "m": 0.5}}).values.tolist() == [1.0] * 10


def test_trimmed():
    """Weights stay within their bounds, the margins hold all the same, and the cut ones are counted."""
    who = people(3)
    free = rake(who, MARGINS)
    bound = float(free.values.max()) * 0.97

    found = rake(who, MARGINS, ceiling=bound)

    assert found.values.max() <= bound
    assert found.trimmed > 0
    assert shares(found, who, "age") == pytest.approx(MARGINS["age"], abs=1e-6)


def test_no_room():
    """Where no weights within the bounds have the margins, there are none."""
    who = {f"v{n}": {"sex": "m" if n else "f"} for n in range(10)}

    with pytest.raises(NotConverged, match="within the bounds"):
        rake(who, {"sex": {"f": 0.5, "m": 0.5}}, ceiling=2.0)


def test_too_few_rounds():
    """Raking that was given too few rounds says so."""
    with pytest.raises(NotConverged, match="1 rounds"):
        rake(people(1), MARGINS, limit=1)


@pytest.mark.parametrize(
    ("margins", "why"),
    [
        ({"sex": {"f": 0.5, "m": 0.6}}, "sum to one"),
        ({"sex": {"f": 0.0, "m": 1.0}}, "sum to one"),
        ({"sex": {"m": 1.0}}, r"no share for \['f'\]"),
        ({"sex": {"f": 0.4, "m": 0.4, "x": 0.2}}, r"nobody in \['x'\]"),
        ({"region": {"n": 1.0}}, r"no share for \['None'\]"),
    ],
)
def test_margins_that_cannot_be(margins: dict, why: str):
    """Shares that are none, and categories without people or people without a category, are refused."""
    with pytest.raises(BadSettings, match=why):
        rake(people(1), margins)


@pytest.mark.parametrize(("floor", "ceiling"), [(1.0, 2.0), (-0.1, 2.0), (0.5, 1.0)])
def test_bounds_that_cannot_be(floor: float, ceiling: float):
    """The bounds of weights hold the mean of one."""
    with pytest.raises(BadSettings, match="do not hold the mean"):
        rake(people(1), MARGINS, floor=floor, ceiling=ceiling)


def rows_of(seed: int) -> list[tuple[str, str, str, Verdict, int]]:
    chance = Random(seed)
    return [
        (f"v{n % 40}", *chance.sample("xyz", 2), chance.choice([Verdict.A, Verdict.B, Verdict.TIE]), 1)
        for n in range(400)
    ]


def test_weighted_votes():
    """A voter of weight two counts as two voters who say the same."""
    rows = rows_of(1)
    values = np.where(np.arange(40) == 7, 2.0, 1.0)
    voters = tuple(sorted({row[0] for row in rows}))
    twice = [*rows, *(("twin", *row[1:]) for row in rows if row[0] == voters[7])]

    found = weighted(tally(rows), Weights(voters, values, 0, 1))

    assert fit(found.pairs).values == pytest.approx(fit(tally(twice).pairs).values, abs=1e-9)
    assert found.pairs.votes == UNIT * len(twice)


def test_weights_of_one():
    """Weights of one change neither a strength nor its error."""
    board = tally(rows_of(2))
    found = weighted(board, Weights(board.voters.voters, np.ones(40), 0, 1))

    strengths, same = fit(board.pairs), fit(found.pairs)

    assert same.values == pytest.approx(strengths.values, abs=1e-9)
    assert clustered(found, same).standard_errors() == pytest.approx(
        clustered(board, strengths).standard_errors()
    )


def test_weighted_standings():
    """Standings by weight say what the weighted voters are worth; their votes are those that were cast."""
    board = tally(rows_of(4))
    weights = Weights(board.voters.voters, np.linspace(0.5, 1.5, 40), 0, 1)

    plain, found = rated(board).standings, rated(board, weights=weights).standings

    assert (plain.weights, plain.votes) == (None, found.votes)
    assert found.weights == pytest.approx(weights.effective)
    assert {row.name: row.votes for row in found.rows} == {row.name: row.votes for row in plain.rows}
    assert {row.strength for row in found.rows} != {row.strength for row in plain.rows}


def test_a_weight_for_each():
    """A voter without a weight is refused by name."""
    board = tally(rows_of(3))

    with pytest.raises(BadSettings, match="40 voters have no weight, the first 'v0'"):
        weighted(board, Weights(("someone",), np.ones(1), 0, 1))
