"""What a team is told of its own contestant once the result is published.

Every figure is of the team's own contestant; of the others it learns who they are, and nothing they wrote.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from arena.contest.contest import Contest
from arena.contest.feedback import Reason
from arena.contest.roster import ContestantId
from arena.reporting import boards
from arena.reporting.by_part import parts_of
from arena.reporting.small_cells import K, told
from arena.reporting.themes import Theme
from arena.store.columns import Columns
from arena.store.feedback import Said

FATES = ("won", "lost", "tie", "both_bad")
FOR = (
    Reason.CORRECT,
    Reason.CLEAR,
    Reason.COMPLETE,
    Reason.CONCISE,
    Reason.NATURAL,
    Reason.CREATIVE,
)
AGAINST = tuple(reason for reason in Reason if reason not in FOR)
Fares = Mapping[str, int | None]
"""How often it won, lost, was equal or both bad, in steps of five; None where too few citizens said so."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating on the public scale with its 95 % interval."""

    rating: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a contestant: as published for the `whole` round; `ratings` by category.

    A rating is None where there are too few votes.
    """

    whole: Rating | None
    ratings: Mapping[str, Rating | None]
    categories: Mapping[str, Fares]
    opponents: Mapping[str, Fares]
    reasons: Mapping[str, Mapping[Reason, int]]
    themes: tuple[Theme, ...]


def fares(counts: Mapping[tuple[str, str], Said], names: Iterable[str]) -> dict[str, Fares]:
    """Give a row for each name."""
    nothing = Said(0, 0)
    return {name: {fate: _told(counts.get((name, fate), nothing)) for fate in FATES} for name in names}


def reasons(counts: Mapping[tuple[str, Reason], Said], names: Iterable[str]) -> dict[str, dict[Reason, int]]:
    """Give the reasons that may be told of each name, most frequent first."""
    found: dict[str, dict[Reason, int]] = {}
    for name in names:
        of_name = {reason: _told(said) for (where, reason), said in counts.items() if where == name}
        kept = {reason: number for reason, number in of_name.items() if number}
        found[name] = dict(sorted(kept.items(), key=lambda one: (-one[1], one[0])))
    return found


def by_category(
    contest: Contest, found: Columns, removed: Sequence[ContestantId]
) -> dict[str, dict[ContestantId, Rating]]:
    """Rate the contestants by category, as evaluators read them; categories of too few citizens are empty."""
    ids = [one for one in contest.roster.rated if one not in removed]
    among = boards.only_on(found, boards.counting(found, contest.rules.scoring), ids)
    parted = list(boards.parted(among, found.category))
    few = {name for name, meant in parted if boards.voters_of(found, meant) < K}
    made = parts_of(found, ids, parted, contest.rules)
    return {
        part.label: {line.contestant: Rating(line.rating, line.lower, line.upper) for line in part.lines}
        for part in made.parts
        if part.label not in few
    }


def published(document: bytes) -> dict[ContestantId, Rating]:
    """Give the ratings of a committed result; nothing where its votes made none."""
    scored = json.loads(document)["results"]["after_exclusions"]
    return {
        ContestantId(row["contestant"]): Rating(
            float(row["rating"]), float(row["lower"]), float(row["upper"])
        )
        for row in scored.get("rows", ())
    }


def _told(said: Said) -> int | None:
    return told(said.votes, said.voters)
