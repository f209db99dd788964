"""Passwords of staff (the door to argon2): kept as salted hashes that are slow to try, and never shown again.

A name that nobody has is checked against `NOBODY`, so that an answer takes as long as for any other.
"""

import unicodedata
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 200
"""Characters of a password."""

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Of passwords that are made up: no letter looks like another; 32, so that 5 bits choose one."""

_HASHER = PasswordHasher()  # RFC 9106's second recommendation: 64 MiB, 3 passes

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$y2XCDujsClcsYSP/MKg43w$ap0vbo4uOTA/hIdPyFXSvFgQSuiSpgP0BlRW5mIXEho"
"""A hash of 256 random bits that were thrown away."""


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    NAME = "name"
    SAME = "same"


def hashed(password: str) -> str:
    """Hash a password with a new salt."""
    return _HASHER.hash(_bytes(password))


def fits(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that was hashed; None is nobody's."""
    try:
        return _HASHER.verify(NOBODY if kept is None else kept, _bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def weakness(password: str, name: str, kept: str | None = None) -> Weakness | None:
    """Say why a new password is not taken, or None; `kept` is the hash of the one before it."""
    plain, own = normal(password).casefold(), normal(name).casefold()
    if len(plain) < LEAST:
        return Weakness.SHORT
    if len(password) > MOST:
        return Weakness.LONG
    if own in plain or plain in own or len(set(plain)) < 5:
        return Weakness.NAME
    return Weakness.SAME if fits(kept, password) else None


def made_up(random: bytes) -> str:
    """Make a password of 20 letters out of 20 random bytes, 100 bits, in groups of five."""
    letters = "".join(ALPHABET[byte % 32] for byte in random)
    return "-".join(letters[place : place + 5] for place in range(0, len(letters), 5))


def normal(text: str) -> str:
    """Write a text in one way, however a keyboard has composed it."""
    return unicodedata.normalize("NFKC", text)


def _bytes(password: str) -> bytes:
    return normal(password).encode(
        "utf-8", "surrogatepass"
    )  # half a character is wrong, and no fault of ours
