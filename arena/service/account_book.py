"""The book of accounts: what the operator does with accounts on her own machine.

Rule 1: nobody makes an account for herself.
Rule 2: a password that is made here opens nothing until its holder has changed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.contest.roster import ContestantId
from arena.errors import BadSetting
from arena.identity import codes, passwords
from arena.identity.staff import Role
from arena.service.account_kinds import LONGEST_NAME, SALT_BYTES, can_be_name, facts, new_account, plain
from arena.service.audit import Audit
from arena.service.pen import Clock, Random
from arena.store import accounts
from arena.store.accounts import LOCAL, Account
from arena.store.session import Store, Transaction


@dataclass(frozen=True, slots=True)
class Handed:
    """What the operator hands to somebody with an account: shown once, kept nowhere."""

    name: str
    password: str
    uri: str


class AccountBook:
    """The accounts of one arena, and those who may be entered: teams of `contestants` and others."""

    def __init__(
        self,
        store: Store,
        audit: Audit,
        key: bytes,
        issuer: str,
        contestants: Sequence[ContestantId],
        clock: Clock,
        random: Random,
    ) -> None:
        """Keep accounts in `store`; `key` makes the secrets of codes, `issuer` names us in authenticators."""
        self.store = store
        self._audit = audit
        self._key = key
        self._issuer = issuer
        self._contestants = contestants
        self._clock = clock
        self._random = random

    def add(self, name: str, role: Role, contestant: ContestantId | None = None) -> Handed:
        """Add a local account, and give what is handed to its holder.

        Raises:
            BadSetting: the name is taken or cannot be, or role and contestant do not go together.
        """
        name = plain(name)
        if not can_be_name(name):
            raise BadSetting(f"a name has 1 to {LONGEST_NAME} characters")
        if (role is Role.TEAM) != (contestant is not None):
            raise BadSetting("an account of a team names its contestant, another account names none")
        if contestant is not None and contestant not in self._contestants:
            raise BadSetting(f"no contestant is {contestant}; there are: {', '.join(self._contestants)}")
        password = self._new_password()
        made = new_account(
            self._random,
            name,
            LOCAL,
            self._clock(),
            role=role.value,
            contestant=contestant,
            shown=name,
            password=passwords.hashed(password),
        )
        with self.store.writing() as connection:
            if accounts.by_name(connection, LOCAL, name) is not None:
                raise BadSetting(f"there is an account {name} already")
            accounts.insert_account(connection, made)
            self._audit.put_in(connection, None, "add_account", after=facts(made))
        return self._handed(made, password)

    def all_of(self) -> Sequence[Account]:
        """Read every account, by name."""
        with self.store.reading() as connection:
            return accounts.all_accounts(connection)

    def disable(self, name: str, *, undo: bool = False) -> None:
        """Let an account sign in no more, and end its sessions; or let it again.

        Raises:
            BadSetting: there is no such account.
        """
        with self.store.writing() as connection:
            found = self._named(connection, name)
            accounts.change(connection, found.id, disabled=not undo)
            accounts.end_sessions(connection, found.id)
            act = "enable_account" if undo else "disable_account"
            before, after = ({**facts(found), "disabled": int(one)} for one in (found.disabled, not undo))
            self._audit.put_in(connection, None, act, before, after)

    def reset(self, name: str) -> Handed:
        """Give a local account a new password and a new secret for its codes, and unlock it.

        Raises:
            BadSetting: there is no such account, or another issuer checks who she is.
        """
        password, salt = self._new_password(), self._random(SALT_BYTES)
        fresh = passwords.hashed(password)
        with self.store.writing() as connection:
            found = self._named(connection, name)
            if found.issuer != LOCAL:
                raise BadSetting(f"{name} signs in elsewhere: {found.issuer}")
            columns = {"password": fresh, "salt": salt, "must_change": True, "last_step": 0}
            accounts.change(connection, found.id, **columns, failures=0, locked_until=None)
            accounts.end_sessions(connection, found.id)
            self._audit.put_in(connection, None, "reset_account", after=facts(found))
            changed = accounts.by_id(connection, found.id)
        return self._handed(changed or found, password)

    def _named(self, connection: Transaction, name: str) -> Account:
        known = accounts.all_accounts(connection)
        # An id first: what somebody is called elsewhere she may have chosen herself.
        named = [one for one in known if name == one.id] or [
            one for one in known if plain(name) == plain(one.shown)
        ]
        if len(named) > 1:
            raise BadSetting(f"several accounts are called {name}; name one by its id")
        if not named:
            raise BadSetting(f"there is no account {name}")
        return named[0]

    def _new_password(self) -> str:
        return passwords.made_up(self._random(20))

    def _handed(self, account: Account, password: str) -> Handed:
        shared = codes.secret(self._key, account.id, account.salt)
        return Handed(account.name, password, codes.uri(shared, account.name, self._issuer))
