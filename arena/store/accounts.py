"""Accounts of staff and who is signed in."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from arena.store.tables_accounts import accounts, staff_sessions

LOCAL = ""
"""The issuer of accounts that the arena itself keeps."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account, with its hash of a password (None: another issuer checks who she is)."""

    id: str
    name: str
    issuer: str
    shown: str
    role: str
    contestant: str | None
    password: str | None
    salt: bytes
    last_step: int
    failures: int
    locked_until: datetime | None
    must_change: bool
    disabled: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it is kept."""

    account: Account
    signed_in_at: datetime
    seen_at: datetime


def insert_account(connection: Connection, account: Account) -> None:
    """Write a new account."""
    moments = {"added_at": account.added_at.timestamp(), "locked_until": None}
    connection.execute(insert(accounts).values(**(asdict(account) | moments)))


def by_name(connection: Connection, issuer: str, name: str) -> Account | None:
    """Find the account that an issuer calls so."""
    return _one(connection, accounts.c.issuer == issuer, accounts.c.name == name)


def by_id(connection: Connection, account: str) -> Account | None:
    """Find an account."""
    return _one(connection, accounts.c.id == account)


def all_accounts(connection: Connection) -> list[Account]:
    """Read every account, by name."""
    rows = connection.execute(select(accounts).order_by(accounts.c.issuer, accounts.c.name))
    return [_account(row) for row in rows]


def change(connection: Connection, account: str, **columns: Any) -> None:
    """Change columns of an account."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(**columns))


def begin_session(connection: Connection, digest: str, account: str, now: datetime) -> None:
    """Write that somebody is signed in."""
    moment = now.timestamp()
    row = {"digest": digest, "account": account, "signed_in_at": moment, "seen_at": moment}
    connection.execute(insert(staff_sessions).values(**row))


def session(connection: Connection, digest: str) -> Kept | None:
    """Find a session, whether it is over or not."""
    query = (
        select(accounts, staff_sessions.c.signed_in_at, staff_sessions.c.seen_at)
        .select_from(staff_sessions.join(accounts, accounts.c.id == staff_sessions.c.account))
        .where(staff_sessions.c.digest == digest)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Kept(_account(row), _moment(row.signed_in_at), _moment(row.seen_at))


def seen(connection: Connection, digest: str, now: datetime) -> None:
    """Write when a session was last used."""
    used = update(staff_sessions).where(staff_sessions.c.digest == digest)
    connection.execute(used.values(seen_at=now.timestamp()))


def end_session(connection: Connection, digest: str) -> None:
    """Forget a session."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.digest == digest))


def end_sessions(connection: Connection, account: str) -> None:
    """Forget all sessions of an account."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.account == account))


def end_all_sessions(connection: Connection) -> None:
    """Forget the sessions of everybody."""
    connection.execute(delete(staff_sessions))


def end_old_sessions(connection: Connection, seen_before: datetime, begun_before: datetime) -> None:
    """Forget the sessions that are over."""
    over = (staff_sessions.c.seen_at <= seen_before.timestamp()) | (
        staff_sessions.c.signed_in_at <= begun_before.timestamp()
    )
    connection.execute(delete(staff_sessions).where(over))


def _one(connection: Connection, *conditions: Any) -> Account | None:
    row = connection.execute(select(accounts).where(*conditions)).first()
    return None if row is None else _account(row)


def _account(row: Row[Any]) -> Account:
    kept: dict[str, Any] = {name: row._mapping[name] for name in Account.__slots__}  # noqa: SLF001 - its public name
    locked = kept["locked_until"]
    kept |= {
        "salt": bytes(kept["salt"]),
        "locked_until": None if locked is None else _moment(locked),
        "added_at": _moment(kept["added_at"]),
    }
    return Account(**kept)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
