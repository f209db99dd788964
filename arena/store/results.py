"""Results: each document that was committed, with the salt that opens its commitment."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from arena.contest.rules import RoundId
from arena.store.tables import results


@dataclass(frozen=True, slots=True)
class Result:
    """A committed result: `number` from 1, the bytes of `result.json`, and the entry that commits to it."""

    number: int
    commitment: str
    salt: bytes
    document: bytes
    entry: int


def all_of(connection: Connection, round_id: RoundId) -> tuple[Result, ...]:
    """Read the results of a round, in the order of their numbers."""
    query = select(results).where(results.c.round == round_id).order_by(results.c.number)
    return tuple(
        Result(row.number, row.commitment, bytes(row.salt), bytes(row.document), row.entry)
        for row in connection.execute(query)
    )


def insert_result(connection: Connection, round_id: RoundId, result: Result) -> None:
    """Write a committed result."""
    connection.execute(
        insert(results).values(
            round=round_id,
            number=result.number,
            commitment=result.commitment,
            salt=result.salt,
            document=result.document,
            entry=result.entry,
        )
    )
