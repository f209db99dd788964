"""A receipt: proof that one vote is on record as cast, for A, B or a tie, and not for which team.

Law: the salt of a receipt opens the verdict alone; nothing in a receipt depends on who sat on A or B.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from arena.contest.rules import Verdict
from arena.errors import BadNote, BadProof, NotAnEntry
from arena.ledger.canonical import canonical
from arena.ledger.checkpoint import cosigners
from arena.ledger.entries import EntryType, receipt_commitment
from arena.ledger.merkle import leaf_hash
from arena.ledger.note import Note, Vkey
from arena.ledger.proof import Proof

SHORT_DIGITS = 16
LATEST = 253_402_300_799
"""The last second of the year 9999."""

Fields = dict[str, str | int]

HEX_HASH = re.compile("[0-9a-f]{64}", re.ASCII)
HEX_SALT = re.compile("[0-9a-f]{32}", re.ASCII)


def short_code(leaf: bytes) -> str:
    """Give what is shown beside a receipt: 16 hex digits of the leaf hash in groups of four."""
    digits = leaf.hex()[:SHORT_DIGITS]
    return " ".join(digits[place : place + 4] for place in range(0, SHORT_DIGITS, 4))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter keeps: the line of her VoteCast, what opens its verdict, its way to a checkpoint."""

    entry: str
    salt: bytes
    verdict: Verdict
    index: int
    hashes: tuple[bytes, ...]
    note: Note

    @property
    def leaf(self) -> bytes:
        """The leaf hash of the entry."""
        return leaf_hash(self.entry.encode())

    def encoded(self) -> str:
        """Give the receipt as a file."""
        extra = {"entry": self.entry, "salt": self.salt.hex(), "verdict": self.verdict.value}
        return Proof(self.index, self.hashes, self.note, canonical(extra)).encoded()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a file.

        Raises:
            BadNote: it is no receipt.
        """
        proof = Proof.parse(text)
        extra = _fields(proof.extra, {"entry": str, "salt": str, "verdict": str})
        salt, verdict = str(extra["salt"]), str(extra["verdict"])
        if not HEX_SALT.fullmatch(salt) or verdict not in set(Verdict):
            raise BadNote("a receipt opens a verdict with a salt of 16 bytes")
        entry = str(extra["entry"])
        _vote(entry)
        return cls(entry, bytes.fromhex(salt), Verdict(verdict), proof.index, proof.hashes, proof.note)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receipt proves: the verdict, the entry's number, the checkpoint's size, and who cosigned it.

    `is_by_last` where the last of the log's keys signed it, and not only ones that it has replaced.
    """

    verdict: Verdict
    index: int
    size: int
    cosigners: tuple[str, ...]
    is_by_last: bool


def check(receipt: Receipt, log_keys: Iterable[Vkey], witnesses: Iterable[Vkey]) -> Checked:
    """Check a receipt offline, with keys that come from elsewhere than the receipt.

    Which of a log's keys was in force when is not in a receipt: any of `log_keys`, oldest first, will do.

    Raises:
        BadProof: the vote is not under a checkpoint of this log, or is another one.
        BadNote: the receipt holds no vote or no checkpoint, or a key is of the wrong kind.
    """
    vote = _vote(receipt.entry)
    if vote["seq"] != receipt.index:
        raise BadProof("the entry is not the one that the proof is about")
    if vote["receipt"] != receipt_commitment(receipt.salt, receipt.verdict):
        raise BadProof("the verdict is not the one that was recorded")
    checkpoint = Proof(receipt.index, receipt.hashes, receipt.note).check(receipt.leaf)
    signed = [receipt.note.signed_by(key) for key in log_keys if key.name == checkpoint.origin]
    if not any(signed):
        raise BadProof("the checkpoint is not signed by the log")
    named = cosigners(receipt.note, witnesses)
    return Checked(receipt.verdict, receipt.index, checkpoint.size, named, is_by_last=signed[-1])


def _vote(entry: str) -> Fields:
    """Read the public line of a VoteCast."""
    members = {"commit": str, "receipt": str, "seq": int, "time": int, "type": str}
    found = _fields(entry.encode(), members)
    hashes = str(found["commit"]), str(found["receipt"])
    if found["type"] != EntryType.VOTE_CAST or not all(HEX_HASH.fullmatch(one) for one in hashes):
        raise BadNote("a receipt is of a vote")
    if not 0 <= int(found["time"]) <= LATEST:
        raise BadNote("the time of an entry is none that a calendar has")
    return found


def _fields(content: bytes, types: dict[str, type]) -> Fields:
    """Read canonical bytes of an object that has these members and no other."""
    try:
        found = json.loads(content)
        same = canonical(found) == content
    except (ValueError, RecursionError, NotAnEntry) as error:
        raise BadNote("not a canonical object") from error
    if not same or not isinstance(found, dict) or {key: type(found[key]) for key in found} != types:
        raise BadNote("not the members of a receipt")
    return found
