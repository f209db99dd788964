"""Staff for tests: accounts whose holders have their passwords and codes at hand."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pyotp

from arena.contest.roster import ContestantId
from arena.identity.secrets import Secrets
from arena.identity.staff import Role
from arena.service.account_book import AccountBook
from arena.service.accounts import Accounts
from arena.service.audit import Audit
from arena.store import accounts
from arena.store.session import Store

CONTESTANT = ContestantId("susukkang")
OTHER = ContestantId("beodeulchi")


@dataclass
class Member:
    """Somebody of the staff: name, password, and what makes her codes."""

    name: str
    role: Role
    password: str
    secret: str

    def code(self, now: datetime, later: int = 0) -> str:
        """The code that her app shows at a moment, or so many steps later."""
        return pyotp.TOTP(self.secret).generate_otp(int(now.timestamp()) // 30 + later)


def secret_of(uri: str) -> str:
    """What an authenticator reads out of a QR code."""
    return parse_qs(urlsplit(uri).query)["secret"][0]


def hire(book: AccountBook, role: Role, name: str = "", contestant: ContestantId | None = None) -> Member:
    """Give somebody an account, whose first password she has changed already."""
    named = contestant or (CONTESTANT if role is Role.TEAM else None)
    handed = book.add(name or f"{role}-somebody", role, named)
    with book.store.writing() as connection:
        found = accounts.by_name(connection, accounts.LOCAL, handed.name)
        accounts.change(connection, found.id, must_change=False)
    return Member(handed.name, role, handed.password, secret_of(handed.uri))


def session_of(service: Accounts, store: Store, member: Member, now: datetime) -> str:
    """The token of a new session, as if she had not used this code yet."""
    with store.writing() as connection:
        found = accounts.by_name(connection, accounts.LOCAL, member.name)
        accounts.change(connection, found.id, last_step=0)
    return service.sign_in(member.name, member.password, member.code(now))


def staffed(store: Store, key: bytes, clock, chance, round_id: str = "demo") -> tuple[Accounts, AccountBook]:
    """The accounts of an arena, for its staff and for its operator."""
    audit = Audit(store, round_id, clock, chance)
    book = AccountBook(store, audit, key, "arena.test", (CONTESTANT, OTHER), clock, chance)
    return Accounts(store, audit, key, clock, chance), book


def staff_at(folder, url: str) -> tuple[Accounts, AccountBook]:
    """The accounts of an arena that serves out of a folder, as its command line opens them."""
    key = Secrets(folder / "secrets").get("accounts.key")
    return staffed(Store(url), key, lambda: datetime.now(UTC), secrets.token_bytes)
