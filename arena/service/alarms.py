"""Canaries on the ledger: what was kept and each alarm, once, and only while the round is open."""

import json
from collections.abc import Sequence

from arena.contest.canary import Alarm, Keeping
from arena.contest.rules import RoundId
from arena.errors import NotAtThisPhase
from arena.ledger import payloads
from arena.ledger.entries import EntryType, Payload
from arena.ledger.told import Alarmed
from arena.service.pen import Clock, Pen, Random
from arena.store import record, rounds
from arena.store.session import Store, Transaction


class Alarms:
    """The alarms of one round."""

    def __init__(self, store: Store, round_id: RoundId, clock: Clock, random: Random) -> None:
        """Write to the ledger in `store`."""
        self._store = store
        self._round_id = round_id
        self._clock = clock
        self._random = random

    def put(self, alarms: Sequence[Alarm], keeping: Keeping | None = None) -> int:
        """Put on the ledger those that are not there yet, and count them; before them what was kept.

        Raises:
            NotAtThisPhase: the round is not open; nothing is written.
            StoreUnavailable: the database cannot be used; nothing is written.
        """
        if not alarms and keeping is None:
            return 0
        with self._store.writing() as connection:
            kept = self._fresh_keeping(connection, keeping)
            fresh = self._fresh_alarms(connection, alarms)
            if (kept or fresh) and not rounds.is_open(connection, self._round_id):
                raise NotAtThisPhase(f"round {self._round_id} is not open: no alarm can go on its record")
            pen = Pen(connection, self._clock(), self._random)
            for payload in kept:
                pen.append(EntryType.CANARIES_KEPT, payload)
            for payload in fresh:
                pen.append(EntryType.CANARY_ALARMED, payload)
        return len(fresh)

    def _fresh_keeping(self, connection: Transaction, keeping: Keeping | None) -> list[Payload]:
        if keeping is None:
            return []
        said = payloads.canaries_kept(self._round_id, keeping)
        return [] if said in self._on_record(connection, EntryType.CANARIES_KEPT) else [said]

    def _fresh_alarms(self, connection: Transaction, alarms: Sequence[Alarm]) -> list[Payload]:
        known = {Alarmed.of(payload) for payload in self._on_record(connection, EntryType.CANARY_ALARMED)}
        said = [payloads.canary_alarmed(self._round_id, alarm) for alarm in alarms]
        return [payload for payload in said if Alarmed.of(payload) not in known]

    def _on_record(self, connection: Transaction, kind: EntryType) -> list[Payload]:
        kept = rounds.find(connection, self._round_id)
        since = 0 if kept is None or kept.first is None else kept.first
        return [json.loads(payload) for payload in record.payloads_of(connection, kind, since)]
