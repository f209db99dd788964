"""What counts tell without voters is to the last bit what the whole standings say."""

import copy
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from arena.contest.contest import Contest
from arena.contest.outcomes import Cell
from arena.contest.roster import Roster
from arena.contest.rules import BothBad, Ties, Verdict
from arena.errors import NoScore
from arena.reporting import tally
from arena.reporting.point_fit import OF_ALL_VOTERS, OF_VOTERS, refused_beside, standings_beside
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


def said_of(asked, counted):
    """The whole document of standings, to be changed."""
    return copy.deepcopy(tally.standings(asked, counted).document)


VOTED = contest(4, votes_per_person=20)
CAST = cells(scribed(VOTED, Plan(battles=100, voters=9)).counting())
LINES = [
    ("se", lambda line: line.update(se=0.0)),
    ("se", lambda line: line.update(se=-line["se"])),
    ("lower", lambda line: line.update(lower=line["rating"] + 1, upper=line["rating"] - 1)),
    ("upper", lambda line: line.update(upper=line["rating"] - 1)),
    ("lower and upper", lambda line: line.update(lower=line["lower"] - 1)),
    ("lower and upper", lambda line: line.update(se=line["se"] / 10)),
    ("lower and upper", lambda line: line.update(se=line["se"] * 10)),
    ("points_lower", lambda line: line.update(points_lower=line["points"] + 0.1)),
    ("points_lower", lambda line: line.update(points_lower=-0.1)),
    ("points_upper", lambda line: line.update(points_upper=line["points"] - 0.1)),
    ("points_upper", lambda line: line.update(points_upper=25.1)),
    ("rank_low", lambda line: line.update(rank_low=0)),
    ("rank_low", lambda line: line.update(rank_low=3)),
    ("rank_low", lambda line: line.update(rank_low=1.0)),
    ("rank_high", lambda line: line.update(rank_high=1)),
    ("rank_high", lambda line: line.update(rank_high=5)),
    ("p_last", lambda line: line.update(p_last=-0.5)),
    ("p_last", lambda line: line.update(p_last=1.5)),
    ("p_last", lambda line: line.update(p_last=0)),
    ("p_last", lambda line: line.update(p_last=0.123456789)),
    ("p_last of all", lambda line: line.update(p_last=1.0)),
    ("ranks of all", lambda line: line.update(rank_low=3 - line["rank_low"])),
]


@pytest.mark.parametrize(("name", "change"), LINES, ids=range(len(LINES)))
def test_lines_that_cannot_be(name, change):
    """A chance, a rank or an interval that no votes give is refused, whoever may have cast them."""
    said = said_of(VOTED, CAST)
    change(said["contestants"][1])

    with pytest.raises(ValueError, match=f"no {name}"):
        standings_beside(VOTED, CAST, said)


FEWEST = -(-sum(cell.count for cell in CAST) // 20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("voters", FEWEST - 1),
        ("voters", sum(cell.count for cell in CAST) + 1),
        ("voters", 10**400),
        ("voters", 9.0),
        ("effective_voters", 1.0),
        ("effective_voters", FEWEST / 2.0),
        ("draws", 3),
        ("draws", 20_000.0),
    ],
)
def test_numbers_of_voters_and_draws_that_cannot_be(name, value):
    """There are no more voters than votes, nor so few that one had more votes than a person has."""
    said = said_of(VOTED, CAST)
    said[name] = value

    with pytest.raises(ValueError, match=f"no {name}"):
        standings_beside(VOTED, CAST, said)


# Votes that can be fitted and have no intervals


def drawn(random):
    """A few votes of a few voters on three contestants; one has cast all that the rules allow."""
    names, voters = VOTED.roster.ids[:3], "abcd"[: random.randrange(1, 5)]
    cast = Counter()
    for _ in range(random.randrange(2, 14)):
        voter = random.choice(voters[:2] if random.random() < 0.7 else voters)
        cast[voter, *random.sample(names, 2), random.choice(list(Verdict)[:3])] += 1
    most = max(Counter(key[0] for key in cast.elements()).values())
    rules = replace(VOTED.rules, votes_per_person=most)
    asked = Contest(rules, Roster(VOTED.roster.contestants[:3]))
    return asked, [Cell(*key, count) for key, count in cast.items()]


def refusal(made, *asked):
    """Why there are no standings, "" where there are."""
    try:
        made(*asked)
    except NoScore as error:
        return str(error)
    return ""


def point_fit(asked, counted):
    """Fit counts, whatever voters would tell of them."""
    with suppress(ValueError):
        standings_beside(asked, counted, {})


def test_every_refusal_of_too_few_voters():
    """Whenever whole votes are refused and their counts are not, the counts allow for the reason."""
    random = Random(4)
    kinds, denied = set(), []
    for _ in range(800):
        asked, counted = drawn(random)
        reason = refusal(tally.standings, asked, counted)
        if reason and not refusal(point_fit, asked, without_voters(counted)):
            kinds.add(re.sub(r"'.+?'|[0-9.]+", "", reason))
            if not refused_beside(asked, without_voters(counted), reason):
                denied.append(reason)

    assert len(kinds) == 4
    assert denied == []


FIRST = VOTED.roster.ids[0]
FEW = "intervals need the votes of at least two voters"
ONE_EACH = f"{FEW} on each contestant; the effective number on {FIRST!r} is"


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "too few voters",
        f"{FEW}; the effective number here is 1.50",
        f"{FEW}; the effective number here is 9.50",
        f"{FEW}; the effective number here is 1.50\n",
        f"{FEW}; the effective number here is ١.٥٠",
        f"{ONE_EACH} 1.20",
        f"{ONE_EACH} 2.10",
        f"{ONE_EACH} 1.20 or so".replace(FIRST, "nobody"),
        f"{ONE_EACH} 1.20".replace(FIRST, "nobody"),
        "without a single voter 'nobody' could not be rated: there is no interval",
        "without a single voter could not be rated: there is no interval",
        f"the votes of {FEWEST - 1} voters are too alike to say how sure a rating is",
        "the votes of 1000 voters are too alike to say how sure a rating is",
        f"the votes of {'9' * 5000} voters are too alike to say how sure a rating is",
    ],
)
def test_refusals_that_cannot_be(reason):
    """Counts of so many votes that voters cannot be too few, and any other words, are no refusal."""
    assert not refused_beside(VOTED, CAST, reason)


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
