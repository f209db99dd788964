"""Checkpoints and cosignatures (C2SP tlog-checkpoint, tlog-cosignature): the size and root of the record.

Law: a checkpoint has no extension lines, and nothing that is not a checkpoint is cosigned.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from arena.errors import BadNote, BadProof
from arena.ledger.canonical import LARGEST_INTEGER
from arena.ledger.merkle import HASH_BYTES
from arena.ledger.note import (
    KeyKind,
    Note,
    Signature,
    Vkey,
    check_text,
    ed25519,
    from_base64,
    public_key,
    to_base64,
)

NUMBER = re.compile("0|[1-9][0-9]{0,15}", re.ASCII)
TIME_BYTES = 8
LARGEST_TIME = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's name, its number of entries and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or len(self.root) != HASH_BYTES:
            raise BadNote("a checkpoint has an origin of one line and a root of 32 bytes")
        if not 0 <= self.size <= LARGEST_INTEGER:
            raise BadNote("a checkpoint has a size from 0 to 2^53 - 1")

    def text(self) -> str:
        """Give the text of the note that says so."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note.

        Raises:
            BadNote: it is no checkpoint, or has extension lines.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise BadNote("a checkpoint is three lines: origin, size, root")
        return cls(lines[0], parse_number(lines[1]), parse_hash(lines[2]))


def parse_signed(text: str) -> tuple[Note, Checkpoint]:
    """Read a note that holds a checkpoint; its signatures are not checked.

    Raises:
        BadNote: it is no note, or no checkpoint.
    """
    note = Note.parse(text)
    return note, Checkpoint.parse(note.text)


def parse_number(text: str) -> int:
    """Read a number from 0, without leading zeros.

    Raises:
        BadNote: it is none, or beyond 2^53 - 1.
    """
    if not NUMBER.fullmatch(text) or int(text) > LARGEST_INTEGER:
        raise BadNote("not a number from 0 to 2^53 - 1 without leading zeros")
    return int(text)


def parse_hash(text: str) -> bytes:
    """Read a SHA-256 hash in base64.

    Raises:
        BadNote: it is none.
    """
    found = from_base64(text)
    if len(found) != HASH_BYTES:
        raise BadNote("a hash has 32 bytes")
    return found


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's private key: its name and the 32-byte seed of RFC 8032."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def vkey(self) -> Vkey:
        """The public half."""
        return Vkey(self.name, KeyKind.COSIGNATURE, public_key(self.seed))

    def cosign(self, text: str, time: int) -> str:
        """Give the line, without its newline, that cosigns a checkpoint at `time` (seconds since 1970).

        Raises:
            BadNote: the text is no checkpoint.
        """
        check_text(text)
        Checkpoint.parse(text)
        content = time.to_bytes(TIME_BYTES) + ed25519(self.seed, _cosigned(text, time))
        return str(Signature(self.name, self.vkey.key_id, content))


def cosigned_by(note: Note, vkey: Vkey) -> int | None:
    """Tell when a witness last cosigned the checkpoint, in seconds since 1970; None: it did not.

    Raises:
        BadProof: a line says so and does not hold.
        BadNote: a log's key cosigns nothing.
    """
    if vkey.kind is not KeyKind.COSIGNATURE:
        raise BadNote(f"the key of {vkey.name} is not a witness's")
    return max((_check_cosignature(note.text, one, vkey) for one in note.by(vkey)), default=None)


def cosigners(note: Note, witnesses: Iterable[Vkey]) -> tuple[str, ...]:
    """Name the witnesses that cosigned the checkpoint; a public key counts once, whatever names it has.

    Raises:
        BadProof: a line says that one did, and does not hold.
        BadNote: a log's key is among them.
    """
    found = {key.public: key.name for key in witnesses if cosigned_by(note, key) is not None}
    return tuple(found.values())


def _check_cosignature(text: str, signature: Signature, vkey: Vkey) -> int:
    time = int.from_bytes(signature.content[:TIME_BYTES])
    if time > LARGEST_TIME:
        raise BadProof(f"a cosignature of {vkey.name} has no time that can be")
    vkey.check(_cosigned(text, time), signature.content[TIME_BYTES:])
    return time


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
