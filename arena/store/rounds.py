"""Rounds: what was frozen when each was opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from arena.contest.rules import RoundId
from arena.store.tables import rounds


@dataclass(frozen=True, slots=True)
class FrozenRound:
    """The canonical document of a round (rules and roster), its hash, and the commitments to its secrets."""

    id: RoundId
    document: str
    document_hash: str
    seed_commitment: str
    pepper_commitment: str


def find(connection: Connection, round_id: RoundId) -> FrozenRound | None:
    """Read a round, or None where it was never opened."""
    row = connection.execute(select(rounds).where(rounds.c.id == round_id)).one_or_none()
    if row is None:
        return None
    return FrozenRound(row.id, row.document, row.document_hash, row.seed_commitment, row.pepper_commitment)


def open_round(connection: Connection, frozen: FrozenRound, now: datetime) -> None:
    """Write a round that has just been opened."""
    connection.execute(
        insert(rounds).values(
            id=frozen.id,
            document=frozen.document,
            document_hash=frozen.document_hash,
            seed_commitment=frozen.seed_commitment,
            pepper_commitment=frozen.pepper_commitment,
            opened_at=now.timestamp(),
        )
    )
