"""Guesses: which contestant a citizen takes each side for, kept beside her vote and erasable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from arena.contest.battle import Battle, Seats, Side, VoterId
from arena.contest.feedback import Guess
from arena.contest.roster import ContestantId
from arena.contest.rules import WITH_PICTURES, RoundId
from arena.store.exclusions import WITHDRAWN
from arena.store.tables import battles, guesses, votes


@dataclass(frozen=True, slots=True)
class Guessed:
    """What a voter said of both sides, and who sat there."""

    voter: VoterId
    seats: Seats
    guess: Guess


def save_guess(connection: Connection, battle: Battle, guess: Guess, now: datetime) -> None:
    """Write whom a citizen takes the sides for; the last word counts."""
    values = {"side_a": guess[Side.A], "side_b": guess[Side.B], "changed_at": now.timestamp()}
    changed = connection.execute(update(guesses).where(guesses.c.battle == battle.id).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(guesses).values(battle=battle.id, **values))


def guess_of(connection: Connection, battle: Battle) -> Guess | None:
    """Read whom a citizen takes the sides for; None where she was not asked or did not say."""
    row = connection.execute(select(guesses).where(guesses.c.battle == battle.id)).one_or_none()
    return None if row is None else {Side.A: row.side_a, Side.B: row.side_b}


def erase_guesses(connection: Connection, voter: VoterId) -> None:
    """Erase the guesses of a citizen."""
    hers = select(battles.c.id).where(battles.c.voter == voter)
    connection.execute(delete(guesses).where(guesses.c.battle.in_(hers)))


def all_guesses(connection: Connection, round_id: RoundId) -> Iterator[Guessed]:
    """Read every guess beside a vote of a round that is not withdrawn, in the order of battle ids.

    Battles about pictures are left out: there fewer contestants can sit, and chance is another.
    """
    query = (
        select(votes.c.voter, battles.c.side_a, battles.c.side_b, guesses.c.side_a, guesses.c.side_b)
        .select_from(
            guesses.join(votes, votes.c.battle == guesses.c.battle).join(
                battles, battles.c.id == guesses.c.battle
            )
        )
        .where(votes.c.round == round_id, ~WITHDRAWN, battles.c.track.not_in(WITH_PICTURES))
        .order_by(guesses.c.battle)
    )
    for voter, seat_a, seat_b, said_a, said_b in connection.execute(query):
        yield Guessed(
            VoterId(voter),
            {Side.A: ContestantId(seat_a), Side.B: ContestantId(seat_b)},
            {Side.A: said_a, Side.B: said_b},
        )
