"""Measures that are taken of a whole round now and then: what voters guessed, what was excluded."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select, union_all

from arena.contest.roster import ContestantId
from arena.contest.rules import WITH_PICTURES, RoundId
from arena.store.exclusions import WITHDRAWN
from arena.store.tables import battles, exclusions, guesses, votes, withdrawals


@dataclass(frozen=True, slots=True)
class GuessPattern:
    """How many `voters` were right, wrong and without an answer so often about a contestant."""

    contestant: ContestantId
    right: int
    wrong: int
    unknown: int
    voters: int


def guess_patterns(
    connection: Connection, round_id: RoundId, references: Sequence[ContestantId] = ()
) -> tuple[GuessPattern, ...]:
    """Count voters by what they guessed of each contestant, battles with a reference left out."""
    seats = union_all(
        _guessed(round_id, references, battles.c.side_a, guesses.c.side_a),
        _guessed(round_id, references, battles.c.side_b, guesses.c.side_b),
    ).subquery()
    sums = [func.sum(seats.c[name]).label(name) for name in ("hit", "missed", "unsaid")]
    hers = select(seats.c.seat, *sums).group_by(seats.c.voter, seats.c.seat).subquery()
    keys = (hers.c.seat, hers.c.hit, hers.c.missed, hers.c.unsaid)
    query = select(*keys, func.count()).group_by(*keys).order_by(*keys)
    return tuple(
        GuessPattern(ContestantId(seat), int(hit), int(missed), int(unsaid), voters)
        for seat, hit, missed, unsaid, voters in connection.execute(query)
    )


def _guessed(
    round_id: RoundId,
    references: Sequence[ContestantId],
    seat: ColumnElement[str],
    said: ColumnElement[str],
) -> Select[tuple[str, str, int, int, int]]:
    joined = guesses.join(votes, votes.c.battle == guesses.c.battle).join(
        battles, battles.c.id == guesses.c.battle
    )
    asked = (
        votes.c.round == round_id,
        ~WITHDRAWN,
        battles.c.track.not_in(WITH_PICTURES),
        battles.c.side_a.not_in(references),
        battles.c.side_b.not_in(references),
    )
    return (
        select(
            votes.c.voter.label("voter"),
            seat.label("seat"),
            _one_if(said == seat).label("hit"),
            _one_if(and_(said != seat, said != "")).label("missed"),
            _one_if(said == "").label("unsaid"),
        )
        .select_from(joined)
        .where(*asked)
    )


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def excluded_by_rule(connection: Connection, round_id: RoundId) -> dict[str, int]:
    """Count the excluded votes of a round by the rule that took them out."""
    query = (
        select(exclusions.c.rule, func.count())
        .where(exists().where(votes.c.sequence == exclusions.c.vote, votes.c.round == round_id))
        .group_by(exclusions.c.rule)
    )
    return {row.rule: row[1] for row in connection.execute(query)}


def withdrawn(connection: Connection, round_id: RoundId) -> int:
    """Count the votes of a round that were withdrawn, from the few that were."""
    in_round = exists().where(votes.c.battle == withdrawals.c.battle, votes.c.round == round_id)
    query = select(func.count()).select_from(withdrawals).where(in_round)
    return int(connection.execute(query).scalar_one())
