"""The log's keys: made by command, rotated with an overlap; the private parts lie with the other secrets.

Law: which key signs a checkpoint follows from its size. Entry i is a KeyRotated: sizes up to i are the old
key's, sizes above i the new one's. For the overlap, and at least once, the old one signs beside it; where
the overlap is 0 it does not.
"""

from datetime import datetime, timedelta
from itertools import pairwise

from arena.errors import BadNote, BadSetting, LedgerError
from arena.identity.secrets import Secrets
from arena.ledger import payloads
from arena.ledger.entries import EntryType
from arena.ledger.note import SigningKey, check_name
from arena.service.pen import Clock, Pen, Random
from arena.store import tree
from arena.store.session import Store, Transaction
from arena.store.tree import LogKey

BEFORE_ALL = -1
"""The first key is in force for every size."""

NO_KEY = "the log has no key yet; `arena key new` makes one"


class LogKeys:
    """The keys of the log `origin`: public parts in a store, private ones in a folder of secrets."""

    def __init__(self, store: Store, secrets: Secrets, origin: str, clock: Clock, random: Random) -> None:
        """Use `store` and `secrets`; nothing is read or made yet.

        Raises:
            BadSetting: the origin cannot be the name of a key.
        """
        try:
            check_name(origin)
        except BadNote as error:
            raise BadSetting(f"ARENA_ORIGIN cannot be {origin!r}: {error}") from error
        self.origin = origin
        self.store = store
        self._secrets = secrets
        self._clock = clock
        self._random = random

    def all(self) -> tuple[LogKey, ...]:
        """Give the log's keys, oldest first."""
        with self.store.reading() as connection:
            return tree.keys(connection)

    def in_force(self, *, make: bool = False) -> str:
        """Give the vkey that signs from now on; with `make` the first one is made where there is none.

        Raises:
            LedgerError: there is none.
            BadSetting: the log was begun under another name, or the private part is gone.
        """
        known = self.all()
        if known:
            return str(self._private(known[-1]).vkey)
        if make:
            return self.begin()
        raise LedgerError(NO_KEY)

    def begin(self) -> str:
        """Make the first key and give its vkey.

        Raises:
            LedgerError: there is one.
        """
        with self.store.writing() as connection:
            known = tree.keys(connection)
            if known:
                raise LedgerError(f"the log has a key, {known[-1].vkey}; `arena key rotate` makes the next")
            vkey = str(self._make(1).vkey)
            tree.insert_key(connection, LogKey(1, vkey, BEFORE_ALL, None))
        return vkey

    def rotate(self, overlap: timedelta) -> str:
        """Put the next key in force, on record, and give its vkey; the one before signs on for `overlap`.

        Raises:
            LedgerError: there is no key, or nothing on record yet.
        """
        with self.store.writing() as connection:
            known = tree.keys(connection)
            if not known or not tree.size(connection):
                raise LedgerError("there is nothing to rotate: the log has no key, or no entry yet")
            pen, old = Pen(connection, self._clock(), self._random), known[-1]
            vkey = str(self._make(old.number + 1).vkey)
            seconds = int(overlap.total_seconds())
            entry = pen.append(EntryType.KEY_ROTATED, payloads.key_rotated(old.vkey, vkey, seconds))
            if seconds:
                tree.overlap(connection, old.number, pen.now + timedelta(seconds=seconds))
            tree.insert_key(connection, LogKey(old.number + 1, vkey, entry.sequence, None))
        return vkey

    def signers(self, connection: Transaction, size: int, now: datetime) -> list[SigningKey]:
        """Give the private keys that sign the next checkpoint, of `size`, the one in force first.

        The first checkpoint that a new key signs, the one before it signs too, unless the overlap is 0.

        Raises:
            LedgerError: there is no key.
            BadSetting: as `in_force`.
        """
        known = [key for key in tree.keys(connection) if key.since < size]
        if not known:
            raise LedgerError(NO_KEY)
        last = tree.latest(connection)
        signed = 0 if last is None else last.size
        overlapping = [
            old
            for old, new in pairwise(known)
            if old.overlap_until and (now < old.overlap_until or signed <= new.since)
        ]
        return [self._private(key) for key in (known[-1], *overlapping)]

    def _private(self, known: LogKey) -> SigningKey:
        name = file_of(known.number)
        if not self._secrets.exists(name):
            raise BadSetting(f"the log's key {known.vkey} is gone; restore {name} from its backup")
        key = SigningKey(self.origin, self._secrets.get(name))
        if str(key.vkey) != known.vkey:
            begun = known.vkey.partition("+")[0]
            raise BadSetting(
                f"{name} with ARENA_ORIGIN={self.origin} is not the log's key {known.vkey}; "
                f"restore it from its backup, or set ARENA_ORIGIN={begun}"
            )
        return key

    def _make(self, number: int) -> SigningKey:
        """Make a private key, or take up the one that a stopped process has just made."""
        return SigningKey(self.origin, self._secrets.get(file_of(number)))


def file_of(number: int) -> str:
    """Name the secret that holds the private part of a key."""
    return f"log-{number}.key"
