"""Proofs to keep (C2SP tlog-proof): an entry's index, its way to the root, and the signed checkpoint."""

from dataclasses import dataclass
from typing import Self

from arena.errors import BadNote
from arena.ledger.checkpoint import Checkpoint, parse_hash, parse_number, parse_signed
from arena.ledger.merkle import check_inclusion
from arena.ledger.note import LARGEST_NOTE, Note, from_base64, to_base64

HEADER = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
LARGEST_PROOF = 2 * LARGEST_NOTE


@dataclass(frozen=True, slots=True)
class Proof:
    """The index of an entry, its way to the root, the checkpoint, and bytes of the writer's (b"": none)."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def encoded(self) -> str:
        """Give the proof as a file."""
        lines = [HEADER, f"index {self.index}", *map(to_base64, self.hashes), ""]
        if self.extra:
            lines.insert(1, f"extra {to_base64(self.extra)}")
        return "\n".join([*lines, self.note.encoded()])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a file.

        Raises:
            BadNote: it is no proof, or its note is no checkpoint.
        """
        if len(text) > LARGEST_PROOF:
            raise BadNote("the proof is too long")
        head, _, note = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != HEADER:
            raise BadNote("not a proof of version 1")
        extra, index = _take(lines, "extra "), _take(lines, "index ")
        if extra == "" or index is None:
            raise BadNote("a proof has an index, and its extra line is not empty")
        signed, _ = parse_signed(note)
        return cls(parse_number(index), parse_hashes(lines), signed, from_base64(extra or ""))

    def checkpoint(self) -> Checkpoint:
        """Give what the note says.

        Raises:
            BadNote: it is no checkpoint.
        """
        return Checkpoint.parse(self.note.text)

    def check(self, leaf: bytes) -> Checkpoint:
        """Check that the entry with this leaf hash is under the checkpoint, whoever signed that.

        Raises:
            BadProof: the hashes do not lead from the leaf to the checkpoint's root.
            BadNote: the note is no checkpoint.
        """
        found = self.checkpoint()
        check_inclusion(leaf, self.index, found.size, self.hashes, found.root)
        return found


def _take(lines: list[str], word: str) -> str | None:
    """Take the first line off if it begins with `word`, and give the rest of it."""
    return lines.pop(0).removeprefix(word) if lines and lines[0].startswith(word) else None


def parse_hashes(lines: list[str]) -> tuple[bytes, ...]:
    """Read the lines of a Merkle proof.

    Raises:
        BadNote: one is no hash, or there are more than any tree has.
    """
    if len(lines) > MOST_HASHES:
        raise BadNote(f"a proof has at most {MOST_HASHES} hashes")
    return tuple(parse_hash(line) for line in lines)
