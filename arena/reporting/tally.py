"""Votes as the statistician sees them, and the standings they make: the only door to `ratings`."""

from collections.abc import Iterable
from dataclasses import dataclass

import ratings.standings
from arena.contest.contest import Contest
from arena.contest.outcomes import Cell
from arena.contest.roster import ContestantId
from arena.contest.rules import BothBad, Rules, Ties, Verdict
from arena.errors import NoScore
from arena.reporting.votes_table import WINNERS
from ratings import bradley_terry, columns, counts, errors
from ratings.coded import Coded
from ratings.decision import Thresholds

VERDICTS: dict[Verdict, counts.Verdict] = {
    Verdict.A: counts.Verdict.A,
    Verdict.B: counts.Verdict.B,
    Verdict.TIE: counts.Verdict.TIE,
    Verdict.BOTH_BAD: counts.Verdict.BOTH_BAD,
}
SPELLED: dict[str, counts.Verdict] = {
    **{said.value: verdict for said, verdict in VERDICTS.items()},
    **{WINNERS[said]: verdict for said, verdict in VERDICTS.items()},
}
"""Verdicts as the database says them, and as files of votes do."""

BOTH_BAD: dict[BothBad, bradley_terry.BothBad] = {
    BothBad.TIE: bradley_terry.BothBad.TIE,
    BothBad.DROPPED: bradley_terry.BothBad.DROPPED,
}
TIES: dict[Ties, bradley_terry.Ties] = {
    Ties.HALF: bradley_terry.Ties.HALF,
    Ties.DAVIDSON: bradley_terry.Ties.DAVIDSON,
    Ties.RAO_KUPPER: bradley_terry.Ties.RAO_KUPPER,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One contestant's line: rating on the public scale, points by the rules, both with 95 % intervals."""

    contestant: ContestantId
    name: str
    team: str
    strength: float
    se: float
    rating: float
    lower: float
    upper: float
    points: float
    points_lower: float
    points_upper: float
    votes: int


@dataclass(frozen=True, slots=True)
class Standings:
    """The lines, best first; `votes` were fitted, `left_out` were not, `voters` cast the fitted ones."""

    rows: tuple[Standing, ...]
    votes: int
    left_out: int
    voters: int
    document: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Votes as columns, a row each; verdicts are spelled as `SPELLED` says."""

    voter: Coded
    side_a: Coded
    side_b: Coded
    verdict: Coded


Counts = Iterable[Cell] | Counted
"""Votes counted by voter, ordered pair and verdict, or each by itself."""


def standings(contest: Contest, cells: Counts) -> Standings:
    """Rate the contestants by the rules.

    Raises:
        NoScore: the votes make no finite standings (yet).
    """
    try:
        board = _board(contest, cells)
        made = ratings.standings.standings(board, settings_of(contest.rules))
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error
    return standings_of(contest, made)


def _board(contest: Contest, cells: Counts) -> counts.Board:
    names = contest.roster.rated
    if isinstance(cells, Counted):
        a, b, said, voter = cells.side_a, cells.side_b, cells.verdict, cells.voter
        return columns.count_columns(a, b, said, voter, names=names, spellings=SPELLED)
    rows = ((cell.voter, cell.side_a, cell.side_b, VERDICTS[cell.verdict], cell.count) for cell in cells)
    return counts.tally(rows, names)


def standings_of(contest: Contest, made: ratings.standings.Standings) -> Standings:
    """Give what `ratings` has made with the names of the contestants."""
    return Standings(
        rows=tuple(_standing(contest, row) for row in made.rows),
        votes=made.votes,
        left_out=made.left_out,
        voters=made.voters,
        document=made.to_json(),
    )


def settings_of(rules: Rules) -> ratings.standings.Settings:
    """Give the rules as `ratings` takes them."""
    return ratings.standings.Settings(
        ties=TIES[rules.ties], both_bad=BOTH_BAD[rules.both_bad], points=float(rules.points)
    )


def thresholds_of(rules: Rules) -> Thresholds:
    """Give what a verdict on the last place takes, as `ratings` takes it."""
    rule = rules.decision
    return Thresholds(
        chance=float(rule.chance), voters=rule.voters, share=float(rule.share), votes=rule.votes
    )


def _standing(contest: Contest, row: ratings.standings.Row) -> Standing:
    contestant = contest.roster[ContestantId(row.name)]
    return Standing(
        contestant=contestant.id,
        name=contestant.name,
        team=contestant.team,
        strength=row.strength,
        se=row.se,
        rating=row.rating,
        lower=row.lower,
        upper=row.upper,
        points=row.points,
        points_lower=row.points_lower,
        points_upper=row.points_upper,
        votes=row.votes,
    )
