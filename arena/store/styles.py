"""Styles: how the two replies of a voted battle differ in length and formatting, counted in the database."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, literal, select

from arena.contest.contest import Scope
from arena.contest.rules import RoundId
from arena.store.battles import ERASED
from arena.store.exclusions import EXCLUDED, REMOVED, WITHDRAWN, within
from arena.store.tables import battles, turns, votes

PART = 50_000

MARKS = {"bold": "**", "lists": "\n- ", "headings": "\n#"}
"""What each kind of formatting is known by."""

TERMS = ("length", *MARKS)


@dataclass(frozen=True, slots=True)
class Styled:
    """A vote that counts, and how much more of each of `TERMS` the reply on A has than the one on B."""

    voter: str
    side_a: str
    side_b: str
    verdict: str
    differences: tuple[int, ...]


def styles(connection: Connection, round_id: RoundId, scope: Scope, most: int) -> Iterator[Styled]:
    """Read votes that count of the battles in scope whose texts are not erased; replies of all turns.

    Of more than `most` votes those with the first battle ids are read; ids are random.
    """
    chosen = (
        select(votes.c.battle, votes.c.voter, battles.c.side_a, battles.c.side_b, votes.c.verdict)
        .select_from(votes.join(battles, battles.c.id == votes.c.battle))
        .where(votes.c.round == round_id, *within(scope), ~WITHDRAWN, ~EXCLUDED, ~REMOVED)
        .order_by(votes.c.battle)
        .limit(most)
        .subquery()
    )
    query = (
        select(*chosen.c, *(func.sum(_more(term)) for term in TERMS))
        .select_from(chosen.join(turns, turns.c.battle == chosen.c.battle))
        .where(turns.c.reply_a.is_not(None), turns.c.reply_b.is_not(None), turns.c.prompt != ERASED)
        .group_by(*chosen.c)
        .order_by(chosen.c.battle)
    )
    for _, voter, a, b, verdict, *more in connection.execute(query, execution_options={"yield_per": PART}):
        yield Styled(voter, a, b, verdict, tuple(map(int, more)))


def _more(term: str) -> ColumnElement[int]:
    """Say how much more of a term side A has."""
    if term == "length":
        return func.length(turns.c.reply_a) - func.length(turns.c.reply_b)
    mark = MARKS[term]
    return _marks(turns.c.reply_a, mark) - _marks(turns.c.reply_b, mark)


def _marks(reply: ColumnElement[str | None], mark: str) -> ColumnElement[int]:
    """Count a mark in a reply, by how much shorter the reply is without it."""
    shorter = func.length(func.replace(reply, literal(mark), literal("")))
    return (func.length(reply) - shorter) // len(mark)
