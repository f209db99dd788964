"""Signed notes (C2SP signed-note): a text, and lines by which known keys sign it.

Law: what cannot be read raises BadNote, a known key's signature that fails raises BadProof,
and a note that was read writes itself back byte for byte.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from arena.errors import BadNote, BadProof

LARGEST_NOTE = 131_072
"""Characters: room for 16 post-quantum signatures of others, and little enough to read at once."""
MOST_SIGNATURES = 64
KEY_BYTES = 32
ID_BYTES = 4
MARK = "\N{EM DASH} "
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class KeyKind(IntEnum):
    """What a key signs; its byte in key ids and vkeys."""

    NOTE = 0x01
    COSIGNATURE = 0x04


def to_base64(content: bytes) -> str:
    """Write RFC 4648 §4 base64."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read RFC 4648 §4 base64, in the one form in which it is written.

    Raises:
        BadNote: another alphabet, padding or length, or stray bits.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote("not base64") from error
    if to_base64(content) != text:
        raise BadNote("not base64 in its one form")
    return content


def check_name(name: str) -> None:
    """Check the name of a key.

    Raises:
        BadNote: it is empty, or holds a space, a plus, a control character or half a character.
    """
    if not name or "+" in name or any(char.isspace() for char in name):
        raise BadNote("the name of a key is empty or holds a space or plus")
    check_text(f"{name}\n")


@dataclass(frozen=True, slots=True)
class Vkey:
    """A verifier key: who signs, what kind of statement, and the Ed25519 public key (32 bytes)."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != KEY_BYTES:
            raise BadNote("an Ed25519 key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+id+key`.

        Raises:
            BadNote: it is no vkey, of a kind that has no place here, or its id is another key's.
        """
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        content = from_base64(encoded)
        if content[:1] not in _KINDS:
            raise BadNote("a vkey that is neither a log's nor a witness's")
        found = cls(name, _KINDS[content[:1]], content[1:])
        if key_id != found.key_id.hex():
            raise BadNote("the id in a vkey is not that of its key")
        return found

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of the hash of name, kind and key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """Read as `name+id+key`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    def check(self, message: bytes, signature: bytes) -> None:
        """Check an Ed25519 signature (RFC 8032) by this key.

        Raises:
            BadProof: it is not one of `message`.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as error:
            raise BadProof(f"a signature of {self.name} does not hold") from error


_KINDS = {bytes([kind]): kind for kind in KeyKind}


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: the key's name and id (4 bytes), and what it wrote."""

    name: str
    key_id: bytes
    content: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line, without its newline.

        Raises:
            BadNote: it is no signature line.
        """
        name, space, encoded = line.removeprefix(MARK).partition(" ")
        if not line.startswith(MARK) or not space:
            raise BadNote("a line after the note's text is no signature")
        check_name(name)
        content = from_base64(encoded)
        if len(content) <= ID_BYTES:
            raise BadNote("a signature holds nothing")
        return cls(name, content[:ID_BYTES], content[ID_BYTES:])

    def by(self, vkey: Vkey) -> bool:
        """Tell whether the line says that `vkey` wrote it."""
        return (self.name, self.key_id) == (vkey.name, vkey.key_id)

    def __str__(self) -> str:
        """Read as the line, without a newline."""
        return f"{MARK}{self.name} {to_base64(self.key_id + self.content)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A log's private key: its name and the 32-byte seed of RFC 8032."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def vkey(self) -> Vkey:
        """The public half."""
        return Vkey(self.name, KeyKind.NOTE, public_key(self.seed))

    def sign(self, text: str) -> str:
        """Give the line, without its newline, that signs a note's text.

        Raises:
            BadNote: a note cannot have this text.
        """
        check_text(text)
        return str(Signature(self.name, self.vkey.key_id, ed25519(self.seed, text.encode())))


def public_key(seed: bytes) -> bytes:
    """Give the Ed25519 public key of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519(seed: bytes, message: bytes) -> bytes:
    """Sign a message (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


@dataclass(frozen=True, slots=True)
class Note:
    """A text, newline at its end, and its signatures in the order of their lines."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note.

        Raises:
            BadNote: it is none, is too long or has too many signatures.
        """
        if len(text) > LARGEST_NOTE:
            raise BadNote("the note is too long")
        body, blank, lines = text.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise BadNote("a note is a text, an empty line and signature lines")
        return cls.of(f"{body}\n", lines.removesuffix("\n").split("\n"))

    @classmethod
    def of(cls, text: str, lines: Iterable[str]) -> Self:
        """Put a text and its signature lines (without newlines) together.

        Raises:
            BadNote: they make no note.
        """
        check_text(text)
        signatures = tuple(Signature.parse(line) for line in lines)
        if not 0 < len(signatures) <= MOST_SIGNATURES:
            raise BadNote(f"a note has 1 to {MOST_SIGNATURES} signatures")
        return cls(text, signatures)

    def encoded(self) -> str:
        """Give the note as it is published."""
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def by(self, vkey: Vkey) -> list[Signature]:
        """Give the signatures that say they are of `vkey`."""
        return [signature for signature in self.signatures if signature.by(vkey)]

    def signed_by(self, vkey: Vkey) -> bool:
        """Tell whether `vkey` signed the text.

        Raises:
            BadProof: a line says so and does not hold.
            BadNote: a witness's key signs no notes.
        """
        if vkey.kind is not KeyKind.NOTE:
            raise BadNote(f"the key of {vkey.name} is not one that signs notes")
        found = self.by(vkey)
        for signature in found:
            vkey.check(self.text.encode(), signature.content)
        return bool(found)


def check_text(text: str) -> None:
    """Check what is to be signed.

    Raises:
        BadNote: it ends with no newline, or holds a control character or half a character.
    """
    if not text.endswith("\n") or CONTROL.search(text):
        raise BadNote("a note's text ends with a newline and holds no control characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadNote("a text holds half a character") from error
