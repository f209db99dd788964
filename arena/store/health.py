"""Counts of how a round goes, kept up to date from the ledger's order and never read row by row.

Rule 1: votes and voids are only ever added, in the order of their entries; what lies between two entries is
        counted once, by the database, and added to the `tallies`.
Rule 2: no tally crosses a verdict with a contestant.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    case,
    cast,
    func,
    insert,
    literal_column,
    select,
    update,
)

from arena.contest.battle import LIVE
from arena.contest.rules import RoundId, Verdict
from arena.store.adding import add_rows
from arena.store.hints import unindexed
from arena.store.tables import battles, ledger, rounds, turns, votes
from arena.store.tables_health import counted, tallies, voids
from arena.store.votes import Counts as Held

HOUR = 3_600
MOST_WAIT = 3_600
"""Longer waits for a vote, in seconds, are counted as this one."""
MOST_TENTHS = 3_000
"""Longer answers, in tenths of a second, are counted as this one."""
DECIDED = "decided"

_FIRST = func.sum(case((votes.c.nth == 1, 1), else_=0))
"""How many of some votes are a voter's first."""


class What(StrEnum):
    """What the tallies count, and the parts of their keys."""

    VOTERS = "voters"  # ()
    HOUR = "hour"  # (track, start of the hour in seconds since 1970)
    CATEGORY = "category"  # (track, category)
    VERDICT = "verdict"  # (track, "decided" or "tie" or "both_bad")
    PAIR = "pair"  # (track, contestant on A, contestant on B), of votes
    VOID = "void"  # (track, contestant on A, contestant on B, reason)
    FAULT = "fault"  # (contestant, fault)
    WAIT = "wait"  # (seconds from the answers to the vote,)
    ANSWER = "answer"  # (tenths of a second from a prompt to the end of both answers,)


Key = tuple[str | int, ...]
Counts = Counter[tuple[What, Key]]
Tallies = Mapping[What, Mapping[Key, int]]


def counted_to(connection: Connection, round_id: RoundId) -> int:
    """Give the last entry that the tallies of a round count, or the one before the round."""
    kept = connection.execute(select(counted.c.entries).where(counted.c.round == round_id)).scalar()
    if kept is not None:
        return int(kept)
    first = connection.execute(select(rounds.c.first).where(rounds.c.id == round_id)).scalar()
    return int(first or 0) - 1


def last_entry(connection: Connection) -> int:
    """Give the sequence of the last entry on the ledger, -1 where there is none."""
    found = connection.execute(select(func.max(ledger.c.sequence))).scalar()
    return -1 if found is None else int(found)


def count_between(connection: Connection, round_id: RoundId, since: int, until: int) -> Counts:
    """Count what the entries after `since` up to `until` have put on record."""
    found: Counts = Counter()
    cast_votes = _votes(connection, round_id, since).where(votes.c.sequence <= until)
    voided = _voids(connection, round_id, since).where(voids.c.entry <= until)
    for what, key, number in _counts(connection, cast_votes, voided):
        found[what, key] += number
    return found


def add(connection: Connection, round_id: RoundId, since: int, until: int, more: Counts) -> bool:
    """Add counts to the tallies, unless somebody has counted on from `since`; tell whether it was done."""
    if not _moved(connection, round_id, since, until):
        return False
    rows = [
        {"round": round_id, "what": what.value, "key": json.dumps(key), "number": number}
        for (what, key), number in more.items()
    ]
    add_rows(connection, tallies, ["number"], rows)
    return True


def tallies_of(connection: Connection, round_id: RoundId) -> Tallies:
    """Read every tally of a round."""
    found: dict[What, dict[Key, int]] = {what: {} for what in What}
    for what, key, number in connection.execute(
        select(tallies.c.what, tallies.c.key, tallies.c.number).where(tallies.c.round == round_id)
    ):
        found[What(what)][tuple(json.loads(key))] = number
    return found


def held(connection: Connection, round_id: RoundId) -> Held:
    """Count battles, votes and voters of a round: what is tallied, and what came since.

    `connection` must see one state all the while (`Store.snapshot`).
    """
    since, names = counted_to(connection, round_id), [What.VERDICT, What.VOTERS, What.VOID]
    summed = (
        select(tallies.c.what, func.sum(tallies.c.number))
        .where(tallies.c.round == round_id, tallies.c.what.in_([what.value for what in names]))
        .group_by(tallies.c.what)
    )
    found = {What(what): int(number) for what, number in connection.execute(summed)}
    cast_since = _votes(connection, round_id, since).add_columns(func.count(), func.coalesce(_FIRST, 0))
    more, new = connection.execute(cast_since).one()
    voided = _voids(connection, round_id, since).add_columns(func.count())
    cast_all = found.get(What.VERDICT, 0) + int(more)
    over = cast_all + found.get(What.VOID, 0) + int(connection.execute(voided).scalar_one())
    live = sum(running(connection, round_id).values())
    return Held(over + live, cast_all, found.get(What.VOTERS, 0) + int(new))


