"""Accounts of staff: signing in and out, and changing one's own password.

Rule 1: whoever signs in with a wrong name, password or code, or while locked out, hears the same, as late.
Rule 2: a code is taken once.
Rule 3: who signs in, and that somebody was locked out, stands on the ledger; mere failures do not, or any
        stranger could make it grow, and the codes of steps that wait to be confirmed stale.
Rule 4: failures elsewhere lock nobody out of a browser from which she has signed in before; it has its own.
Rule 5: an account whose password the operator has made can do nothing but change it.
"""

import hmac
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import BoundedSemaphore

from arena.errors import BadRequest, NotPermitted, NotSignedIn, TooBusy
from arena.identity import codes, known_browser, passwords, signed_in
from arena.identity.oidc import Known
from arena.identity.staff import Staff
from arena.service.account_kinds import can_be_name, facts, new_account, plain, staff_of
from arena.service.audit import Audit
from arena.service.pen import Clock, Random
from arena.service.permissions import Act, permit
from arena.store import accounts
from arena.store.accounts import LOCAL, Account
from arena.store.session import Store, Transaction

log = logging.getLogger(__name__)

SIGN_IN, LOCK_OUT = "sign_in", "lock_out"
FAILURES = 5
LOCKED_OUT = timedelta(minutes=15)
AT_ONCE = 2
"""Passwords that are checked at once: each takes 64 MiB."""

PATIENCE = 10.0
"""Seconds that somebody waits for others' passwords to be checked."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, what her pages send back with a change, and whether she must change her password."""

    staff: Staff
    csrf: str
    must_change: bool
    is_local: bool


