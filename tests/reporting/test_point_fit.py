"""What counts tell without voters is to the last bit what the whole standings say."""

import copy
from collections import Counter

import pytest

from arena.contest.outcomes import Cell
from arena.contest.rules import BothBad, Ties
from arena.errors import NoScore
from arena.reporting import tally
from arena.reporting.point_fit import OF_ALL_VOTERS, OF_VOTERS, standings_beside
from tests.scribe import Plan, cells
from tests.scribe_folder import contest, scribed


def without_voters(counted):
    """The same counts, as if one voter had cast all votes, in another order."""
    sums = Counter()
    for cell in counted:
        sums[cell.side_a, cell.side_b, cell.verdict] += cell.count
    return [Cell("everyone", *key, count) for key, count in reversed(sums.items())]


@pytest.mark.parametrize("ties", Ties)
@pytest.mark.parametrize("both_bad", BothBad)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_tell_the_standings(ties, both_bad, seed):
    """Beside the intervals of the whole standings, counts alone give the same standings, file for file."""
    asked = contest(5, ties=ties, both_bad=both_bad)
    counted = cells(scribed(asked, Plan(battles=150, voters=12, seed=seed)).counting())
    whole = tally.standings(asked, counted)

    assert standings_beside(asked, without_voters(counted), whole.document) == whole


@pytest.mark.parametrize("name", [*OF_ALL_VOTERS, *OF_VOTERS])
@pytest.mark.parametrize("value", [None, "1", True, float("nan"), float("inf"), [1]])
def test_figures_that_are_none(name, value):
    """Where a figure that voters tell is no number, there is nothing to put beside the counts."""
    asked = contest(4)
    counted = cells(scribed(asked, Plan(battles=100, voters=9)).counting())
    said = copy.deepcopy(tally.standings(asked, counted).document)
    (said if name in OF_ALL_VOTERS else said["contestants"][1])[name] = value

    with pytest.raises(ValueError, match=name):
        standings_beside(asked, counted, said)


@pytest.mark.parametrize("change", [1e-4, -1e-4, 1e3, -1e3])
def test_voters_that_cannot_be(change):
    """An effective number of voters that no whole numbers of votes make is refused."""
    asked = contest(4)
    counted = cells(scribed(asked, Plan(battles=100, voters=9)).counting())
    said = copy.deepcopy(tally.standings(asked, counted).document)
    said["effective_voters"] += change

    with pytest.raises(ValueError, match="effective_voters"):
        standings_beside(asked, counted, said)


@pytest.mark.parametrize("said", [None, [], {}, {"contestants": None}, {"contestants": [None]}])
def test_standings_that_are_none(said):
    """What is no document of standings is refused."""
    asked = contest(4)
    counted = cells(scribed(asked, Plan(battles=100, voters=9)).counting())

    with pytest.raises(ValueError, match="no "):
        standings_beside(asked, counted, said)


def test_counts_that_make_no_standings():
    """Counts that compare nobody make no standings, for the reason that the whole votes have."""
    asked = contest(4)
    with pytest.raises(NoScore) as whole:
        tally.standings(asked, [])

    with pytest.raises(NoScore) as counts:
        standings_beside(asked, [], {})

    assert str(counts.value) == str(whole.value)
