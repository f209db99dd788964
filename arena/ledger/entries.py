"""Entries of the ledger: what is public of each, and the opening kept beside it.

An entry shows its sequence number, its type, a coarse time and `commit`, which is
SHA-256(salt || canonical payload) with a salt of 128 bits. A vote also shows `receipt`, which lets a voter
open her verdict and nothing else. The leaf hash is that of RFC 9162 §2.1.1: SHA-256(0x00 || canonical
entry). These bytes are for ever: golden files hold them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.errors import NotAnEntry
from arena.ledger.canonical import Canonical, canonical

SALT_BYTES = 16
BUCKET_SECONDS = 60

Payload = Mapping[str, Canonical]


class EntryType(StrEnum):
    """What an entry records."""

    ROUND_OPENED = "RoundOpened"
    RULES_FROZEN = "RulesFrozen"
    ROSTER_FROZEN = "RosterFrozen"
    SEED_COMMITTED = "SeedCommitted"
    BEACON_DRAWN = "BeaconDrawn"
    BATTLE_OPENED = "BattleOpened"
    REPLIES_COMMITTED = "RepliesCommitted"
    BATTLE_VOIDED = "BattleVoided"
    VOTE_CAST = "VoteCast"
    VOTE_WITHDRAWN = "VoteWithdrawn"
    CANARIES_KEPT = "CanariesKept"
    CANARY_ALARMED = "CanaryAlarmed"
    EXCLUDED = "Excluded"
    ROUND_CLOSED = "RoundClosed"
    SEED_REVEALED = "SeedRevealed"
    RESULT_COMMITTED = "ResultCommitted"
    RESULT_OPENED = "ResultOpened"
    KEY_ROTATED = "KeyRotated"
    PEPPER_DESTROYED = "PepperDestroyed"
    AUDITED = "Audited"


@dataclass(frozen=True, slots=True)
class Entry:
    """The public line of the ledger: `sequence` from 0, `bucket` in seconds since 1970 (UTC).

    `receipt` is the commitment to the verdict alone, "" for all that is no vote.
    """

    sequence: int
    type: EntryType
    bucket: int
    commit: str
    receipt: str = ""

    def encoded(self) -> bytes:
        """Give the canonical bytes of the entry."""
        line: dict[str, Canonical] = {
            "commit": self.commit,
            "seq": self.sequence,
            "time": self.bucket,
            "type": self.type.value,
        }
        return canonical({**line, "receipt": self.receipt} if self.receipt else line)

    def leaf(self) -> str:
        """Give the hex leaf hash (RFC 9162 §2.1.1)."""
        return hashlib.sha256(b"\x00" + self.encoded()).hexdigest()


def entry(sequence: int, kind: EntryType, now: datetime, payload: Payload, salt: bytes) -> Entry:
    """Seal a payload as entry `sequence`.

    Raises:
        NotAnEntry: the payload has no canonical bytes, or is that of a vote without verdict and salt.
        ValueError: `now` has no offset, so it could be two moments; or the salt has not 128 bits.
    """
    commit = commitment(salt, canonical(payload))
    receipt = _receipt(payload) if kind is EntryType.VOTE_CAST else ""
    return Entry(sequence, kind, bucket(now), commit, receipt)


def bucket(now: datetime) -> int:
    """Give the coarse time of a moment: the minute it is in, in seconds since 1970 (UTC).

    Raises:
        ValueError: the moment has no offset, so it could be two.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without its offset from UTC")
    seconds = int(now.timestamp())
    return seconds - seconds % BUCKET_SECONDS


def commitment(salt: bytes, content: bytes) -> str:
    """Give the hex SHA-256 of salt and content.

    Raises:
        ValueError: the salt has not 128 bits, so the content could be guessed or the border moved.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(salt + content).hexdigest()


def receipt_commitment(salt: bytes, verdict: str) -> str:
    """Give the commitment that a vote shows to its verdict alone.

    Raises:
        ValueError: the salt has not 128 bits.
    """
    return commitment(salt, canonical({"verdict": verdict}))


def secret_commitment(name: str, secret: bytes) -> str:
    """Give the hex SHA-256 that stands for a 256-bit secret on the record until it is revealed."""
    return hashlib.sha256(f"arena {name}\x00".encode() + secret).hexdigest()


def _receipt(payload: Payload) -> str:
    salt, verdict = payload.get("receipt_salt"), payload.get("verdict")
    if not isinstance(salt, str) or not isinstance(verdict, str):
        raise NotAnEntry("a vote has a verdict and the salt of its receipt")
    try:
        return receipt_commitment(bytes.fromhex(salt), verdict)
    except ValueError as error:
        raise NotAnEntry(f"the salt of a receipt: {error}") from error
