"""What counts of verdicts by pair tell without their voters: order, points, ratings, numbers of votes.

Intervals rest on who cast which votes. Here they are taken from standings that were published, so that
whatever is written of the same standings can be written again and compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

import ratings.standings
from arena.contest.contest import Contest
from arena.contest.outcomes import Cell
from arena.errors import NoScore
from arena.reporting.possible import check_possible, may_be_refused
from arena.reporting.tally import VERDICTS, Standings, settings_of, standings_of
from ratings import bradley_terry, counts, errors, points
from ratings.strengths import Strengths
from ratings.uncertainty import by_information

OF_VOTERS = ("se", "lower", "upper", "points_lower", "points_upper", "rank_low", "rank_high", "p_last")
"""Figures of a contestant that counts do not tell."""

OF_ALL_VOTERS = ("voters", "effective_voters", "draws")
"""Figures of all together that counts do not tell."""

WHOLE = frozenset({"rank_low", "rank_high", "voters", "draws"})


def standings_beside(contest: Contest, cells: Iterable[Cell], said: object) -> Standings:
    """Rate the contestants by the rules from counts; what voters tell is taken from `said`.

    `said` is a document of standings. Who is named as voter in `cells` does not matter.

    Raises:
        NoScore: the counts make no finite standings.
        ValueError: `said` has not a line for each contestant, or not a number for each figure, or one that
            no voters can make.
    """
    pairs = _pairs(contest, cells)
    fitted = _fitted(contest, pairs)
    settings = settings_of(contest.rules)
    out = bradley_terry.left_out(pairs, settings.both_bad)
    rows = _rows(pairs, fitted, settings, _lines(said))
    made = ratings.standings.Standings(
        rows=tuple(sorted(rows, key=lambda row: (-row.strength, row.name))),
        votes=pairs.votes - out,
        left_out=out,
        tie=None if fitted.tie is None else _figure(fitted.tie),
        side=None,
        weights=None,
        settings=settings,
        **_numbers(said, OF_ALL_VOTERS),
    )
    check_possible(made, contest.rules.votes_per_person)
    return standings_of(contest, made)


def refused_beside(contest: Contest, cells: Iterable[Cell], reason: str) -> bool:
    """Tell whether counts that can be fitted may be refused for this `reason`: too few voters."""
    pairs = _pairs(contest, cells)
    both_bad = settings_of(contest.rules).both_bad
    votes = pairs.votes - bradley_terry.left_out(pairs, both_bad)
    on_each = dict(zip(pairs.names, _on_each(pairs, both_bad), strict=True))
    return may_be_refused(reason, votes, on_each, contest.rules.votes_per_person)


def _pairs(contest: Contest, cells: Iterable[Cell]) -> counts.PairCounts:
    rows = ((cell.voter, cell.side_a, cell.side_b, VERDICTS[cell.verdict], cell.count) for cell in cells)
    try:
        return counts.tally(rows, contest.roster.rated).pairs
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error


def _on_each(pairs: counts.PairCounts, both_bad: bradley_terry.BothBad) -> list[int]:
    """Count the fitted votes on each contestant."""
    wins = bradley_terry.half_wins(pairs, both_bad)
    return [int(votes) for votes in (wins + wins.T).sum(axis=1)]


def _fitted(contest: Contest, pairs: counts.PairCounts) -> Strengths:
    settings = settings_of(contest.rules)
    try:
        return bradley_terry.fit(
            pairs,
            ties=settings.ties,
            both_bad=settings.both_bad,
            side=settings.side,
            prior=settings.prior,
            tolerance=settings.tolerance,
        )
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error


def _rows(
    pairs: counts.PairCounts,
    fitted: Strengths,
    settings: ratings.standings.Settings,
    lines: Mapping[str, object],
) -> Iterator[ratings.standings.Row]:
    votes = _on_each(pairs, settings.both_bad)
    # The intervals of these points are those of votes without voters: nobody looks at them.
    scored = points.points(
        fitted,
        by_information(fitted),
        settings.rule,
        maximum=settings.points,
        floor=settings.floor,
        level=settings.level,
    )
    for name, strength, scored_points, number in zip(
        fitted.names, fitted.values, scored.values, votes, strict=True
    ):
        yield ratings.standings.Row(
            name=name,
            strength=_figure(strength),
            rating=_figure(ratings.standings.rating(strength)),
            votes=number,
            points=_figure(scored_points),
            **_numbers(lines.get(name), OF_VOTERS),
        )


def _lines(said: object) -> dict[str, object]:
    """Give the line of each contestant in a document of standings."""
    lines = said.get("contestants") if isinstance(said, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise ValueError("no lines of contestants")
    return {str(line.get("name")): line for line in lines}


def _numbers(said: object, names: Iterable[str]) -> dict[str, Any]:
    """Take figures as they are said.

    Raises:
        ValueError: one is missing, no finite number, or whole where it has decimals and the other way round.
    """
    found = {name: said.get(name) if isinstance(said, dict) else None for name in names}
    for name, value in found.items():
        is_whole = type(value) is int
        if is_whole != (name in WHOLE) or not (is_whole or (isinstance(value, float) and isfinite(value))):
            raise ValueError(f"no {name}")
    return found


def _figure(value: float) -> float:
    """Round as standings are rounded."""
    return round(float(value), ratings.standings.DIGITS) + 0.0
