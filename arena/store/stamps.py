"""Time stamps that an outside authority gave for documents of a round."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from arena.contest.rules import RoundId
from arena.store.tables import stamps


def insert_stamp(
    connection: Connection, round_id: RoundId, document: str, token: bytes, moment: datetime
) -> None:
    """Write the stamp of a document that has none."""
    row = {"round": round_id, "document": document, "token": token, "stamped_at": moment.timestamp()}
    connection.execute(insert(stamps).values(**row))


def stamps_of(connection: Connection, round_id: RoundId) -> dict[str, bytes]:
    """Read the stamps of a round, by document."""
    query = select(stamps.c.document, stamps.c.token).where(stamps.c.round == round_id)
    rows = connection.execute(query.order_by(stamps.c.document))
    return {row.document: bytes(row.token) for row in rows}
