"""What staff did: the ledger's Audited entries, found without reading the whole of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select

from arena.ledger.entries import Payload
from arena.store.tables import openings
from arena.store.tables_accounts import accounts, audits


@dataclass(frozen=True, slots=True)
class Audited:
    """One act: who did it (no account on the command line), when, and what it changed."""

    sequence: int
    done_at: datetime
    round: str
    act: str
    account: str
    name: str
    role: str
    before: Mapping[str, str | int]
    after: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts are looked for; what is None is not asked. `until` is the first moment that is too late."""

    act: str | None = None
    account: str | None = None
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def insert_act(connection: Connection, sequence: int, payload: Payload, done_at: datetime) -> None:
    """Note that an entry is the Audited of an act."""
    row = {name: payload[name] for name in ("round", "act", "account", "role")}
    connection.execute(insert(audits).values(sequence=sequence, done_at=done_at.timestamp(), **row))


def count(connection: Connection, wanted: Wanted) -> int:
    """Count the acts that are looked for."""
    query = select(func.count()).select_from(audits).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def acts(
    connection: Connection, wanted: Wanted, skip: int, most: int, before: int | None = None
) -> list[Audited]:
    """Read acts, the last first: `most` of them behind the first `skip`, of entries before one."""
    # The page first: what is skipped is not joined to anything.
    last_first = select(audits).where(*_conditions(wanted)).order_by(audits.c.sequence.desc())
    if before is not None:
        last_first = last_first.where(audits.c.sequence < before)
    page = last_first.limit(most).offset(skip).subquery()
    joined = page.join(openings, openings.c.sequence == page.c.sequence)
    query = (
        select(*page.c, openings.c.payload, accounts.c.shown)
        .select_from(joined.outerjoin(accounts, accounts.c.id == page.c.account))
        .order_by(page.c.sequence.desc())
    )
    found = []
    for row in connection.execute(query):
        payload = json.loads(row.payload)
        moment = datetime.fromtimestamp(row.done_at, UTC)
        who = (row.account, row.shown or "", row.role)
        found.append(
            Audited(row.sequence, moment, row.round, row.act, *who, payload["before"], payload["after"])
        )
    return found


def known_acts(connection: Connection) -> list[str]:
    """Name every act that has been done, in order of the alphabet."""
    return list(connection.execute(select(audits.c.act).distinct().order_by(audits.c.act)).scalars())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = {
        audits.c.act: wanted.act,
        audits.c.account: wanted.account,
        audits.c.role: wanted.role,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in asked.items() if value is not None
    ]
    if wanted.since is not None:
        conditions.append(audits.c.done_at >= wanted.since.timestamp())
    if wanted.until is not None:
        conditions.append(audits.c.done_at < wanted.until.timestamp())
    return conditions
