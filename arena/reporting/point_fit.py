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
from arena.reporting.tally import VERDICTS, Standings, settings_of, standings_of
from ratings import bradley_terry, counts, errors, points
from ratings.strengths import Strengths
from ratings.uncertainty import by_information

OF_VOTERS = ("se", "lower", "upper", "points_lower", "points_upper", "rank_low", "rank_high", "p_last")
"""Figures of a contestant that counts do not tell."""

OF_ALL_VOTERS = ("voters", "effective_voters", "draws")
"""Figures of all together that counts do not tell."""


def standings_beside(contest: Contest, cells: Iterable[Cell], said: object) -> Standings:
    """Rate the contestants by the rules from counts; what voters tell is taken from `said`.

    `said` is a document of standings. Who is named as voter in `cells` does not matter.

    Raises:
        NoScore: the counts make no finite standings.
        ValueError: `said` has not a line for each contestant, or not a number for each figure.
    """
    pairs, fitted = _fitted(contest, cells)
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
    _check_effective(made)
    return standings_of(contest, made)


def _check_effective(made: ratings.standings.Standings) -> None:
    """Check that voters who cast whole numbers of votes can make this effective number of voters.

    It is votes² / Σ (votes of one voter)² (Kish), so that the sum is a whole number.

    Raises:
        ValueError: they cannot.
    """
    effective = made.effective_voters
    if 0 < effective <= made.voters:
        squares = made.votes**2 / effective
        # Half of the last decimal that is shown, and what binary fractions lose.
        if abs(squares - round(squares)) <= squares * (6e-10 / effective + 1e-15):
            return
    raise ValueError("no effective_voters")


def _fitted(contest: Contest, cells: Iterable[Cell]) -> tuple[counts.PairCounts, Strengths]:
    rows = ((cell.voter, cell.side_a, cell.side_b, VERDICTS[cell.verdict], cell.count) for cell in cells)
    settings = settings_of(contest.rules)
    try:
        pairs = counts.tally(rows, contest.roster.ids).pairs
        fitted = bradley_terry.fit(
            pairs,
            ties=settings.ties,
            both_bad=settings.both_bad,
            side=settings.side,
            prior=settings.prior,
            tolerance=settings.tolerance,
        )
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error
    return pairs, fitted


def _rows(
    pairs: counts.PairCounts,
    fitted: Strengths,
    settings: ratings.standings.Settings,
    lines: Mapping[str, object],
) -> Iterator[ratings.standings.Row]:
    wins = bradley_terry.half_wins(pairs, settings.both_bad)
    votes = (wins + wins.T).sum(axis=1)
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
            votes=int(number),
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
        ValueError: one is missing or no finite number.
    """
    found = {name: said.get(name) if isinstance(said, dict) else None for name in names}
    for name, value in found.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
            raise ValueError(f"no {name}")
    return found


def _figure(value: float) -> float:
    """Round as standings are rounded."""
    return round(float(value), ratings.standings.DIGITS) + 0.0
