"""What a witness decides (C2SP tlog-witness): it cosigns a checkpoint that extends the last one it cosigned.

Law: the witness keeps a decision's `seen` before it gives out a cosignature, and both in one step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from arena.errors import BadNote, BadProof
from arena.ledger.checkpoint import Checkpoint, parse_number, parse_signed
from arena.ledger.merkle import EMPTY_ROOT, check_consistency
from arena.ledger.note import Note, Vkey, to_base64
from arena.ledger.proof import LARGEST_PROOF, parse_hashes

Seen = Checkpoint
"""The last checkpoint of a log that a witness cosigned."""


def nothing_of(origin: str) -> Seen:
    """Give what a witness has seen of a log before its first checkpoint."""
    return Checkpoint(origin, 0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """What a log asks: cosign this note, which extends the checkpoint of `old` entries as the hashes show."""

    old: int
    hashes: tuple[bytes, ...]
    note: Note

    def encoded(self) -> str:
        """Give the body of the request."""
        return "\n".join([f"old {self.old}", *map(to_base64, self.hashes), "", self.note.encoded()])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the body of a request.

        Raises:
            BadNote: it is none, or its note is no checkpoint.
        """
        if len(text) > LARGEST_PROOF:
            raise BadNote("the request is too long")
        head, _, rest = text.partition("\n\n")
        first, *lines = head.split("\n")
        if not first.startswith("old "):
            raise BadNote("a request begins with the old size")
        note, _ = parse_signed(rest)
        return cls(parse_number(first.removeprefix("old ")), parse_hashes(lines), note)


class Answer(StrEnum):
    """What a witness says to a request that it could read."""

    COSIGN = "cosign"
    BACKWARDS = "backwards"
    NOT_SIGNED = "not_signed"
    UNKNOWN_LOG = "unknown_log"
    CONFLICT = "conflict"
    INCONSISTENT = "inconsistent"


STATUS = {
    Answer.COSIGN: 200,
    Answer.BACKWARDS: 400,
    Answer.NOT_SIGNED: 403,
    Answer.UNKNOWN_LOG: 404,
    Answer.CONFLICT: 409,
    Answer.INCONSISTENT: 422,
}
"""The HTTP status of each answer; a request that cannot be read is a 400."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, what the witness has seen after it, and the checkpoint it was asked about.

    Only COSIGN changes what was seen. The body of a CONFLICT is `seen.size`.
    """

    answer: Answer
    seen: Seen
    asked: Checkpoint

    @property
    def proves_a_fork(self) -> bool:
        """Tell whether the log signed two roots for one size, `asked` and `seen`, whatever the answer."""
        signed = self.answer not in {Answer.UNKNOWN_LOG, Answer.NOT_SIGNED}
        return signed and self.asked.size == self.seen.size and self.asked.root != self.seen.root


def consider(seen: Seen, request: AddCheckpoint, keys: Iterable[Vkey]) -> Decision:
    """Decide what to answer, by what was seen of this log and its keys.

    Raises:
        BadNote: one of `keys` is not a log's.
    """
    asked = Checkpoint.parse(request.note.text)
    answer = _answer(seen, asked, request, keys)
    return Decision(answer, asked if answer is Answer.COSIGN else seen, asked)


def _answer(seen: Seen, asked: Checkpoint, request: AddCheckpoint, keys: Iterable[Vkey]) -> Answer:
    if asked.origin != seen.origin:
        return Answer.UNKNOWN_LOG
    if not _is_signed(request.note, keys):
        return Answer.NOT_SIGNED
    if request.old > asked.size:
        return Answer.BACKWARDS
    if request.old != seen.size:
        return Answer.CONFLICT
    return _consistent(seen, asked, request.hashes)


def _is_signed(note: Note, keys: Iterable[Vkey]) -> bool:
    try:
        signed = [note.signed_by(key) for key in keys]
    except BadProof:
        return False
    return any(signed)


def _consistent(seen: Seen, asked: Checkpoint, hashes: tuple[bytes, ...]) -> Answer:
    try:
        check_consistency(seen.size, seen.root, asked.size, asked.root, hashes)
    except BadProof:
        return Answer.INCONSISTENT
    return Answer.COSIGN
