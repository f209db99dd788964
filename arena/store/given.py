"""Given scores that an evaluator has handed in for a round, replaced as a whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from arena.contest.rules import RoundId
from arena.store.tables_operate import given_scores

Document = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class KeptScores:
    """Given scores as they are kept, with the salt of what stands for them on the ledger."""

    document: Document
    salt: bytes


def put(connection: Connection, round_id: RoundId, kept: KeptScores) -> None:
    """Write given scores, in place of those before."""
    connection.execute(delete(given_scores).where(given_scores.c.round == round_id))
    told = {"salt": kept.salt.hex(), "scores": kept.document}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    connection.execute(insert(given_scores).values(round=round_id, document=text))


def find(connection: Connection, round_id: RoundId) -> KeptScores | None:
    """Read what was written last; None before."""
    text = connection.execute(
        select(given_scores.c.document).where(given_scores.c.round == round_id)
    ).scalar()
    if text is None:
        return None
    told = json.loads(text)
    return KeptScores(told["scores"], bytes.fromhex(told["salt"]))