class Accounts:
    """The accounts of one arena."""

    def __init__(self, store: Store, audit: Audit, key: bytes, clock: Clock, random: Random) -> None:
        """Keep accounts in `store`; `key` makes the secrets of one-time codes."""
        self._store = store
        self._audit = audit
        self._key = key
        self._clock = clock
        self._random = random
        self._checking = BoundedSemaphore(AT_ONCE)
        self._mistakes: Counter[str] = Counter()  # by known browser; under the writer lock

    # Signing in and out

    def sign_in(self, name: str, password: str, code: str, browser: str = "") -> str:
        """Check who she is and give the token of a new session; `browser` is what hers keeps of `known`.

        Raises:
            NotSignedIn: name, password or code is wrong or used, or the account is locked or disabled.
            TooBusy: many others are signing in.
        """
        found = self._named(plain(name))
        is_right = self._fits(found.password if found else None, password)
        if found is None:
            raise NotSignedIn
        token = None
        with self._store.writing() as connection:
            current = accounts.by_id(connection, found.id)
            if current is not None and current.password == found.password:
                token = self._enter(connection, current, code, browser, is_right=is_right)
        if token is None:
            raise NotSignedIn
        return token

    def enter_from(self, issuer: str, said: Known) -> str:
        """Give the token of a new session to whom another issuer knows; her account is what it says now.

        Raises:
            NotSignedIn: the operator has disabled the account.
        """
        with self._store.writing() as connection:
            found = accounts.by_name(connection, issuer, said.subject)
            if found is not None and found.disabled:
                raise NotSignedIn
            account = self._as_said(connection, found, issuer, said)
            return self._let_in(connection, account)

    def known(self, token: str) -> str:
        """Give what the browser of a session keeps, so that it is known when she signs in again.

        Raises:
            NotSignedIn: nobody, or no longer.
        """
        account, now = self.session(token).staff.account, self._clock()
        with self._store.reading() as connection:
            found = accounts.by_id(connection, account)
        if found is None:
            raise NotSignedIn
        return known_browser.mark(
            self._key, found.id, found.salt, now, self._random(known_browser.NONCE_BYTES)
        )

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

    def change_password(self, by: Staff, current: str, new: str, code: str, browser: str = "") -> str:
        """Change the password of a local account; all its sessions end. Gives the token of a new one.

        `browser` is as in `sign_in`.

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
        token = None
        with self._store.writing() as connection:
            if self._admit(connection, found, code, browser, is_right=is_right):
                accounts.change(connection, found.id, password=fresh, must_change=False)
                accounts.end_sessions(connection, found.id)
                self._audit.put_in(connection, by, "change_password")
                token = self._begin(connection, found)
        if token is None:
            raise NotSignedIn
        return token

    # Checking

    def _named(self, name: str) -> Account | None:
        if not can_be_name(name):
            return None
        with self._store.reading() as connection:
            return accounts.by_name(connection, LOCAL, name)

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

    def _enter(
        self, connection: Transaction, account: Account, code: str, browser: str, *, is_right: bool
    ) -> str | None:
        if not self._admit(connection, account, code, browser, is_right=is_right):
            return None
        return self._let_in(connection, account)

    def _let_in(self, connection: Transaction, account: Account) -> str:
        """Begin a session of somebody who has signed in, and put that on record."""
        self._audit.put_in(connection, staff_of(account), SIGN_IN)
        return self._begin(connection, account)

    def _as_said(self, connection: Transaction, found: Account | None, issuer: str, said: Known) -> Account:
        """Make or change an account to what its issuer says, and note where its role has changed."""
        shown, role, contestant = said.shown, said.role.value, said.contestant
        if found is None:
            now = self._clock()
            account = new_account(
                self._random, said.subject, issuer, now, role=role, contestant=contestant, shown=shown
            )
            accounts.insert_account(connection, account)
        else:
            account = replace(found, role=role, contestant=contestant, shown=shown)
            accounts.change(connection, found.id, role=role, contestant=contestant, shown=shown)
        before, after = (facts(found) if found else {}), facts(account)
        if before != after:
            act = "change_account" if found else "add_account"
            self._audit.put_in(connection, staff_of(account), act, before, after)
            accounts.end_sessions(connection, account.id)
        return account

    def _begin(self, connection: Transaction, account: Account) -> str:
        now = self._clock()
        accounts.end_old_sessions(connection, now - signed_in.IDLE, now - signed_in.LONGEST)
        token = signed_in.new_token(self._random(signed_in.TOKEN_BYTES))
        accounts.begin_session(connection, signed_in.digest(token) or "", account.id, now)
        return token

    def _admit(
        self, connection: Transaction, found: Account, code: str, browser: str, *, is_right: bool
    ) -> bool:
        """Take a code, or count a failure; under the writer lock, so that a code is taken once."""
        account, now = accounts.by_id(connection, found.id), self._clock()
        if account is None or account.disabled:
            return False
        is_known = self._knows(account, browser)
        if not is_known and account.locked_until is not None and now < account.locked_until:
            return False
        step = codes.step_of(codes.secret(self._key, account.id, account.salt), code, now, account.last_step)
        if is_right and step is not None:
            self._mistakes.pop(browser, None)
            accounts.change(connection, account.id, failures=0, locked_until=None, last_step=step)
            return True
        if is_known:
            self._mistakes[browser] += 1
        else:
            self._count(connection, account)
        return False

    def _knows(self, account: Account, browser: str) -> bool:
        """Tell whether somebody has signed in to the account from this browser, and not failed too often."""
        is_hers = known_browser.is_known(self._key, account.id, account.salt, browser, self._clock())
        return is_hers and self._mistakes[browser] < FAILURES

    def _count(self, connection: Transaction, account: Account) -> None:
        """Count a failure; the last of so many locks out."""
        failures = account.failures + 1
        if failures < FAILURES:
            accounts.change(connection, account.id, failures=failures, locked_until=None)
            return
        log.warning("account %s is locked out for %s", account.id, LOCKED_OUT)
        until = self._clock() + LOCKED_OUT
        accounts.change(connection, account.id, failures=0, locked_until=until.timestamp())
        self._audit.put_in(connection, staff_of(account), LOCK_OUT)
