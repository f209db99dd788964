"""From votes in the database to standings: what `ratings` says of them, by the rules, and nothing else."""

import pytest

import ratings.standings
from arena.contest.outcomes import Cell
from arena.contest.rules import BothBad, Ties, Track, Verdict
from arena.errors import NoScore
from arena.reporting import tally
from arena.store import votes
from ratings import bradley_terry, counts
from tests.reporting.ballots import cast, cast_many, changed, newcomer, panel_vote

BOTH_BAD = {BothBad.TIE: bradley_terry.BothBad.TIE, BothBad.DROPPED: bradley_terry.BothBad.DROPPED}


def cells(arena, *tracks):
    with arena.store.reading() as connection:
        scope = arena.contest.scope(tracks or (Track.OPEN,))
        return votes.cells(connection, arena.contest.rules.round_id, scope)


@pytest.mark.parametrize("both_bad", list(BothBad))
def test_standings_are_the_ratings_of_the_votes(arena, both_bad):
    """The standings are what `ratings` makes of the very votes that were cast, under either rule."""
    said = cast_many(arena)
    contest = changed(arena.contest, both_bad=both_bad)

    made = tally.standings(contest, cells(arena))

    outcomes = [counts.Outcome(a, b, counts.Verdict(verdict.value), voter) for voter, a, b, verdict in said]
    board = counts.tally((outcome.as_row() for outcome in outcomes), contest.roster.ids)
    settings = ratings.standings.Settings(both_bad=BOTH_BAD[both_bad], points=25.0)
    assert made.document == ratings.standings.standings(board, settings).to_json()
    bad = sum(verdict is Verdict.BOTH_BAD for *_, verdict in said)
    assert bad > 0
    assert made.left_out == (bad if both_bad is BothBad.DROPPED else 0)
    assert made.votes + made.left_out == len(said)


def test_lines_name_their_contestants(arena):
    """Every contestant has one line, with its own name and team, best first."""
    cast_many(arena)

    made = tally.standings(arena.contest, cells(arena))

    roster = arena.contest.roster
    assert {row.contestant for row in made.rows} == set(roster.ids)
    assert all(
        (row.name, row.team) == (roster[row.contestant].name, roster[row.contestant].team)
        for row in made.rows
    )
    ordered = [row.rating for row in made.rows]
    assert ordered == sorted(ordered, reverse=True)
    assert all(row.lower < row.rating < row.upper for row in made.rows)


def test_only_tracks_that_score(arena):
    """Votes of a track that does not score change nothing; where it scores, they count."""
    cast_many(arena)
    before = tally.standings(arena.contest, cells(arena))
    for number in range(1, 6):
        panel_vote(arena, number)

    same = tally.standings(arena.contest, cells(arena, *arena.contest.rules.scoring))
    both = tally.standings(arena.contest, cells(arena, Track.OPEN, Track.CITIZEN_PANEL))

    assert same == before
    assert both.votes == before.votes + 5


def test_no_votes(arena):
    """Without votes there is no score, and no line of zeros."""
    with pytest.raises(NoScore):
        tally.standings(arena.contest, cells(arena))


def test_few_votes(arena):
    """Votes that leave a contestant without a win or a loss make no score."""
    cast(arena, newcomer(arena), Verdict.A)

    with pytest.raises(NoScore):
        tally.standings(arena.contest, cells(arena))


def test_one_voter(arena):
    """Votes of one citizen alone make no score: nobody can say how sure it would be."""
    ids = arena.contest.roster.ids
    one = [Cell("voter", a, b, Verdict.TIE, 3) for a in ids for b in ids if a != b]

    with pytest.raises(NoScore, match="voter"):
        tally.standings(arena.contest, one)


@pytest.mark.parametrize("pair", [("nobody", "beodeulchi"), ("beodeulchi", "beodeulchi")])
def test_votes_on_what_is_not_there(contest, pair):
    """A vote on a stranger, or on one contestant against itself, is refused and never left out quietly."""
    ids = contest.roster.ids
    good = [Cell(v, a, b, Verdict.TIE, 3) for v in ("u", "v") for a in ids for b in ids if a != b]

    with pytest.raises(NoScore):
        tally.standings(contest, [*good, Cell("w", *pair, Verdict.A, 1)])


def test_every_word_of_the_rules_has_a_meaning():
    """Every verdict, tie model and treatment of "both bad" that rules can hold is known to the fit."""
    assert set(tally.VERDICTS) == set(Verdict)
    assert set(tally.BOTH_BAD) == set(BothBad)
    assert set(tally.TIES) == set(Ties)
