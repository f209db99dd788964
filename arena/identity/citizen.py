"""A citizen: the token she holds and the pseudonym that the record shows.

voter id = base32(HMAC-SHA-256(pepper of the round, reference))[:26]; the reference is never written.
A token is `reference.signature`, so that nobody can make one up.
"""

import base64
import hashlib
import hmac
import re

from arena.contest.battle import VoterId

REFERENCE_BYTES = 16
TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")


def new_token(key: bytes, random: bytes) -> str:
    """Make a token of 128 random bits.

    Raises:
        ValueError: `random` has not 16 bytes.
    """
    if len(random) != REFERENCE_BYTES:
        raise ValueError("a reference has 16 bytes")
    reference = _text(random)
    return f"{reference}.{_signature(key, reference)}"


def reference(key: bytes, token: str | None) -> str | None:
    """Give the reference of a token that this key signed, or None."""
    parts = TOKEN.fullmatch(token or "")
    if parts is None or not hmac.compare_digest(_signature(key, parts[1]), parts[2]):
        return None
    return parts[1]


def voter_id(pepper: bytes, reference: str) -> VoterId:
    """Give the pseudonym of a reference in the round that the pepper belongs to."""
    digest = hmac.new(pepper, reference.encode(), hashlib.sha256).digest()
    return VoterId(base64.b32encode(digest).decode()[:26])


def _signature(key: bytes, reference: str) -> str:
    return _text(hmac.new(key, b"citizen token\x00" + reference.encode(), hashlib.sha256).digest())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
