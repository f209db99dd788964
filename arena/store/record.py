"""The ledger's tables: appending an entry with its opening, and reading them back in order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, insert, select

from arena.ledger.canonical import canonical
from arena.ledger.entries import Entry, EntryType, Payload, entry
from arena.store.tables import ledger, openings

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One stored entry: its canonical bytes, leaf hash (hex), salt and payload bytes."""

    sequence: int
    entry: bytes
    leaf: str
    salt: bytes
    payload: bytes


def append(connection: Connection, kind: EntryType, now: datetime, payload: Payload, salt: bytes) -> Entry:
    """Write the next entry; `connection` must come from `Store.writing`, which holds the writer lock.

    Where the clock has gone back, the entry has the time of the one before it: the record's never does.

    Raises:
        NotAnEntry: the payload has no canonical bytes.
    """
    before = _last(connection)
    sequence = 0 if before is None else before.sequence + 1
    made = entry(sequence, kind, _not_before(before, now), payload, salt)
    connection.execute(insert(ledger).values(sequence=made.sequence, entry=made.encoded(), leaf=made.leaf()))
    connection.execute(insert(openings).values(sequence=made.sequence, salt=salt, payload=canonical(payload)))
    return made


def moment(connection: Connection, now: datetime) -> datetime:
    """Give the moment at which an entry written `now` would be on record."""
    return _not_before(_last(connection), now)


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


def leaf(connection: Connection, sequence: int) -> str:
    """Give the leaf hash of an entry that exists."""
    return str(connection.execute(select(ledger.c.leaf).where(ledger.c.sequence == sequence)).scalar_one())


def last_leaf(connection: Connection) -> str:
    """Give the leaf hash of the last entry, "" where there is none."""
    row = _last(connection)
    return "" if row is None else str(row.leaf)


def _not_before(last: Row[tuple[int, bytes, str]] | None, now: datetime) -> datetime:
    if last is None:
        return now
    return max(now, datetime.fromtimestamp(json.loads(last.entry)["time"], tz=UTC))


def _last(connection: Connection) -> Row[tuple[int, bytes, str]] | None:
    return connection.execute(select(ledger).order_by(ledger.c.sequence.desc()).limit(1)).first()
