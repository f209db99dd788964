"""Accounts of staff: signing in and out, and what the operator does with accounts on her machine.

Rule 1: whoever signs in with a wrong name, password or code, or while locked out, hears the same, as late.
Rule 2: a code is taken once.
Rule 3: an account whose password the operator has made can do nothing but change it.
"""

import base64
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore

from arena.contest.roster import ContestantId
from arena.errors import BadRequest, BadSetting, NotPermitted, NotSignedIn, TooBusy
from arena.identity import codes, passwords, signed_in
from arena.identity.staff import AccountId, Role, Staff
from arena.service.audit import Audit
from arena.service.pen import Clock, Random
from arena.service.permissions import Act, permit
from arena.store import accounts
from arena.store.accounts import LOCAL, Account
from arena.store.session import Store, Transaction

FAILURES = 5
LOCKED_OUT = timedelta(minutes=15)
AT_ONCE = 2
"""Passwords that are checked at once: each takes 64 MiB."""

PATIENCE = 10.0
"""Seconds that somebody waits for others' passwords to be checked."""

SALT_BYTES = 16
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, what her pages send back with a change, and whether she must change her password."""

    staff: Staff
    csrf: str
    must_change: bool
    is_local: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """What the operator hands to somebody with an account: shown once, kept nowhere."""

    name: str
    password: str
    uri: str


class Accounts:
    """The accounts of one arena."""

    def __init__(
        self, store: Store, audit: Audit, key: bytes, issuer: str, clock: Clock, random: Random
    ) -> None:
        """Keep accounts in `store`; `key` makes the secrets of codes, `issuer` names us in authenticators."""
        self._store = store
        self._audit = audit
        self._key = key
        self._issuer = issuer
        self._clock = clock
        self._random = random
        self._checking = BoundedSemaphore(AT_ONCE)

    # Signing in and out

    def sign_in(self, name: str, password: str, code: str) -> str:
        """Check who she is and give the token of a new session.

        Raises:
            NotSignedIn: name, password or code is wrong or used, or the account is locked or disabled.
            TooBusy: many others are signing in.
        """
        with self._store.reading() as connection:
            found = accounts.by_name(connection, LOCAL, plain(name))
        is_right = self._fits(found.password if found else None, password)
        if found is None:
            raise NotSignedIn
        token = None
        with self._store.writing() as connection:
            current = accounts.by_id(connection, found.id)
            if current is not None and current.password == found.password:
                token = self._enter(connection, current, code, is_right=is_right)
        if token is None:
            raise NotSignedIn
        return token

    def session(self, token: str | None) -> Session:
        """Tell who is signed in.

        Raises:
            NotSignedIn: nobody, or no longer.
        """
        digest, now = signed_in.digest(token), self._clock()
        if token is None or digest is None:
            raise NotSignedIn
        with self._store.reading() as connection:
            kept = accounts.session(connection, digest)
        if kept is None or kept.account.disabled or signed_in.is_over(kept.signed_in_at, kept.seen_at, now):
            raise NotSignedIn
        if now - kept.seen_at >= signed_in.SEEN_EVERY:
            with self._store.writing() as connection:
                accounts.seen(connection, digest, now)
        one = kept.account
        return Session(staff_of(one), signed_in.csrf(token), one.must_change, one.issuer == LOCAL)

    def staff_of(self, token: str | None) -> Staff:
        """Tell who is signed in and may work.

        Raises:
            NotSignedIn: nobody, or no longer.
            NotPermitted: she must change her password first.
        """
        session = self.session(token)
        if session.must_change:
            raise NotPermitted("the password must be changed first")
        return session.staff

    def is_hers(self, token: str | None, said: str) -> bool:
        """Tell whether a change came from a page of this session."""
        return token is not None and hmac.compare_digest(signed_in.csrf(token).encode(), said.encode())

    def sign_out(self, token: str | None) -> None:
        """End a session; one that is over has ended already."""
        digest = signed_in.digest(token)
        if digest is not None:
            with self._store.writing() as connection:
                accounts.end_session(connection, digest)

    def sign_out_everywhere(self, by: Staff) -> None:
        """End all sessions of an account, this one too."""
        permit(by, Act.KEEP_OWN_ACCOUNT)
        with self._store.writing() as connection:
            accounts.end_sessions(connection, by.account)
            self._audit.put_in(connection, by, "sign_out_everywhere")

    def change_password(self, by: Staff, current: str, new: str, code: str) -> None:
        """Change the password of a local account; all its sessions end.

        Raises:
            NotSignedIn: the current password or the code is wrong, or too often was.
            BadRequest: the new password is not taken; the detail is its `Weakness`.
        """
        permit(by, Act.KEEP_OWN_ACCOUNT)
        with self._store.reading() as connection:
            found = accounts.by_id(connection, by.account)
        if found is None or found.issuer != LOCAL:
            raise NotSignedIn
        is_right = self._fits(found.password, current)
        with self._taking_turns():
            weak = passwords.weakness(new, found.name, found.password)
            fresh = None if weak else passwords.hashed(new)
        if weak and is_right:
            raise BadRequest(weak.value)
        with self._store.writing() as connection:
            is_taken = self._admit(connection, found, code, is_right=is_right)
            if is_taken:
                accounts.change(connection, found.id, password=fresh, must_change=False)
                accounts.end_sessions(connection, found.id)
                self._audit.put_in(connection, by, "change_password")
        if not is_taken:
            raise NotSignedIn

    # What the operator does on her machine

    def add(self, name: str, role: Role, contestant: ContestantId | None = None) -> Handed:
        """Add a local account, and give what is handed to its holder.

        Raises:
            BadSetting: the name is taken or cannot be, or role and contestant do not go together.
        """
        name = plain(name)
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise BadSetting(f"a name has 1 to {LONGEST_NAME} characters")
        if (role is Role.TEAM) != (contestant is not None):
            raise BadSetting("an account of a team names its contestant, another account names none")
        password, salt = self._new_password(), self._random(SALT_BYTES)
        made = Account(
            id=base64.b32encode(self._random(SALT_BYTES)).decode()[:26],
            name=name,
            issuer=LOCAL,
            shown=name,
            role=role.value,
            contestant=contestant,
            password=passwords.hashed(password),
            salt=salt,
            last_step=0,
            failures=0,
            locked_until=None,
            must_change=True,
            disabled=False,
            added_at=self._clock(),
        )
        with self._store.writing() as connection:
            if accounts.by_name(connection, LOCAL, name) is not None:
                raise BadSetting(f"there is an account {name} already")
            accounts.insert_account(connection, made)
            self._audit.put_in(connection, None, "add_account", after=_facts(made))
        return self._handed(made, password)

    def all_of(self) -> Sequence[Account]:
        """Read every account, by name."""
        with self._store.reading() as connection:
            return accounts.all_accounts(connection)

    def disable(self, name: str, *, undo: bool = False) -> None:
        """Let an account sign in no more, and end its sessions; or let it again.

        Raises:
            BadSetting: there is no such account.
        """
        with self._store.writing() as connection:
            found = self._named(connection, name)
            accounts.change(connection, found.id, disabled=not undo)
            accounts.end_sessions(connection, found.id)
            act = "enable_account" if undo else "disable_account"
            before, after = ({**_facts(found), "disabled": int(one)} for one in (found.disabled, not undo))
            self._audit.put_in(connection, None, act, before, after)

    def reset(self, name: str) -> Handed:
        """Give a local account a new password and a new secret for its codes, and unlock it.

        Raises:
            BadSetting: there is no such account, or another issuer checks who she is.
        """
        password, salt = self._new_password(), self._random(SALT_BYTES)
        fresh = passwords.hashed(password)
        with self._store.writing() as connection:
            found = self._named(connection, name)
            if found.issuer != LOCAL:
                raise BadSetting(f"{name} signs in elsewhere: {found.issuer}")
            columns = {"password": fresh, "salt": salt, "must_change": True, "last_step": 0}
            accounts.change(connection, found.id, **columns, failures=0, locked_until=None)
            accounts.end_sessions(connection, found.id)
            self._audit.put_in(connection, None, "reset_account", after=_facts(found))
            changed = accounts.by_id(connection, found.id)
        return self._handed(changed or found, password)

    def _named(self, connection: Transaction, name: str) -> Account:
        found = [one for one in accounts.all_accounts(connection) if plain(name) in {one.name, one.id}]
        if len(found) != 1:
            raise BadSetting(
                f"there is no account {name}" if not found else f"{name}: name the account by its id"
            )
        return found[0]

    def _new_password(self) -> str:
        return passwords.made_up(self._random(20))

    def _handed(self, account: Account, password: str) -> Handed:
        return Handed(account.name, password, codes.uri(self._shared(account), account.name, self._issuer))

    # Checking

    def _shared(self, account: Account) -> str:
        return codes.secret(self._key, account.id, account.salt)

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        if not self._checking.acquire(timeout=PATIENCE):
            raise TooBusy("many are signing in")
        try:
            yield
        finally:
            self._checking.release()

    def _fits(self, kept: str | None, password: str) -> bool:
        with self._taking_turns():
            return passwords.fits(kept, password[: passwords.MOST + 1])

    def _enter(self, connection: Transaction, account: Account, code: str, *, is_right: bool) -> str | None:
        if not self._admit(connection, account, code, is_right=is_right):
            return None
        return self._begin(connection, account)

    def _begin(self, connection: Transaction, account: Account) -> str:
        now = self._clock()
        accounts.end_old_sessions(connection, now - signed_in.IDLE, now - signed_in.LONGEST)
        token = signed_in.new_token(self._random(signed_in.TOKEN_BYTES))
        accounts.begin_session(connection, signed_in.digest(token) or "", account.id, now)
        return token

    def _admit(self, connection: Transaction, found: Account, code: str, *, is_right: bool) -> bool:
        """Take a code, or count a failure; under the writer lock, so that a code is taken once."""
        account, now = accounts.by_id(connection, found.id), self._clock()
        if account is None or account.disabled:
            return False
        if account.locked_until is not None and now < account.locked_until:
            return False
        step = codes.step_of(self._shared(account), code, now, account.last_step)
        if is_right and step is not None:
            accounts.change(connection, account.id, failures=0, locked_until=None, last_step=step)
            return True
        failures = account.failures + 1
        locked = (now + LOCKED_OUT).timestamp() if failures >= FAILURES else None
        accounts.change(connection, account.id, failures=failures % FAILURES, locked_until=locked)
        return False


def plain(name: str) -> str:
    """Write a name in one way: small letters, no space around it."""
    return passwords.normal(name).strip().casefold()


def staff_of(account: Account) -> Staff:
    """Give who an account is to the services."""
    contestant = None if account.contestant is None else ContestantId(account.contestant)
    return Staff(AccountId(account.id), account.shown, Role(account.role), contestant)


def _facts(account: Account) -> dict[str, str | int]:
    facts: dict[str, str | int] = {"account": account.id, "role": account.role}
    return facts if account.contestant is None else {**facts, "contestant": account.contestant}
