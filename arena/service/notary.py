"""The notary: signs checkpoints of the ledger as it grows.

Law: no checkpoint is signed that the one before it is not consistent with, as a proof has just shown.
Where that fails the notary signs nothing more, no vote is taken, and the record stays as it is.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

from arena.errors import ArenaError, BadNote, BadProof, LedgerError
from arena.ledger import tiles
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.merkle import check_consistency
from arena.ledger.note import Note
from arena.service.beside import beside
from arena.service.log_keys import LogKeys
from arena.service.pen import Clock
from arena.store import tree
from arena.store.session import Store, Transaction
from arena.store.tree import Kept, Node

log = logging.getLogger(__name__)

MOST_WAIT = timedelta(minutes=1)
MOST_ENTRIES = 100
"""A checkpoint is made when either is reached."""

LOOK_SECONDS = 1.0


class Notary:
    """The notary of one log."""

    def __init__(
        self,
        store: Store,
        keys: LogKeys,
        clock: Clock,
        most_wait: timedelta = MOST_WAIT,
    ) -> None:
        """Sign the ledger of `store` with `keys`, at the latest `most_wait` after the last time."""
        self._store = store
        self._keys = keys
        self._clock = clock
        self._most_wait = most_wait
        self._signing = threading.Lock()
        self._fault: LedgerError | None = None

    @property
    def sound(self) -> bool:
        """Tell whether the record is as it was signed, as far as the notary has seen."""
        return self._fault is None

    def check_sound(self) -> None:
        """Check that the record is as it was signed, as far as the notary has seen.

        Raises:
            LedgerError: it is not; no vote may be taken.
        """
        if self._fault is not None:
            raise LedgerError(f"no votes are taken: {self._fault}")

    def recheck(self) -> None:
        """Look whether the ledger extends what was signed last; if not, nothing is signed from now on."""
        with self._store.snapshot() as connection, suppress(BadNote, BadProof), self._stopping():
            last = tree.latest(connection)
            if last is not None:
                self._check_extends(connection, last, tree.size(connection))

    def checkpoint(self) -> Kept | None:
        """Sign a checkpoint of all entries, if any is new, and give the newest; None for an empty ledger.

        Raises:
            LedgerError: the ledger does not extend what was signed, or there is no key.
            StoreUnavailable: the database cannot be used.
        """
        with self._signing:
            self.check_sound()
            made = None
            while made is None:
                with self._store.snapshot() as connection:
                    last, size = tree.latest(connection), tree.size(connection)
                    if size == (last.size if last else 0):
                        return last
                    signed = self._signed(connection, last, size)
                made = self._written(last, *signed)
        return made

    def due(self) -> bool:
        """Tell whether entries wait for a checkpoint: for too long, or too many."""
        with self._store.reading() as connection:
            last, size = tree.latest(connection), tree.size(connection)
        waiting = size - (last.size if last else 0)
        return waiting != 0 and (
            last is None
            or not 0 < waiting < MOST_ENTRIES
            or self._clock() - last.made_at >= self._most_wait
            or self._clock() < last.made_at  # a clock that was put back does not put checkpoints off
        )

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Make checkpoints as they fall due, and one at the end."""
        try:
            async with beside(self._watch()):
                yield
        finally:
            await asyncio.to_thread(self._checkpoint_if, lambda: self.sound)

    # Inside

    async def _watch(self) -> None:
        while self.sound:
            await asyncio.to_thread(self._checkpoint_if, self.due)
            await asyncio.sleep(LOOK_SECONDS)

    def _checkpoint_if(self, wanted: Callable[[], bool]) -> None:
        try:
            if wanted():
                self.checkpoint()
        except ArenaError as error:
            log.error("no checkpoint: %s", error)  # noqa: TRY400 - our own error says all there is

    def _signed(self, connection: Transaction, last: Kept | None, size: int) -> tuple[Kept, list[Node]]:
        with self._stopping():
            nodes, root = self._check_extends(connection, last, size)
        text = Checkpoint(self._keys.origin, size, root).text()
        now = self._clock()
        lines = [key.sign(text) for key in self._keys.signers(connection, size, now)]
        return Kept(size, now, Note.of(text, lines).encoded()), nodes

    def _check_extends(
        self, connection: Transaction, last: Kept | None, size: int
    ) -> tuple[list[Node], bytes]:
        """Check that the ledger extends what was signed; give the new nodes of its tree and its root."""
        before = 0 if last is None else last.size
        if size < before:
            raise BadProof(f"{before} entries were signed, and there are {size}")
        nodes = list(tiles.finished(before, size, tree.hashes(connection)))
        read = tree.hashes(connection, {(level, number): node for level, number, node in nodes})
        root = tiles.root(size, read)
        if last is not None:
            signed = Checkpoint.parse(Note.parse(last.note).text).root
            check_consistency(before, signed, size, root, tiles.consistency_proof(before, size, read))
        return nodes, root

    def _written(self, last: Kept | None, made: Kept, nodes: list[Node]) -> Kept | None:
        """Write a checkpoint, unless another process has written one meanwhile."""
        with self._store.writing() as connection:
            if tree.latest(connection) != last:
                return None
            tree.keep(connection, nodes)
            tree.insert_checkpoint(connection, made)
        return made

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """Sign nothing more, and let no vote be taken, once the record is not as it was signed."""
        try:
            yield
        except (BadNote, BadProof) as error:
            log.critical("the record is not as it was signed: %s; no votes are taken", error)
            self._fault = error
            raise
