"""All that a citizen is judged by who asks for a battle, read at once."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from arena.contest.battle import LIVE, BattleId, VoidReason, VoterId
from arena.contest.rules import RoundId, Track
from arena.store.record import Tail, tail_of
from arena.store.rounds import TAKEN
from arena.store.tables import battles, consents, ledger, rounds, votes


@dataclass(frozen=True, slots=True)
class Asker:
    """A citizen in a round.

    `consented` is to the version asked about; `taken` tells whether the round takes battles: it is open, and
    no other was begun since. `votes` are those she has cast, `given_up` the battles that she has left or
    skipped, `running` the one that can still go on. `drawn` is the last number of the track, of whoever's
    battle, and `tail` where the ledger ends: under the writer lock they stay.
    """

    consented: bool
    taken: bool
    votes: int
    given_up: int
    running: BattleId | None
    drawn: int
    tail: Tail


_ENDING = select(ledger).order_by(ledger.c.sequence.desc()).limit(1).subquery()
_HERS = and_(battles.c.voter == bindparam("of_voter"), battles.c.round == bindparam("of_round"))
_LEFT = [VoidReason.SKIPPED.value, VoidReason.CITIZEN_LEFT.value]
_ASKER = select(
    exists()
    .where(consents.c.voter == bindparam("of_voter"), consents.c.version == bindparam("of_version"))
    .label("consented"),
    exists().where(rounds.c.id == bindparam("of_round"), TAKEN).label("taken"),
    select(func.count())
    .where(votes.c.round == bindparam("of_round"), votes.c.voter == bindparam("of_voter"))
    .scalar_subquery()
    .label("votes"),
    select(func.count()).where(_HERS, battles.c.void_reason.in_(_LEFT)).scalar_subquery().label("given_up"),
    select(battles.c.id)
    .where(battles.c.voter == bindparam("of_voter"), battles.c.stage.in_([stage.value for stage in LIVE]))
    .scalar_subquery()
    .label("running"),
    select(func.max(battles.c.number))
    .where(battles.c.round == bindparam("of_round"), battles.c.track == bindparam("of_track"))
    .scalar_subquery()
    .label("drawn"),
    select(_ENDING.c.sequence).scalar_subquery().label("sequence"),
    select(_ENDING.c.entry).scalar_subquery().label("entry"),
)


def asker(connection: Connection, round_id: RoundId, voter: VoterId, version: str, track: Track) -> Asker:
    """Read how a citizen stands in a round, and where its track and the ledger end."""
    wanted = {"of_round": round_id, "of_voter": voter, "of_version": version, "of_track": track.value}
    row = connection.execute(_ASKER, wanted).one()
    return Asker(
        consented=row.consented,
        taken=row.taken,
        votes=row.votes,
        given_up=row.given_up,
        running=row.running,
        drawn=row.drawn or 0,
        tail=tail_of(row),
    )
