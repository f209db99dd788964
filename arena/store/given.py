"""Given scores that an evaluator has handed in for a round, replaced as a whole."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from arena.contest.rules import RoundId
from arena.store.tables_operate import given_scores

Document = Mapping[str, Mapping[str, str]]


def put(connection: Connection, round_id: RoundId, document: Document) -> None:
    """Write given scores, in place of those before."""
    connection.execute(delete(given_scores).where(given_scores.c.round == round_id))
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    connection.execute(insert(given_scores).values(round=round_id, document=text))


def find(connection: Connection, round_id: RoundId) -> Document | None:
    """Read what was written last; None before."""
    text = connection.execute(
        select(given_scores.c.document).where(given_scores.c.round == round_id)
    ).scalar()
    document: Document | None = None if text is None else json.loads(text)
    return document
