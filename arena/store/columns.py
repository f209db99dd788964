"""Verdicts as columns: counted in the database by voter, pair, category and track, for the statistics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from typing import Any

from sqlalchemy import Connection, case, func, literal, or_, select

from arena.contest.contest import Scope
from arena.contest.outcomes import Ballot
from arena.contest.rules import RoundId
from arena.store.exclusions import EXCLUDED, REMOVED, WITHDRAWN, within
from arena.store.tables import battles, exclusions, removals, votes, withdrawals

PART = 50_000
"""Rows that are taken over at a time."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How often a voter gave a verdict on an ordered pair in a category and track; equally long lists.

    `counts` is 1 where the votes count and 0 where they are excluded; those withdrawn are not here, nor are
    those where a contestant met itself. Voters ascend.
    """

    voter: list[str]
    side_a: list[str]
    side_b: list[str]
    verdict: list[str]
    category: list[str]
    track: list[str]
    counts: list[int]
    number: list[int]


class _Taken:
    """Columns that still grow; a value that is known is kept once."""

    def __init__(self) -> None:
        self._lists: tuple[list[Any], ...] = tuple([] for _ in fields(Columns))
        self._known: dict[Any, Any] = {}

    def take(self, rows: Sequence[Sequence[Any]]) -> None:
        for column, taken in zip(self._lists, zip(*rows, strict=True), strict=bool(rows)):
            column.extend(map(self._known.setdefault, taken, taken))

    def whole(self) -> Columns:
        return Columns(*self._lists)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is the same while no vote has come, gone or been excluded; every figure only grows."""

    last_vote: int
    withdrawals: int
    last_exclusion: int
    last_removal: int


def columns(connection: Connection, round_id: RoundId, scope: Scope) -> Columns:
    """Count the verdicts of a round in the database: those of the battles in scope."""
    of_each = (
        select(
            votes.c.voter,
            battles.c.side_a,
            battles.c.side_b,
            votes.c.verdict,
            battles.c.category,
            battles.c.track,
            case((or_(EXCLUDED, REMOVED), 0), else_=1).label("counting"),
        )
        .select_from(votes.join(battles, battles.c.id == votes.c.battle))
        .where(votes.c.round == round_id, *within(scope), ~WITHDRAWN)
        .subquery()
    )
    query = select(*of_each.c, func.count()).group_by(*of_each.c).order_by(of_each.c.voter)
    found = _Taken()
    for part in connection.execute(query, execution_options={"yield_per": PART}).partitions():
        found.take(part)
    return found.whole()


def only(found: Columns, kept: Sequence[bool]) -> Columns:
    """Keep of columns the rows that are meant."""
    return Columns(
        voter=list(compress(found.voter, kept)),
        side_a=list(compress(found.side_a, kept)),
        side_b=list(compress(found.side_b, kept)),
        verdict=list(compress(found.verdict, kept)),
        category=list(compress(found.category, kept)),
        track=list(compress(found.track, kept)),
        counts=list(compress(found.counts, kept)),
        number=list(compress(found.number, kept)),
    )


def columns_of(counting: Iterable[Ballot], excluded: Iterable[Ballot]) -> Columns:
    """Give single ballots as columns, voters ascending."""
    found = _Taken()
    found.take(sorted([_row(one, 1) for one in counting] + [_row(one, 0) for one in excluded]))
    return found.whole()


def _row(one: Ballot, counts: int) -> tuple[str | int, ...]:
    return one.voter, one.side_a, one.side_b, one.verdict, one.category, one.track, counts, 1


def moment(connection: Connection, round_id: RoundId) -> Moment:
    """Tell of what moment the counts are."""
    # Backwards from the newest of all votes: led by the index of rounds the database would read every vote.
    of_round = votes.c.round + literal("") == round_id
    newest = select(votes.c.sequence).where(of_round)
    last = newest.order_by(votes.c.sequence.desc()).limit(1).scalar_subquery()
    last_vote = select(func.coalesce(last, -1))
    gone = select(func.count()).select_from(withdrawals)
    out = select(func.coalesce(func.max(exclusions.c.entry), -1))
    removed = select(func.coalesce(func.max(removals.c.entry), -1))
    return Moment(*(int(connection.execute(query).scalar_one()) for query in (last_vote, gone, out, removed)))
