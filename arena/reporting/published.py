"""Standings as they were committed, read out of `result.json`: nothing is computed again."""

import json
from collections.abc import Mapping
from typing import Any

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.errors import NoScore
from arena.reporting.tally import Standing, Standings

FIGURES = ("strength", "se", "rating", "lower", "upper", "points", "points_lower", "points_upper")
"""What stands in a row as a decimal, which reads back as the same double."""


def published_standings(contest: Contest, document: bytes) -> Standings:
    """Read the standings after exclusions.

    Raises:
        NoScore: the votes made no finite standings.
    """
    found: dict[str, Any] = json.loads(document)["results"]["after_exclusions"]
    if "refused" in found:
        raise NoScore(found["refused"])
    return Standings(
        rows=tuple(_standing(contest, row) for row in found["rows"]),
        votes=found["votes"],
        left_out=found["left_out"],
        voters=found["voters"],
        document=found,
    )


def _standing(contest: Contest, row: Mapping[str, Any]) -> Standing:
    contestant = contest.roster[ContestantId(row["contestant"])]
    figures = {name: float(row[name]) for name in FIGURES}
    return Standing(contestant.id, contestant.name, contestant.team, votes=row["votes"], **figures)
