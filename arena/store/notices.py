"""Notices: each stays as it was written; one that is withdrawn says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, Select, insert, select, update

from arena.contest.notice import Level, Notice
from arena.store.tables_operate import notices


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice with its number, and whether it was withdrawn."""

    id: int
    notice: Notice
    written_at: datetime
    withdrawn: bool


def put(connection: Connection, notice: Notice, now: datetime) -> int:
    """Write a notice and give its number."""
    row = {"ko": notice.ko, "en": notice.en, "level": notice.level.value, "until": notice.until.timestamp()}
    added = connection.execute(insert(notices).values(**row, written_at=now.timestamp()))
    key = added.inserted_primary_key
    return 0 if key is None else int(key[0])


def withdraw(connection: Connection, number: int, now: datetime) -> None:
    """Note that a notice is no longer shown."""
    connection.execute(update(notices).where(notices.c.id == number).values(withdrawn_at=now.timestamp()))


def shown(connection: Connection, now: datetime) -> Sequence[KeptNotice]:
    """Read those that are shown now, the last written first."""
    wanted = select(notices).where(notices.c.withdrawn_at.is_(None), notices.c.until > now.timestamp())
    return _read(connection, wanted)


def last(connection: Connection, count: int) -> Sequence[KeptNotice]:
    """Read the last that were written, whatever became of them."""
    return _read(connection, select(notices).limit(count))


def _read(connection: Connection, wanted: Select[tuple[object, ...]]) -> Sequence[KeptNotice]:
    return [_kept(row) for row in connection.execute(wanted.order_by(notices.c.id.desc()))]


def _kept(row: Row[tuple[object, ...]]) -> KeptNotice:
    until, written_at = (datetime.fromtimestamp(at, UTC) for at in (row.until, row.written_at))
    notice = Notice(row.ko, row.en, Level(row.level), until)
    return KeptNotice(row.id, notice, written_at, row.withdrawn_at is not None)
