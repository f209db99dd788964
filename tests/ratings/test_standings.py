"""Standings and points."""

import json
from dataclasses import replace
from math import log
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import BothBad, Ties, fit
from ratings.counts import Board, Outcome, Verdict, tally
from ratings.errors import NotConnected
from ratings.points import Points, mean_win_probability
from ratings.simulate import World, plan, play
from ratings.standings import Row, Settings, Standings, rated, rating, standings
from ratings.uncertainty import clustered


def votes_of(seed: int, battles: int = 400, **strengths: float) -> list[Outcome]:
    chance = Random(seed)
    world = World(strengths or {"alder": 0.8, "birch": 0.2, "cedar": -0.1, "duru": -0.9}, taste=0.2)
    return list(play(chance, world, plan(chance, battles=battles, voters=40)))


def board_of(votes: list[Outcome]) -> Board:
    return tally(vote.as_row() for vote in votes)


def points_of(board: Board) -> Points:
    strengths = fit(board.pairs)
    return mean_win_probability(strengths, clustered(board, strengths), maximum=25, level=0.95)


def test_public_scale():
    """The mean of the contestants is 1000, and ten times the odds are 400 more."""
    assert rating(0.0) == 1000.0
    assert rating(log(10.0)) == pytest.approx(1400.0)


def test_best_first():
    """The standings list the stronger before the weaker."""
    found = standings(board_of(votes_of(1)))

    assert [row.name for row in found.rows] == ["alder", "birch", "cedar", "duru"]


def test_equals_by_name():
    """Contestants of the same strength stand in the order of their names."""
    pairs = [("duru", "birch"), ("birch", "cedar"), ("cedar", "duru")]
    rows = [("v1", a, b, Verdict.A, 2) for a, b in pairs] + [("v2", b, a, Verdict.A, 2) for a, b in pairs]
    rows += [("v1", "birch", "cedar", Verdict.A, 1), ("v2", "cedar", "birch", Verdict.A, 1)]

    found = standings(tally([*rows, ("v3", "duru", "cedar", Verdict.TIE, 1)]))

    assert [row.name for row in found.rows] == ["birch", "cedar", "duru"]
    assert len({row.strength for row in found.rows}) == 1


def test_a_row_holds_together():
    """Rating and interval are strength and standard error on the public scale."""
    board = board_of(votes_of(2))
    uncertainty = clustered(board, fit(board.pairs))

    row = standings(board).rows[0]

    assert row.rating == pytest.approx(rating(row.strength))
    reach = uncertainty.reach(0.95)[board.pairs.names.index(row.name)]
    assert row.upper == pytest.approx(rating(row.strength + reach * row.se), abs=1e-5)
    assert row.rating - row.lower == pytest.approx(row.upper - row.rating)
    assert row.points_lower < row.points < row.points_upper


@pytest.mark.parametrize("ties", Ties)
def test_ranks_of_the_rows(ties: Ties):
    """Each row's place is among its possible ranks, and somebody is last, whatever the tie model."""
    found = rated(board_of(votes_of(2)), Settings(ties=ties))

    for place, row in enumerate(found.standings.rows, start=1):
        assert row.rank_low <= place <= row.rank_high
    assert sum(row.p_last for row in found.standings.rows) == pytest.approx(1.0)
    assert found.standings.draws == found.ranks.draws
    assert (found.standings.tie is None) == (ties is Ties.HALF)
    assert found.standings.side is None


def test_what_the_standings_count():
    """The standings say how many votes and voters they rest on, and how many votes were left out."""
    votes = votes_of(3)
    bad = sum(vote.verdict is Verdict.BOTH_BAD for vote in votes)

    found = standings(board_of(votes), Settings(both_bad=BothBad.DROPPED))

    assert (found.votes, found.left_out) == (400 - bad, bad)
    assert sum(row.votes for row in found.rows) == 2 * found.votes
    assert found.voters == len({vote.voter for vote in votes if vote.verdict is not Verdict.BOTH_BAD})
    assert found.settings.both_bad is BothBad.DROPPED


def test_level():
    """A higher level makes wider intervals around the same rating."""
    board = board_of(votes_of(4))

    usual, wide = (standings(board, Settings(level=level)).rows[0] for level in (0.95, 0.99))

    assert wide.rating == usual.rating
    assert wide.lower < usual.lower < usual.upper < wide.upper


@given(st.integers(0, 30), st.randoms(use_true_random=False))
def test_same_bytes(seed: int, chance: Random):
    """The same votes in any order, whatever the voters are called, give the same bytes."""
    votes = votes_of(seed)
    shuffled = [replace(vote, voter=f"{vote.voter[::-1]}!") for vote in chance.sample(votes, len(votes))]

    one, other = (json.dumps(standings(board_of(each)).to_json()) for each in (votes, shuffled))

    assert one == other


def test_json_is_whole():
    """The JSON of the standings carries every field of every row and the settings."""
    found = standings(board_of(votes_of(5)))

    read = json.loads(json.dumps(found.to_json()))

    assert [Row(**row) for row in read["contestants"]] == list(found.rows)
    assert read["settings"]["ties"] == "half"
    assert (read["votes"], read["left_out"], read["voters"]) == (400, 0, found.voters)


def test_no_standings_without_votes():
    """Without votes there are no standings."""
    with pytest.raises(NotConnected):
        standings(tally([], ["alder", "birch"]))


def test_points_add_up():
    """The points of all contestants have a mean of half the maximum: every win is a loss."""
    points = points_of(board_of(votes_of(6)))

    assert points.values.mean() == pytest.approx(12.5)


def test_points_of_two():
    """Between two contestants, points are the share of votes won: 3 of 4 are 18.75 of 25."""
    rows = [(f"v{n}", "x", "y", Verdict.B if n % 4 == 0 else Verdict.A, 1) for n in range(40)]

    points = points_of(tally(rows))

    assert points.values == pytest.approx([18.75, 6.25])
    assert points.upper[0] - points.values[0] == pytest.approx(points.values[1] - points.lower[1])


def test_points_interval_by_differences():
    """The interval of the points follows the slope of the rule, checked by small differences."""
    board = board_of(votes_of(7))
    strengths = fit(board.pairs)
    uncertainty = clustered(board, strengths)
    step = 1e-6
    slopes = [
        (_points_at(strengths.values + step * unit) - _points_at(strengths.values - step * unit)) / (2 * step)
        for unit in np.eye(4)
    ]
    errors = np.sqrt(np.diag(np.transpose(slopes) @ uncertainty.covariance @ np.array(slopes)))

    points = mean_win_probability(strengths, uncertainty, maximum=25, level=0.95)

    assert points.upper - points.values == pytest.approx(uncertainty.reach(0.95) * errors, rel=1e-6)


def _points_at(values: np.ndarray) -> np.ndarray:
    chances = 1 / (1 + np.exp(values[None, :] - values[:, None]))
    return 25 * (chances.sum(axis=1) - 0.5) / 3


def test_points_stay_within_bounds():
    """However unsure they are, points lie between nothing and the maximum."""
    rows = [("v1", "x", "y", Verdict.A, 9), ("v2", "x", "y", Verdict.B, 1), ("v3", "x", "y", Verdict.A, 9)]

    points = points_of(tally(rows))

    assert points.lower[1] == 0.0
    assert points.upper[0] == 25.0


def test_standings_are_values():
    """Equal votes and settings make equal standings."""
    board = board_of(votes_of(8))

    assert standings(board) == standings(board)
    assert isinstance(standings(board), Standings)
