"""Entries of the ledger: what is public of each, and the opening kept beside it.

An entry shows its sequence number, its type, a coarse time and `commit`, which is
SHA-256(salt || canonical payload) with a salt of 128 bits. Its leaf hash is that of RFC 9162 §2.1.1:
SHA-256(0x00 || canonical entry). These bytes are for ever: golden files hold them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.contest.battle import Battle, Side, VoidReason
from arena.contest.rules import RoundId, Verdict
from arena.errors import Fault
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
    BATTLE_OPENED = "BattleOpened"
    BATTLE_VOIDED = "BattleVoided"
    REPLIES_COMMITTED = "RepliesCommitted"
    VOTE_CAST = "VoteCast"


@dataclass(frozen=True, slots=True)
class Entry:
    """The public line of the ledger: `sequence` from 0, `bucket` in seconds since 1970 (UTC)."""

    sequence: int
    type: EntryType
    bucket: int
    commit: str

    def encoded(self) -> bytes:
        """Give the canonical bytes of the entry."""
        return canonical(
            {"commit": self.commit, "seq": self.sequence, "time": self.bucket, "type": self.type.value}
        )

    def leaf(self) -> str:
        """Give the hex leaf hash (RFC 9162 §2.1.1)."""
        return hashlib.sha256(b"\x00" + self.encoded()).hexdigest()


def entry(sequence: int, kind: EntryType, now: datetime, payload: Payload, salt: bytes) -> Entry:
    """Seal a payload as entry `sequence`.

    Raises:
        NotAnEntry: the payload has no canonical bytes.
        ValueError: `now` has no offset, so it could be two moments; or the salt has not 128 bits.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without its offset from UTC")
    seconds = int(now.timestamp())
    return Entry(sequence, kind, seconds - seconds % BUCKET_SECONDS, commitment(salt, canonical(payload)))


def commitment(salt: bytes, content: bytes) -> str:
    """Give the hex SHA-256 of salt and content.

    Raises:
        ValueError: the salt has not 128 bits, so the content could be guessed or the border moved.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(salt + content).hexdigest()


def secret_commitment(name: str, secret: bytes) -> str:
    """Give the hex SHA-256 that stands for a 256-bit secret on the record until it is revealed."""
    return hashlib.sha256(f"arena {name}\x00".encode() + secret).hexdigest()


def round_opened(round_id: RoundId, pepper_commitment: str) -> Payload:
    """Give the payload of RoundOpened; the commitment shows later that one pepper made all pseudonyms."""
    return {"pepper": pepper_commitment, "round": round_id}


def frozen(round_id: RoundId, document_hash: str) -> Payload:
    """Give the payload of RulesFrozen and RosterFrozen."""
    return {"hash": document_hash, "round": round_id}


def seed_committed(round_id: RoundId, seed_commitment: str) -> Payload:
    """Give the payload of SeedCommitted."""
    return {"commitment": seed_commitment, "round": round_id}


def battle_opened(battle: Battle, prompt_hash: str) -> Payload:
    """Give the payload of BattleOpened."""
    return {
        "battle": battle.id,
        "category": battle.category,
        "language": battle.language,
        "number": battle.number,
        "prompt": prompt_hash,
        "round": battle.round_id,
        "seats": {side.value: battle.seats[side] for side in Side},
        "track": battle.track.value,
        "voter": battle.voter,
    }


def battle_voided(battle: Battle, reason: VoidReason, side: Side | None, fault: Fault | None) -> Payload:
    """Give the payload of BattleVoided; `side` and `fault` are "" where no reply failed."""
    return {
        "battle": battle.id,
        "fault": fault.value if fault else "",
        "reason": reason.value,
        "side": side.value if side else "",
        "turn": len(battle.turns),
    }


def replies_committed(battle: Battle, prompt_hash: str, reply_hashes: Mapping[Side, str]) -> Payload:
    """Give the payload of RepliesCommitted, for the last turn of `battle`."""
    return {
        "battle": battle.id,
        "prompt": prompt_hash,
        "replies": {side.value: reply_hashes[side] for side in Side},
        "turn": len(battle.turns),
    }


def vote_cast(battle: Battle, verdict: Verdict, nth: int) -> Payload:
    """Give the payload of VoteCast; `nth` counts the votes of this voter in the round, from 1."""
    return {
        "battle": battle.id,
        "nth": nth,
        "round": battle.round_id,
        "track": battle.track.value,
        "verdict": verdict.value,
        "voter": battle.voter,
    }
