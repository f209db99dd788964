"""Verdicts as columns: counted in the database by voter, pair, category and track, for the statistics."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from sqlalchemy import Connection, case, func, literal, or_, select

from arena.contest.column import Column
from arena.contest.contest import Scope
from arena.contest.rules import RoundId
from arena.store.exclusions import EXCLUDED, REMOVED, WITHDRAWN, within
from arena.store.tables import battles, exclusions, removals, votes, withdrawals

PART = 50_000
"""Rows that are taken over at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """How often a voter gave a verdict on an ordered pair in a category and track; equally long columns.

    `counts` is 1 where the votes count and 0 where they are excluded; those withdrawn are not here, nor are
    those where a contestant met itself. Without `number` each row is one vote.
    """

    voter: Column
    side_a: Column
    side_b: Column
    verdict: Column
    category: Column
    track: Column
    counts: "array[int]"
    number: "array[int] | None"

    @property
    def texts(self) -> tuple[Column, ...]:
        """Those columns that hold texts, in their order."""
        return self.voter, self.side_a, self.side_b, self.verdict, self.category, self.track


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
    query = select(*of_each.c, func.count()).group_by(*of_each.c)
    found = empty()
    for part in connection.execute(query, execution_options={"yield_per": PART}).partitions():
        _take(found, part)
    return found


def empty() -> Columns:
    """Give columns without rows, which may grow."""
    return Columns(Column(), Column(), Column(), Column(), Column(), Column(), array("B"), array("I"))


def _take(found: Columns, rows: Sequence[Sequence[Any]]) -> None:
    *texts, counts, number = zip(*rows, strict=True)
    for column, values in zip(found.texts, texts, strict=True):
        column.extend(values)
    found.counts.extend(counts)
    if found.number is not None:
        found.number.extend(number)


def only(found: Columns, kept: Sequence[bool]) -> Columns:
    """Keep of columns the rows that are meant."""
    return Columns(
        voter=Column(compress(found.voter, kept)),
        side_a=Column(compress(found.side_a, kept)),
        side_b=Column(compress(found.side_b, kept)),
        verdict=Column(compress(found.verdict, kept)),
        category=Column(compress(found.category, kept)),
        track=Column(compress(found.track, kept)),
        counts=array("B", compress(found.counts, kept)),
        number=None if found.number is None else array("I", compress(found.number, kept)),
    )


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
