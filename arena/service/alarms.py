"""Alarms of canaries on the ledger: each once, and only while the round is open."""

import json
from collections.abc import Sequence

from arena.contest.canary import Alarm
from arena.contest.rules import RoundId
from arena.errors import NotAtThisPhase
from arena.ledger import payloads
from arena.ledger.entries import EntryType
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

    def put(self, alarms: Sequence[Alarm]) -> int:
        """Put on the ledger those that are not there yet, and count them.

        Raises:
            NotAtThisPhase: the round is not open; nothing is written.
            StoreUnavailable: the database cannot be used; nothing is written.
        """
        if not alarms:
            return 0
        with self._store.writing() as connection:
            known = self._known(connection)
            said = [payloads.canary_alarmed(self._round_id, alarm) for alarm in alarms]
            fresh = [payload for payload in said if Alarmed.of(payload) not in known]
            if fresh and not rounds.is_open(connection, self._round_id):
                raise NotAtThisPhase(f"round {self._round_id} is not open: no alarm can go on its record")
            pen = Pen(connection, self._clock(), self._random)
            for payload in fresh:
                pen.append(EntryType.CANARY_ALARMED, payload)
        return len(fresh)

    def _known(self, connection: Transaction) -> set[Alarmed]:
        kept = rounds.find(connection, self._round_id)
        since = 0 if kept is None or kept.first is None else kept.first
        return {
            Alarmed.of(json.loads(payload))
            for payload in record.payloads_of(connection, EntryType.CANARY_ALARMED, since)
        }
