"""What an account is: how it is made, how it is called, and what the record says of it."""

import base64
from datetime import datetime

from arena.contest.roster import ContestantId
from arena.identity import passwords
from arena.identity.staff import AccountId, Role, Staff
from arena.service.pen import Random
from arena.store.accounts import Account

SALT_BYTES = 16
LONGEST_NAME = 60


def new_account(
    random: Random,
    name: str,
    issuer: str,
    now: datetime,
    *,
    role: str,
    contestant: str | None,
    shown: str,
    password: str | None = None,
) -> Account:
    """Make an account; one with a password of ours must change it first."""
    return Account(
        id=base64.b32encode(random(SALT_BYTES)).decode()[:26],
        name=name,
        issuer=issuer,
        shown=shown,
        role=role,
        contestant=contestant,
        password=password,
        salt=random(SALT_BYTES),
        last_step=0,
        failures=0,
        locked_until=None,
        must_change=password is not None,
        disabled=False,
        added_at=now,
    )


def facts(account: Account) -> dict[str, str | int]:
    """Give what the record says of an account."""
    said: dict[str, str | int] = {"account": account.id, "role": account.role}
    return said if account.contestant is None else {**said, "contestant": account.contestant}


def plain(name: str) -> str:
    """Write a name in one way: small letters, no space around it."""
    return passwords.normal(name).strip().casefold()


def can_be_name(name: str) -> bool:
    """Tell whether an account can be called so."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()


def staff_of(account: Account) -> Staff:
    """Give who an account is to the services."""
    contestant = None if account.contestant is None else ContestantId(account.contestant)
    return Staff(AccountId(account.id), account.shown, Role(account.role), contestant)
