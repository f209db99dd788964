"""Rounds: how far each has come, what was frozen of it, and the commitments to its secrets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from arena.contest.lifecycle import Phase
from arena.contest.rules import RoundId
from arena.store.tables import rounds

_NEWEST = select(func.max(rounds.alias().c.first)).scalar_subquery()

TAKEN = and_(rounds.c.phase == Phase.OPEN.value, rounds.c.first == _NEWEST)
"""That a round takes battles and votes: it is open, and no other was begun since."""

_OPEN = select(rounds.c.id).where(rounds.c.id == bindparam("of_round"), TAKEN)


@dataclass(frozen=True, slots=True)
class KeptRound:
    """A round as it is kept.

    `document` are the canonical rules and roster; `nonces` those of contestants, 32 bytes each; `beacon`
    the public value, "" before it is drawn; `first` the sequence of its RoundOpened, None before that.
    """

    id: RoundId
    document: str
    document_hash: str
    seed_commitment: str
    pepper_commitment: str
    nonces: Mapping[str, bytes]
    phase: Phase = Phase.NEW
    beacon: str = ""
    first: int | None = None


def find(connection: Connection, round_id: RoundId) -> KeptRound | None:
    """Read a round, or None where there is none of this id."""
    row = connection.execute(select(rounds).where(rounds.c.id == round_id)).one_or_none()
    return None if row is None else _kept(row)


def every(connection: Connection) -> tuple[KeptRound, ...]:
    """Read all rounds."""
    return tuple(_kept(row) for row in connection.execute(select(rounds).order_by(rounds.c.id)))


def newest(connection: Connection) -> KeptRound | None:
    """Read the round that was frozen last; the ledger goes on with its entries."""
    row = connection.execute(select(rounds).where(rounds.c.first == _NEWEST)).one_or_none()
    return None if row is None else _kept(row)


def is_open(connection: Connection, round_id: RoundId) -> bool:
    """Tell whether a round is at the phase in which it takes battles, and no other was begun since."""
    return connection.execute(_OPEN, {"of_round": round_id}).first() is not None


def phase(connection: Connection, round_id: RoundId) -> Phase:
    """Give how far a round that there is has come."""
    return Phase(connection.execute(select(rounds.c.phase).where(rounds.c.id == round_id)).scalar_one())


def put(connection: Connection, kept: KeptRound, now: datetime) -> None:
    """Write a new round, in place of one of the same id that is still new."""
    connection.execute(delete(rounds).where(rounds.c.id == kept.id, rounds.c.phase == Phase.NEW.value))
    nonces = {contestant: nonce.hex() for contestant, nonce in kept.nonces.items()}
    connection.execute(
        insert(rounds).values(
            id=kept.id,
            document=kept.document,
            document_hash=kept.document_hash,
            seed_commitment=kept.seed_commitment,
            pepper_commitment=kept.pepper_commitment,
            opened_at=now.timestamp(),
            phase=kept.phase.value,
            beacon=kept.beacon,
            nonces=json.dumps(nonces),
        )
    )


def save_phase(connection: Connection, round_id: RoundId, phase: Phase) -> None:
    """Write how far a round has come."""
    _save(connection, round_id, phase=phase.value)


def save_first(connection: Connection, round_id: RoundId, first: int) -> None:
    """Write where in the ledger a round begins."""
    _save(connection, round_id, first=first)


def save_beacon(connection: Connection, round_id: RoundId, beacon: str, now: datetime) -> None:
    """Write the public value that was drawn, and when."""
    _save(connection, round_id, beacon=beacon, opened_at=now.timestamp())


def _save(connection: Connection, round_id: RoundId, **values: object) -> None:
    connection.execute(update(rounds).where(rounds.c.id == round_id).values(**values))


def _kept(row: Row[tuple[object, ...]]) -> KeptRound:
    return KeptRound(
        id=RoundId(row.id),
        document=row.document,
        document_hash=row.document_hash,
        seed_commitment=row.seed_commitment,
        pepper_commitment=row.pepper_commitment,
        nonces={name: bytes.fromhex(nonce) for name, nonce in json.loads(row.nonces).items()},
        phase=Phase(row.phase),
        beacon=row.beacon,
        first=row.first,
    )
