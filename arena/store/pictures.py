"""Pictures of citizens: kept beside their prompts, and erased with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select

from arena.contest.battle import Battle, VoterId
from arena.contest.picture import Picture, PictureId
from arena.store.tables import pictures, turn_pictures

_ASKED = exists().where(turn_pictures.c.picture == pictures.c.id)
_TOLD = (pictures.c.id, pictures.c.digest, pictures.c.width, pictures.c.height)


def insert_picture(
    connection: Connection, voter: VoterId, picture: Picture, content: bytes, now: datetime
) -> None:
    """Write a picture that nothing was asked about yet."""
    connection.execute(
        insert(pictures).values(
            id=picture.id,
            voter=voter,
            content=content,
            digest=picture.digest,
            width=picture.width,
            height=picture.height,
            added_at=now.timestamp(),
        )
    )


def find(connection: Connection, voter: VoterId, wanted: Sequence[str]) -> dict[str, Picture]:
    """Read those of the wanted pictures that are hers, by id."""
    query = select(*_TOLD).where(pictures.c.voter == voter, pictures.c.id.in_(list(wanted)))
    return {row.id: _picture(row) for row in connection.execute(query)}


def content(connection: Connection, voter: VoterId, picture: str) -> bytes | None:
    """Read the bytes of a picture of hers, or None."""
    query = select(pictures.c.content).where(pictures.c.voter == voter, pictures.c.id == picture)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def attach(connection: Connection, battle: Battle) -> None:
    """Write which pictures the last prompt of a battle came with."""
    turn = len(battle.turns)
    rows = [
        {"battle": battle.id, "turn": turn, "place": place, "picture": picture.id}
        for place, picture in enumerate(battle.turns[-1].pictures)
    ]
    if rows:
        connection.execute(insert(turn_pictures), rows)


def of_battle(connection: Connection, battle_id: str) -> dict[int, tuple[Picture, ...]]:
    """Read the pictures of a battle by turn (from 1), in their order."""
    query = (
        select(turn_pictures.c.turn, *_TOLD)
        .select_from(turn_pictures.join(pictures, pictures.c.id == turn_pictures.c.picture))
        .where(turn_pictures.c.battle == battle_id)
        .order_by(turn_pictures.c.turn, turn_pictures.c.place)
    )
    found: dict[int, tuple[Picture, ...]] = {}
    for row in connection.execute(query):
        found[row.turn] = (*found.get(row.turn, ()), _picture(row))
    return found


def remove(connection: Connection, voter: VoterId, picture: str) -> None:
    """Delete a picture of hers, unless something was asked about it."""
    hers = pictures.c.voter == voter
    connection.execute(delete(pictures).where(hers, pictures.c.id == picture, ~_ASKED))


def tidy(connection: Connection, voter: VoterId, most: int, most_of_all: int, before: datetime) -> None:
    """Delete pictures that nothing was asked about.

    Those from `before` go, and of the others all but her newest `most` and the newest `most_of_all` of all.
    """
    connection.execute(delete(pictures).where(pictures.c.added_at < before.timestamp(), ~_ASKED))
    recent = pictures.c.added_at >= before.timestamp()
    loose = select(pictures.c.id).where(recent, ~_ASKED).order_by(pictures.c.added_at.desc(), pictures.c.id)
    hers = connection.execute(loose.where(pictures.c.voter == voter)).scalars().all()
    of_all = connection.execute(loose.offset(most_of_all)).scalars().all()
    connection.execute(delete(pictures).where(pictures.c.id.in_([*hers[most:], *of_all])))


def remove_loose(connection: Connection) -> None:
    """Delete every picture that nothing was asked about."""
    connection.execute(delete(pictures).where(~_ASKED))


def erase_pictures(connection: Connection, voter: VoterId) -> None:
    """Erase the pictures of a citizen; what the ledger's hashes were made of is gone with them."""
    hers = select(pictures.c.id).where(pictures.c.voter == voter)
    connection.execute(delete(turn_pictures).where(turn_pictures.c.picture.in_(hers)))
    connection.execute(delete(pictures).where(pictures.c.voter == voter))


def _picture(row: Any) -> Picture:  # the types of SQLAlchemy's rows count columns
    return Picture(PictureId(row.id), row.digest, row.width, row.height)
