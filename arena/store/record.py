"""The ledger's tables: appending an entry with its opening, and reading them back in order."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from arena.ledger.canonical import canonical
from arena.ledger.entries import Entry, EntryType, Payload, entry
from arena.store.tables import ledger, openings

PAGE = 1_000
_INSERT, _INSERT_OPENINGS = insert(ledger), insert(openings)
_LAST = select(ledger).order_by(ledger.c.sequence.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Line:
    """One stored entry: its canonical bytes, leaf hash (hex), salt and payload bytes."""

    sequence: int
    entry: bytes
    leaf: str
    salt: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the ledger ends: how many entries it has, and the time that the last one shows."""

    size: int
    time: datetime | None

    def moment(self, now: datetime) -> datetime:
        """Give the moment at which an entry written `now` would be on record: its time never goes back."""
        return now if self.time is None else max(now, self.time)


def tail(connection: Connection) -> Tail:
    """Look where the ledger ends; under the writer lock it stays there."""
    last = _last(connection)
    return Tail(0, None) if last is None else tail_of(last)


def tail_of(last: Row[Any]) -> Tail:
    """Give the end that `sequence` and `entry` of the last entry tell; where there is none they are None."""
    if last.sequence is None:
        return Tail(0, None)
    return Tail(last.sequence + 1, datetime.fromtimestamp(json.loads(last.entry)["time"], tz=UTC))


def append(connection: Connection, kind: EntryType, now: datetime, payload: Payload, salt: bytes) -> Entry:
    """Write the next entry; `connection` must come from `Store.writing`, which holds the writer lock.

    Where the clock has gone back, the entry has the time of the one before it.

    Raises:
        NotAnEntry: the payload has no canonical bytes.
    """
    return append_all(connection, tail(connection), kind, now, [(payload, salt)])[0]


def append_all(
    connection: Connection,
    after: Tail,
    kind: EntryType,
    now: datetime,
    sealed: Sequence[tuple[Payload, bytes]],
) -> list[Entry]:
    """Write entries of one kind, given as payload and salt, after the end that this transaction has seen.

    Raises:
        NotAnEntry: as `append`; nothing is written.
    """
    moment = after.moment(now)
    made = [
        entry(sequence, kind, moment, payload, salt)
        for sequence, (payload, salt) in enumerate(sealed, start=after.size)
    ]
    lines = [{"sequence": one.sequence, "entry": one.encoded(), "leaf": one.leaf()} for one in made]
    shown = [
        {"sequence": one.sequence, "salt": salt, "payload": canonical(payload)}
        for one, (payload, salt) in zip(made, sealed, strict=True)
    ]
    connection.execute(_INSERT, lines)
    connection.execute(_INSERT_OPENINGS, shown)
    return made


def lines(connection: Connection) -> Iterator[Line]:
    """Read the whole ledger in order, a page at a time."""
    joined = ledger.join(openings, ledger.c.sequence == openings.c.sequence)
    columns = (ledger.c.sequence, ledger.c.entry, ledger.c.leaf, openings.c.salt, openings.c.payload)
    after = -1
    while True:
        query = select(*columns).select_from(joined).where(ledger.c.sequence > after)
        page = connection.execute(query.order_by(ledger.c.sequence).limit(PAGE)).all()
        yield from (Line(*row) for row in page)
        if len(page) < PAGE:
            return
        after = page[-1].sequence


def payloads_of(connection: Connection, kind: EntryType, since: int) -> list[bytes]:
    """Read the payloads of all entries of a kind from entry `since` on; it looks at every entry there is."""
    ending = f'"type":"{kind.value}"}}'.encode()  # of the canonical bytes: no key stands after it
    is_of_kind = func.substr(ledger.c.entry, func.length(ledger.c.entry) - len(ending) + 1) == ending
    query = (
        select(openings.c.payload)
        .select_from(ledger.join(openings, ledger.c.sequence == openings.c.sequence))
        .where(ledger.c.sequence >= since, is_of_kind)
        .order_by(ledger.c.sequence)
    )
    return list(connection.execute(query).scalars())


def last_leaf(connection: Connection) -> str:
    """Give the leaf hash of the last entry, "" where there is none."""
    row = _last(connection)
    return "" if row is None else str(row.leaf)


def _last(connection: Connection) -> Row[tuple[int, bytes, str]] | None:
    return connection.execute(_LAST).first()