def running(connection: Connection, round_id: RoundId) -> Mapping[Key, int]:
    """Count the battles that are not over by track and ordered pair."""
    keys = (battles.c.track, battles.c.side_a, battles.c.side_b)
    # Spelled as in the index of battles that are not over, which is small; a bound value would not find it.
    live = battles.c.stage.in_([literal_column(f"'{stage.value}'") for stage in sorted(LIVE)])
    query = (
        select(*keys, func.count())
        .where(live, unindexed(connection, battles.c.round) == round_id)
        .group_by(*keys)
    )
    return {(track, a, b): number for track, a, b, number in connection.execute(query)}


def _moved(connection: Connection, round_id: RoundId, since: int, until: int) -> bool:
    """Move the mark on from `since`, and tell whether it stood there."""
    if counted_to(connection, round_id) != since:
        return False
    moved = connection.execute(update(counted).where(counted.c.round == round_id).values(entries=until))
    if moved.rowcount == 0:
        connection.execute(insert(counted).values(round=round_id, entries=until))
    return True


def _votes(connection: Connection, round_id: RoundId, since: int) -> Select[tuple[object, ...]]:
    later = (votes.c.sequence > since, unindexed(connection, votes.c.round) == round_id)
    return select().select_from(votes.join(battles, battles.c.id == votes.c.battle)).where(*later)


def _voids(connection: Connection, round_id: RoundId, since: int) -> Select[tuple[object, ...]]:
    later = (voids.c.entry > since, unindexed(connection, battles.c.round) == round_id)
    return select().select_from(voids.join(battles, battles.c.id == voids.c.battle)).where(*later)


def _counts(
    connection: Connection, cast_votes: Select[tuple[object, ...]], voided: Select[tuple[object, ...]]
) -> Iterator[tuple[What, Key, int]]:
    hour = cast(votes.c.cast_at, BigInteger) // HOUR * HOUR
    sides = votes.c.verdict.in_([Verdict.A.value, Verdict.B.value])
    said = case((sides, DECIDED), else_=votes.c.verdict)
    heads = (battles.c.track, hour, battles.c.category, said)
    grouped = cast_votes.add_columns(*heads, func.count(), _FIRST).group_by(*heads)
    for track, start, category, word, number, new in connection.execute(grouped):
        yield What.HOUR, (track, int(start)), number
        yield What.CATEGORY, (track, category), number
        yield What.VERDICT, (track, word), number
        yield What.VOTERS, (), int(new)
    pair = (battles.c.track, battles.c.side_a, battles.c.side_b)
    yield from _cells(connection, What.PAIR, cast_votes, *pair)
    yield from _cells(connection, What.VOID, voided, *pair, battles.c.void_reason)
    faulty = voided.where(voids.c.fault != "")
    yield from _cells(connection, What.FAULT, faulty, voids.c.contestant, voids.c.fault)
    yield from _times(connection, cast_votes)


def _times(connection: Connection, cast_votes: Select[tuple[object, ...]]) -> Iterator[tuple[What, Key, int]]:
    answered = turns.c.answered_at.is_not(None)
    last = select(func.max(turns.c.answered_at)).where(turns.c.battle == battles.c.id, answered)
    waited = battles.c.changed_at - last.correlate(battles).scalar_subquery()
    yield from _cells(connection, What.WAIT, cast_votes, _whole(waited, MOST_WAIT))
    took = (turns.c.answered_at - turns.c.asked_at) * 10
    of_turns = cast_votes.join_from(_base(cast_votes), turns, (turns.c.battle == battles.c.id) & answered)
    yield from _cells(connection, What.ANSWER, of_turns, _whole(took, MOST_TENTHS))


def _base(query: Select[tuple[object, ...]]) -> FromClause:
    (base,) = query.get_final_froms()
    return base


def _whole(seconds: ColumnElement[float], most: int) -> ColumnElement[int]:
    """Round to whole numbers from 0 to `most`, as both databases do."""
    kept = case((seconds > most, most), (seconds < 0, 0), else_=seconds)
    return cast(func.round(kept), BigInteger)


def _cells(
    connection: Connection, what: What, query: Select[tuple[object, ...]], *keys: ColumnElement[Any]
) -> Iterator[tuple[What, Key, int]]:
    for *key, number in connection.execute(query.add_columns(*keys, func.count()).group_by(*keys)):
        yield what, tuple(key), number
