"""Staff for tests: accounts whose holders have their passwords and codes at hand."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pyotp

from arena.contest.roster import ContestantId
from arena.identity.secrets import Secrets
from arena.identity.staff import Role
from arena.service.accounts import Accounts
from arena.service.audit import Audit
from arena.store import accounts
from arena.store.session import Store
from tests.fakes import Chance

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


def hire(
    service: Accounts, store: Store, role: Role, name: str = "", contestant: ContestantId | None = None
) -> Member:
    """Give somebody an account, whose first password she has changed already."""
    named = contestant or (CONTESTANT if role is Role.TEAM else None)
    handed = service.add(name or f"{role}-somebody", role, named)
    with store.writing() as connection:
        found = accounts.by_name(connection, accounts.LOCAL, handed.name)
        accounts.change(connection, found.id, must_change=False)
    return Member(handed.name, role, handed.password, secret_of(handed.uri))


def accounts_of(folder, url: str, round_id: str = "demo", seed: int = 7) -> tuple[Accounts, Store]:
    """The accounts of an arena that serves out of a folder, as its command line opens them."""
    store, chance = Store(url), Chance(seed)

    def clock() -> datetime:
        return datetime.now(UTC)

    audit = Audit(store, round_id, clock, chance)
    key = Secrets(folder / "secrets").get("accounts.key")
    return Accounts(store, audit, key, "arena.test", clock, chance), store
