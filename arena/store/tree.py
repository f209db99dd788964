"""The tree over the ledger, its checkpoints and who signed them.

Level 0 of the tree is `ledger.leaf`; `nodes` holds the roots of full tiles. Everything is found by its
key: nothing here goes over the ledger.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from arena.ledger.tiles import Hashes
from arena.store.tables import checkpoints, cosignatures, ledger, log_keys, nodes, openings

Node = tuple[int, int, bytes]
"""Level (from 1), number and hash of what is kept of a full tile."""

NOTHING_FRESH: Mapping[tuple[int, int], bytes] = {}
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it was made: size, moment, and the note with the log's own signatures."""

    size: int
    made_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the log: it signs sizes above `since` until the next one does, and beside that for a while."""

    number: int
    vkey: str
    since: int
    overlap_until: datetime | None


# The tree


def size(connection: Connection) -> int:
    """Give the number of entries."""
    last = connection.execute(select(func.max(ledger.c.sequence))).scalar()
    return 0 if last is None else int(last) + 1


def hashes(connection: Connection, fresh: Mapping[tuple[int, int], bytes] = NOTHING_FRESH) -> Hashes:
    """Give a reader of the tree's hashes; `fresh` holds nodes, by level and number, not written yet."""

    def read(level: int, first: int, count: int) -> Sequence[bytes]:
        if level == 0:
            return _leaves(connection, first, count)
        query = select(nodes.c.number, nodes.c.hash).where(
            nodes.c.level == level, nodes.c.number >= first, nodes.c.number < first + count
        )
        found = {(level, number): node for number, node in connection.execute(query)}
        known = {**found, **fresh}
        places = ((level, number) for number in range(first, first + count))
        return [known[place] for place in places if place in known]

    return read


def _leaves(connection: Connection, first: int, count: int) -> Sequence[bytes]:
    query = select(ledger.c.leaf).where(ledger.c.sequence >= first, ledger.c.sequence < first + count)
    return [bytes.fromhex(leaf) for leaf in connection.execute(query.order_by(ledger.c.sequence)).scalars()]


def entries(connection: Connection, first: int, count: int) -> Sequence[bytes]:
    """Give the public lines of `count` entries from `first` on."""
    query = select(ledger.c.entry).where(ledger.c.sequence >= first, ledger.c.sequence < first + count)
    return [bytes(line) for line in connection.execute(query.order_by(ledger.c.sequence)).scalars()]


def opened(connection: Connection, sequence: int) -> tuple[bytes, bytes]:
    """Give the public line and the payload of an entry that exists."""
    joined = ledger.join(openings, ledger.c.sequence == openings.c.sequence)
    query = select(ledger.c.entry, openings.c.payload).select_from(joined)
    line, payload = connection.execute(query.where(ledger.c.sequence == sequence)).one()
    return bytes(line), bytes(payload)


def keep(connection: Connection, made: Iterable[Node]) -> None:
    """Write the nodes of tiles that are full now."""
    rows = [{"level": level, "number": number, "hash": node} for level, number, node in made]
    if rows:
        connection.execute(insert(nodes), rows)


# Checkpoints


def insert_checkpoint(connection: Connection, made: Kept) -> None:
    """Write a checkpoint."""
    row = {"size": made.size, "made_at": made.made_at.timestamp(), "note": made.note}
    connection.execute(insert(checkpoints).values(**row))


def latest(connection: Connection) -> Kept | None:
    """Give the newest checkpoint."""
    row = connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
    return None if row is None else _kept(row)


def checkpoint_of(connection: Connection, of_size: int) -> Kept | None:
    """Give the checkpoint of a size."""
    row = connection.execute(select(checkpoints).where(checkpoints.c.size == of_size)).one_or_none()
    return None if row is None else _kept(row)


def cosigned(connection: Connection, above: int, names: Sequence[str], quorum: int) -> Kept | None:
    """Give the newest checkpoint above a size that `quorum` witnesses among `names` cosigned."""
    query = (
        select(cosignatures.c.size)
        .where(cosignatures.c.size > above, cosignatures.c.name.in_(names))
        .group_by(cosignatures.c.size)
        .having(func.count() >= quorum)
        .order_by(cosignatures.c.size.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else checkpoint_of(connection, found)


def published(connection: Connection, made: Kept) -> str:
    """Give a checkpoint's note with the cosignatures that have come in."""
    return made.note + "".join(f"{line}\n" for line in cosignatures_of(connection, made.size).values())


def all_published(connection: Connection) -> Iterator[tuple[int, str]]:
    """Give size and note, with cosignatures, of every checkpoint, ascending, a page at a time."""
    after = 0
    while True:
        query = select(checkpoints).where(checkpoints.c.size > after).order_by(checkpoints.c.size)
        page = [_kept(row) for row in connection.execute(query.limit(PAGE))]
        if page:
            lines = _lines(connection, page[0].size, page[-1].size)
            yield from ((made.size, made.note + lines[made.size]) for made in page)
        if len(page) < PAGE:
            return
        after = page[-1].size


def cosign(connection: Connection, of_size: int, name: str, line: str, now: datetime) -> None:
    """Write a witness's cosignature."""
    row = {"size": of_size, "name": name, "line": line, "given_at": now.timestamp()}
    connection.execute(insert(cosignatures).values(**row))


def cosignatures_of(connection: Connection, of_size: int) -> dict[str, str]:
    """Give the cosignature lines of a checkpoint by their witnesses' names, in the order of these."""
    query = select(cosignatures.c.name, cosignatures.c.line).where(cosignatures.c.size == of_size)
    rows = connection.execute(query.order_by(cosignatures.c.name))
    return {row.name: row.line for row in rows}


def _lines(connection: Connection, first: int, last: int) -> Mapping[int, str]:
    """Give the cosignature lines of all checkpoints from size `first` to `last`."""
    found: defaultdict[int, str] = defaultdict(str)
    between = select(cosignatures).where(cosignatures.c.size >= first, cosignatures.c.size <= last)
    for row in connection.execute(between.order_by(cosignatures.c.size, cosignatures.c.name)):
        found[row.size] += f"{row.line}\n"
    return found


def _kept(row: Row[tuple[int, float, str]]) -> Kept:
    return Kept(row.size, datetime.fromtimestamp(row.made_at, UTC), row.note)


# Keys


def keys(connection: Connection) -> tuple[LogKey, ...]:
    """Give the log's keys, oldest first."""
    rows = connection.execute(select(log_keys).order_by(log_keys.c.number))
    return tuple(LogKey(row.number, row.vkey, row.since, _moment(row.overlap_until)) for row in rows)


def insert_key(connection: Connection, key: LogKey) -> None:
    """Write a new key."""
    row = {"number": key.number, "vkey": key.vkey, "since": key.since, "overlap_until": None}
    connection.execute(insert(log_keys).values(**row))


def overlap(connection: Connection, number: int, until: datetime) -> None:
    """Write until when a key that is no longer in force signs too."""
    connection.execute(
        update(log_keys).where(log_keys.c.number == number).values(overlap_until=until.timestamp())
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
