"""Transcripts: what citizens read of both sides, and when; for judging how blind a round is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, select

from arena.contest.battle import Seats, Side
from arena.contest.roster import ContestantId
from arena.contest.rules import WITH_PICTURES, RoundId
from arena.store.battles import ERASED
from arena.store.tables import battles, turns


@dataclass(frozen=True, slots=True)
class Transcript:
    """The answered turns of a battle: prompts, masked replies of each side, and seconds from asking to end.

    `seconds` are those of both sides together: they are let out in step, and the record holds no more.
    """

    seats: Seats
    prompts: tuple[str, ...]
    replies: dict[Side, tuple[str, ...]]
    seconds: tuple[float, ...]

    @property
    def is_erased(self) -> bool:
        """Tell whether its citizen has erased the texts."""
        return self.prompts[0] == ERASED


def transcripts(connection: Connection, round_id: RoundId) -> Iterator[Transcript]:
    """Read every battle of a round in which both sides have answered, in the order of battle ids.

    Battles about pictures are left out: that a contestant answers them tells what it is.
    """
    query = (
        select(battles.c.id, battles.c.side_a, battles.c.side_b, turns)
        .select_from(battles.join(turns, turns.c.battle == battles.c.id))
        .where(
            battles.c.round == round_id,
            turns.c.answered_at.is_not(None),
            battles.c.track.not_in(WITH_PICTURES),
        )
        .order_by(battles.c.id, turns.c.turn)
    )
    rows = connection.execute(query, execution_options={"yield_per": 1_000})
    for _, of_battle in groupby(rows, key=lambda row: row.id):
        told = list(of_battle)
        yield Transcript(
            seats={Side.A: ContestantId(told[0].side_a), Side.B: ContestantId(told[0].side_b)},
            prompts=tuple(row.prompt for row in told),
            replies={
                Side.A: tuple(row.reply_a for row in told),
                Side.B: tuple(row.reply_b for row in told),
            },
            seconds=tuple(row.answered_at - row.asked_at for row in told),
        )
