"""Strengths by category or stratum, drawn together as far as their votes ask for (`ratings.pooling`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arena.contest.roster import ContestantId
from arena.contest.rules import Rules
from arena.errors import NoScore
from arena.reporting import boards
from arena.reporting.tally import settings_of
from arena.store.columns import Columns
from ratings import errors
from ratings.pooling import Category, pool
from ratings.rows import Mask
from ratings.standings import SCALE, Settings, rated, rating
from ratings.strengths import Strengths
from ratings.uncertainty import Uncertainty

REACH = 1.959963984540054
"""Standard errors to each side at 95 %; pooled errors have no degrees of freedom of their own."""


@dataclass(frozen=True, slots=True)
class PartLine:
    """One contestant in one part: pooled rating with its 95 % interval, and the rating of that part alone."""

    contestant: ContestantId
    rating: float
    lower: float
    upper: float
    own: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its votes; without lines where they are too few, or make no finite standings."""

    label: str
    votes: int
    lines: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts, labels ascending.

    `spread` is how much a contestant's rating truly differs from part to part (a standard deviation); None
    where fewer than two parts can be rated.
    """

    parts: tuple[Part, ...]
    spread: float | None


def parts_of(
    found: Columns,
    ids: Sequence[ContestantId],
    parted: Iterable[tuple[str, Mask]],
    rules: Rules,
) -> Parts:
    """Rate each part, and draw them together."""
    settings = settings_of(rules)
    sizes: dict[str, int] = {}
    fitted: dict[str, tuple[Strengths, Uncertainty]] = {}
    for label, among in parted:
        sizes[label] = boards.votes_of(found, among)
        one = _fitted(found, ids, among, settings) if sizes[label] >= rules.decision.category_votes else None
        if one is not None:
            fitted[label] = one
    if len(fitted) < 2:
        return Parts(tuple(Part(label, votes, ()) for label, votes in sizes.items()), None)
    pooled = pool(fitted)
    lines = {one.name: _lines(pooled.names, one) for one in pooled.categories}
    parts = tuple(Part(label, votes, lines.get(label, ())) for label, votes in sizes.items())
    return Parts(parts, pooled.spread * SCALE)


def _fitted(
    found: Columns, ids: Sequence[ContestantId], among: Mask, settings: Settings
) -> tuple[Strengths, Uncertainty] | None:
    """Rate one part; None where its votes make no finite standings."""
    try:
        made = rated(boards.board(found, ids, among), settings)
    except (errors.RatingsError, NoScore):
        return None
    return made.strengths, made.uncertainty


def _lines(names: Sequence[str], one: Category) -> tuple[PartLine, ...]:
    figures = zip(names, one.values.tolist(), one.errors.tolist(), one.own_values.tolist(), strict=True)
    return tuple(
        PartLine(
            ContestantId(name),
            rating(value),
            rating(value - REACH * error),
            rating(value + REACH * error),
            rating(own),
        )
        for name, value, error, own in figures
    )
