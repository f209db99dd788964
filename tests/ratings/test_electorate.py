"""Rounds drawn all at once are those of the simulated world."""

from collections import Counter
from math import exp

import numpy as np
import pytest

from ratings.bradley_terry import fit
from ratings.counts import VERDICTS
from ratings.electorate import Activity, Electorate, play_round
from ratings.errors import BadWorld
from ratings.simulate import World, chances

TRUTH = {"alder": 0.7, "birch": 0.0, "cedar": -0.7}


def played(electorate: Electorate, world: World | None = None, votes: int = 20_000):
    return play_round(np.random.default_rng(1), world or World(TRUTH), electorate, votes)


def test_verdicts_as_often_as_they_should():
    """Verdicts on a pair come as often as `simulate` gives their chances, tastes or not."""
    found = played(Electorate(9_000), World(TRUTH, taste=0.3), votes=200_000)
    pair = (found.a == 0) & (found.b == 2)
    seen = np.bincount(found.verdict[pair], minlength=4) / pair.sum()
    chance = chances(0.7, -0.7, 0.2, 0.1)

    without = played(Electorate(9_000), votes=200_000)
    plain = np.bincount(without.verdict[pair], minlength=4) / pair.sum()

    assert plain == pytest.approx([chance[verdict] for verdict in VERDICTS], abs=0.01)
    assert seen[0] + (seen[2] + seen[3]) / 2 == pytest.approx(1 / (1 + exp(-1.4)), abs=0.012)


def test_strengths_are_found_again():
    """From many votes the fit finds the true strengths."""
    found = fit(played(Electorate(9_000), World(TRUTH, taste=0.3), votes=100_000).board().pairs)

    assert found.values == pytest.approx(list(TRUTH.values()), abs=0.05)


@pytest.mark.parametrize(
    ("electorate", "at_least", "at_most"),
    [
        (Electorate(100), 150, 260),
        (Electorate(100, Activity.LOG_NORMAL, tail=1.2), 500, 5_000),
        (Electorate(100, Activity.ZIPF), 3_500, 4_200),
    ],
    ids=["even", "log-normal", "zipf"],
)
def test_activity(electorate: Electorate, at_least: int, at_most: int):
    """The busiest voter has as many votes as the activity says."""
    busiest = Counter(played(electorate).voter.tolist()).most_common(1)[0][1]

    assert at_least <= busiest <= at_most


def test_careless_voters():
    """When all are careless, nobody is better."""
    found = fit(played(Electorate(500, careless=1.0)).board().pairs)

    assert found.values == pytest.approx([0, 0, 0], abs=0.05)


def test_colluding_voters():
    """Voters who collude lift their favourite, and only when it is shown."""
    found = played(Electorate(500, colluding=0.5, favourite="cedar"))
    honest = played(Electorate(500))
    shown = (found.a == 2) | (found.b == 2)

    lifted = fit(found.board().pairs).values - fit(honest.board().pairs).values

    assert lifted[2] > 0.5
    assert (found.verdict[~shown] == honest.verdict[~shown]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"voters": 0},
        {"voters": 5, "careless": 0.7, "colluding": 0.4, "favourite": "alder"},
        {"voters": 5, "careless": -0.1},
        {"voters": 5, "colluding": 0.1},
    ],
)
def test_impossible_electorates(wrong: dict):
    """An electorate that cannot be is refused."""
    with pytest.raises(BadWorld):
        Electorate(**wrong)


def test_impossible_rounds():
    """A round with one contestant, or with an unknown favourite, is refused."""
    with pytest.raises(BadWorld):
        played(Electorate(5), World({"alone": 0.0}))
    with pytest.raises(BadWorld):
        played(Electorate(5, colluding=0.5, favourite="nobody"))


def test_seed():
    """The same seed gives the same round."""
    one, other = (played(Electorate(50, Activity.ZIPF), votes=500).board() for _ in range(2))

    assert one == other
