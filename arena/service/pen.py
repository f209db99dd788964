"""The pen: what writes on the record within one transaction, with its moment and its chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from arena.contest.battle import Battle, Replies, Side, VoidReason
from arena.errors import Fault
from arena.ledger import payloads
from arena.ledger.entries import SALT_BYTES, Entry, EntryType, Payload, commitment
from arena.store import battles, record, voids
from arena.store.record import Tail
from arena.store.session import Transaction

Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
"""Gives so many random bytes."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes through `connection`, which holds the writer lock; all of it happens at `now`."""

    connection: Transaction
    now: datetime
    random: Random

    def append(self, kind: EntryType, payload: Payload) -> Entry:
        """Put the next entry on the ledger."""
        return record.append(self.connection, kind, self.now, payload, self.random(SALT_BYTES))

    def append_all(self, after: Tail, kind: EntryType, sealed: Sequence[Payload]) -> list[Entry]:
        """Put entries of one kind on the ledger, `after` the end that this transaction has seen."""
        salted = [(payload, self.random(SALT_BYTES)) for payload in sealed]
        return record.append_all(self.connection, after, kind, self.now, salted)

    def open_battle(self, battle: Battle, after: Tail) -> None:
        """Put a new battle on record with its prompt, `after` the end that this transaction has seen."""
        battles.insert_battle(self.connection, battle)
        opened = payloads.battle_opened(battle, self.put_prompt(battle))
        self.append_all(after, EntryType.BATTLE_OPENED, [opened])

    def put_prompt(self, battle: Battle) -> str:
        """Write the last prompt of a battle with its pictures, and give its salted hash."""
        salt = self.random(SALT_BYTES)
        battles.insert_turn(self.connection, battle, salt, self.now)
        return commitment(salt, battle.turns[-1].asked)

    def put_replies(self, battle: Battle, replies: Replies) -> None:
        """Put both replies of the last turn on record."""
        salts = {side: self.random(SALT_BYTES) for side in Side}
        hashes = {side: commitment(salts[side], replies[side].encode()) for side in Side}
        salt = battles.put_replies(self.connection, battle, replies, salts, self.now)
        battles.save_stage(self.connection, battle, self.now)
        prompt_hash = commitment(salt, battle.turns[-1].asked)
        self.append(EntryType.REPLIES_COMMITTED, payloads.replies_committed(battle, prompt_hash, hashes))

    def void(
        self, battle: Battle, reason: VoidReason, side: Side | None = None, fault: Fault | None = None
    ) -> None:
        """Put on record that a battle is void, and whose fault it was.

        Raises:
            NotAtThisStage: it is already over.
        """
        void = battle.failed(reason)
        battles.save_stage(self.connection, void, self.now)
        entry = self.append(EntryType.BATTLE_VOIDED, payloads.battle_voided(void, reason, side, fault))
        voids.insert_void(self.connection, void, side, fault, entry.sequence)

    def void_all(self, found: list[Battle], reason: VoidReason) -> int:
        """Void battles that can still go on, and count them."""
        for battle in found:
            self.void(battle, reason)
        return len(found)
