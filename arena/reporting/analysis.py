"""The analysis of a round: everything that an evaluator reads of the votes beside the points.

Law: the standings in it are those of the score; nothing else in it changes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import ratings.standings
from arena.contest.column import Column
from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.errors import NoScore
from arena.reporting import boards
from arena.reporting.by_part import Parts, parts_of
from arena.reporting.entrants import Entrant, entrants, labels
from arena.reporting.goodness import Found, goodness
from arena.reporting.result import without
from arena.reporting.sensitivity import Alternative, alternatives
from arena.reporting.tally import Standings, settings_of, standings_of, thresholds_of
from arena.store.columns import Columns
from ratings import errors
from ratings.counts import LAYER, Board, Verdict
from ratings.decision import Decision, Thresholds, decide
from ratings.rows import Mask
from ratings.standings import Rated
from ratings.weights import Margins, Weights, rake


@dataclass(frozen=True, slots=True)
class Line:
    """Which ranks of one contestant are possible, for all jointly, and the chance of each from 1 on."""

    contestant: ContestantId
    rank_low: int
    rank_high: int
    chances: tuple[float, ...]

    @property
    def p_last(self) -> float:
        """Give the chance to be last."""
        return self.chances[-1]


@dataclass(frozen=True, slots=True)
class Meeting:
    """The votes between two: of `votes`, `won` by the first, `lost` and `tied` (both bad: among these).

    `expected` is the chance that the first wins with ties shared, by the fit; `is_better` tells that the
    first is the stronger beyond chance over all pairs at once.
    """

    votes: int
    won: int
    lost: int
    tied: int
    expected: float
    is_better: bool

    @property
    def share(self) -> float | None:
        """Give the share of the first with ties shared; None where they never met."""
        return (self.won + 0.5 * self.tied) / self.votes if self.votes else None


@dataclass(frozen=True, slots=True)
class Panel:
    """Who the voters are, by margin (sex, age …), and the shares of the people in each."""

    people: Mapping[str, Mapping[str, str]]
    margins: Margins


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The analysis; contestants in the order of the standings wherever they stand in a row.

    `decision` names contestants as people read them. `rated` is what all was made from, by id.
    `strata` is None where nobody knows of voters more than that they voted.
    """

    entrants: tuple[Entrant, ...]
    standings: Standings
    lines: tuple[Line, ...]
    meetings: Mapping[tuple[ContestantId, ContestantId], Meeting]
    decision: Decision
    categories: Parts
    strata: Mapping[str, Parts] | None
    alternatives: tuple[Alternative, ...]
    findings: tuple[Found, ...]
    excluded: int
    rated: Rated

    @property
    def labels(self) -> dict[ContestantId, str]:
        """Name each contestant as people read it."""
        return {one.id: one.label for one in self.entrants}


def analyse(
    contest: Contest, found: Columns, removed: Sequence[ContestantId] = (), panel: Panel | None = None
) -> Analysis:
    """Analyse the votes of a round; with a `panel`, also weighted and by stratum.

    Raises:
        NoScore: the votes that count make no finite standings.
    """
    left = without(contest, removed)
    found = boards.rated(found, contest.roster)
    settings = settings_of(contest.rules)
    counting = boards.counting(found, contest.rules.scoring)
    board = boards.board(found, left.roster.ids, counting)
    rated, decision = _rated(board, settings, thresholds_of(contest.rules))
    standings = standings_of(left, rated.standings)
    named = entrants(left, standings)
    return Analysis(
        entrants=named,
        standings=standings,
        lines=tuple(_lines(rated)),
        meetings=_meetings(board, rated),
        decision=_in_names(decision, labels(named)),
        categories=parts_of(found, left.roster.ids, boards.parted(counting, found.category), left.rules),
        strata=None if panel is None else _strata(found, left, counting, panel),
        alternatives=alternatives(
            contest, left, found, board, None if panel is None else _weights(board, panel)
        ),
        findings=goodness(board, settings.both_bad),
        excluded=boards.votes_of(found, boards.cast(found, contest.rules.scoring)) - board.pairs.votes,
        rated=rated,
    )


def _rated(
    board: Board, settings: ratings.standings.Settings, thresholds: Thresholds
) -> tuple[Rated, Decision]:
    try:
        rated = ratings.standings.rated(board, settings)
        return rated, decide(board, rated.strengths, rated.ranks, thresholds=thresholds)
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error


def _in_names(decision: Decision, named: Mapping[ContestantId, str]) -> Decision:
    rivals = tuple(named[ContestantId(one)] for one in decision.rivals)
    return replace(decision, last=named[ContestantId(decision.last)], rivals=rivals)


def _lines(rated: Rated) -> Iterator[Line]:
    for row in rated.standings.rows:
        chances = rated.ranks.chances[rated.ranks.names.index(row.name)]
        yield Line(ContestantId(row.name), row.rank_low, row.rank_high, tuple(chances.tolist()))


def _meetings(board: Board, rated: Rated) -> dict[tuple[ContestantId, ContestantId], Meeting]:
    names = board.pairs.names
    chances = rated.strengths.chances()
    met = {}
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            if i != j:
                won, lost, tied = _told(board, i, j)
                is_better = bool(rated.ranks.better[i, j])
                key = ContestantId(one), ContestantId(other)
                met[key] = Meeting(won + lost + tied, won, lost, tied, float(chances[i, j]), is_better)
    return met


def _told(board: Board, i: int, j: int) -> tuple[int, int, int]:
    """Count what `i` won of `j`, lost to it and tied with it, on either side."""
    here, there = board.pairs.cells[i, j], board.pairs.cells[j, i]
    won = here[LAYER[Verdict.A]] + there[LAYER[Verdict.B]]
    lost = here[LAYER[Verdict.B]] + there[LAYER[Verdict.A]]
    return int(won), int(lost), int(here.sum() + there.sum() - won - lost)


# With a panel


def _weights(board: Board, panel: Panel) -> Weights:
    voted = {voter: panel.people[voter] for voter in board.voters.voters}
    try:
        return rake(voted, panel.margins)
    except errors.RatingsError as error:
        raise NoScore(f"the panel cannot be weighted: {error}") from error


def _strata(found: Columns, left: Contest, counting: Mask, panel: Panel) -> dict[str, Parts]:
    by_margin = {}
    for margin in sorted(panel.margins):
        label_of = Column(
            panel.people[voter][margin] if meant else ""
            for voter, meant in zip(found.voter, counting.tolist(), strict=True)
        )
        by_margin[margin] = parts_of(found, left.roster.ids, boards.parted(counting, label_of), left.rules)
    return by_margin
