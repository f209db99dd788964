"""A witness of a log: she cosigns what extends the last checkpoint that she cosigned, and nothing else.

Law: what she has seen is durable before a cosignature leaves her; two contradicting checkpoints that the log
signed are kept as evidence, and end her work.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from arena.backends.log_client import LogClient
from arena.errors import BadNote, BadProof, Forked, LedgerError
from arena.ledger import tiles
from arena.ledger.checkpoint import Checkpoint, WitnessKey
from arena.ledger.note import Note, Vkey
from arena.ledger.witness import STATUS, AddCheckpoint, Answer, Decision, Seen, consider, nothing_of
from arena.store.witnessed import StateFile, Witnessed

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answers to `add-checkpoint`: HTTP status, body and its type."""

    status: int
    body: str = ""
    type: str = "text/plain; charset=utf-8"


class Witness:
    """One witness of one log."""

    def __init__(self, key: WitnessKey, state: Path, clock: Clock, vkeys: tuple[str, ...] = ()) -> None:
        """Cosign with `key` and keep what was seen in the file `state`; `vkeys` of the log are trusted.

        Raises:
            BadNote: a vkey is none, or the state is no state.
        """
        self._key = key
        self._state = StateFile(state)
        self._clock = clock
        self._lock = threading.Lock()
        self._delivered = -1
        kept = self._state.read() or Witnessed(())
        known = tuple(dict.fromkeys([*kept.vkeys, *vkeys]))
        if len({Vkey.parse(vkey).name for vkey in known}) > 1:
            raise BadNote("the vkeys are of different logs")
        self._kept = Witnessed(known, kept.note)

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The vkeys that she knows the log by."""
        return self._kept.vkeys

    def look(self, log: LogClient) -> int | None:
        """Look at the log's newest checkpoint; cosign and deliver it where it is new, and give its size.

        Raises:
            Forked: it contradicts what was cosigned before; both are kept as evidence.
            BadProof: it is not signed by the log, or its tiles do not lead to it.
            LedgerError: the log cannot be reached, has gone back, or does not take the cosignature.
        """
        with self._lock:
            if not self.vkeys:
                self._kept = Witnessed(_announced(log))
            note = Note.parse(log.checkpoint())
            asked, seen = Checkpoint.parse(note.text), self._seen()
            if asked.size == self._delivered and asked == seen:
                return None
            cosigned = self._considered(self._request(log, note, asked, seen))
            log.cosign(cosigned)
            self._delivered = asked.size
        return asked.size

    def add_checkpoint(self, body: str) -> Reply:
        """Answer a log that asks for a cosignature (C2SP tlog-witness).

        Raises:
            Forked: it is proven that the log forked; both checkpoints are kept as evidence.
        """
        try:
            request = AddCheckpoint.parse(body)
        except BadNote as error:
            return Reply(400, f"{error}\n")
        with self._lock:
            if not self.vkeys:
                return Reply(404)
            decision = self._decided(request)
            if decision.answer is Answer.COSIGN:
                return Reply(200, f"{self._cosign(request.note)}\n")
            if decision.proves_a_fork:
                raise self._forked(request.note)
        if decision.answer is Answer.CONFLICT:
            return Reply(409, f"{decision.seen.size}\n", "text/x.tlog.size")
        return Reply(STATUS[decision.answer], f"{decision.answer.value}\n")

    def kept_note(self) -> str:
        """Give the last checkpoint that she cosigned, with her cosignature; "" before the first."""
        return self._kept.note

    def _seen(self) -> Seen:
        if self._kept.note:
            return Checkpoint.parse(Note.parse(self._kept.note).text)
        return nothing_of(Vkey.parse(self.vkeys[0]).name)

    def _request(self, log: LogClient, note: Note, asked: Checkpoint, seen: Seen) -> AddCheckpoint:
        """Ask of herself what the log would: with a consistency proof out of its tiles."""
        read = log.hashes(asked.size)
        if asked.size > seen.size and tiles.root(asked.size, read) != asked.root:
            raise BadProof(f"the tiles of {log.url} do not lead to its checkpoint of size {asked.size}")
        hashes = tiles.consistency_proof(seen.size, asked.size, read) if 0 < seen.size < asked.size else []
        return AddCheckpoint(seen.size, tuple(hashes), note)

    def _considered(self, request: AddCheckpoint) -> str:
        """Cosign a request whose tiles lead to its root, so that an inconsistency is the log's own."""
        decision = self._decided(request)
        match decision.answer:
            case Answer.COSIGN:
                self._cosign(request.note)
                return self._kept.note
            case Answer.INCONSISTENT:
                raise self._forked(request.note)
            case Answer.BACKWARDS:
                sizes = f"from size {decision.seen.size} to {decision.asked.size}"
                raise LedgerError(f"the log has gone back {sizes}; not cosigned")
            case _:
                raise BadProof(
                    "the checkpoint is not signed by a key that is known here; if the log has rotated its "
                    "key, learn the new one from its operator and give it with --log-key"
                )

    def _decided(self, request: AddCheckpoint) -> Decision:
        return consider(self._seen(), request, [Vkey.parse(vkey) for vkey in self.vkeys])

    def _cosign(self, note: Note) -> str:
        """Keep a checkpoint with the cosignature, then give the line."""
        line = self._key.cosign(note.text, int(self._clock().timestamp()))
        logs_own = [str(one) for vkey in self.vkeys for one in note.by(Vkey.parse(vkey))]
        kept = Witnessed(self.vkeys, Note.of(note.text, [*logs_own, line]).encoded())
        self._state.write(kept)
        self._kept = kept
        return line

    def _forked(self, note: Note) -> Forked:
        path = self._state.keep_evidence((self._kept.note, note.encoded()))
        return Forked(f"THE LOG HAS FORKED: it signed two records that cannot both be. Both are in {path}")


def _announced(log: LogClient) -> tuple[str, ...]:
    """Give the vkeys that a log says are its own, for whoever knows none from elsewhere."""
    found = log.keys()
    if not found:
        raise LedgerError(f"{log.url} names no key; give one with --log-key")
    return found


@contextmanager
def log_at(url: str) -> Iterator[LogClient]:
    """Open the log at an address.

    Raises:
        LedgerError: that is no address.
    """
    with LogClient(url) as log:
        yield log
