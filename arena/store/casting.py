"""Casting votes: all that votes are judged by, read at once, and all that they change, written at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from arena.contest.battle import Battle, Stage
from arena.contest.lifecycle import Phase
from arena.ledger.entries import Entry
from arena.store.battles import battle_of
from arena.store.rounds import TAKEN
from arena.store.tables import battles, ledger, rounds, votes


@dataclass(frozen=True, slots=True)
class Standing:
    """A battle as a vote finds it, without its turns, which a vote does not touch.

    `votes` counts those of its citizen in the round. `place` is the sequence and leaf hash of its own vote's
    entry. `taken` tells whether its round takes votes: it is open, and no other was begun since.
    """

    battle: Battle
    votes: int
    phase: Phase
    taken: bool
    place: tuple[int, str] | None


_others = votes.alias()
_CAST = (
    select(func.count())
    .where(_others.c.round == battles.c.round, _others.c.voter == battles.c.voter)
    .scalar_subquery()
)
_STANDINGS = (
    select(
        battles,
        rounds.c.phase,
        TAKEN.label("taken"),
        votes.c.verdict,
        votes.c.sequence,
        ledger.c.leaf,
        _CAST.label("cast"),
    )
    .select_from(
        battles.join(rounds, rounds.c.id == battles.c.round)
        .outerjoin(votes, votes.c.battle == battles.c.id)
        .outerjoin(ledger, ledger.c.sequence == votes.c.sequence)
    )
    .where(battles.c.id.in_(bindparam("of_battles", expanding=True)))
)
_INSERT = insert(votes)
_VOTED = update(battles).where(battles.c.id.in_(bindparam("of_battles", expanding=True)))


def standings(connection: Connection, wanted: Iterable[str]) -> Mapping[str, Standing]:
    """Read those of the wanted battles that there are."""
    rows = connection.execute(_STANDINGS, {"of_battles": sorted(set(wanted))})
    return {
        row.id: Standing(
            battle=battle_of(row, ()),
            votes=row.cast,
            phase=Phase(row.phase),
            taken=bool(row.taken),
            place=None if row.sequence is None else (row.sequence, row.leaf),
        )
        for row in rows
    }


def insert_votes(connection: Connection, cast: Sequence[tuple[Battle, int, Entry]], now: datetime) -> None:
    """Write votes: the voted battle, the ordinal among its citizen's, and the entry, whose time they have."""
    rows = [
        {
            "battle": battle.id,
            "round": battle.round_id,
            "voter": battle.voter,
            "nth": nth,
            "verdict": battle.verdict,
            "sequence": entry.sequence,
            "cast_at": float(entry.bucket),
        }
        for battle, nth, entry in cast
    ]
    connection.execute(_INSERT, rows)
    changed = {"stage": Stage.VOTED.value, "changed_at": now.timestamp()}
    connection.execute(_VOTED, {"of_battles": [battle.id for battle, _, _ in cast], **changed})
