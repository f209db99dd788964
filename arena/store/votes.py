"""Votes and what citizens say beside them; counts for the statistics."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    distinct,
    func,
    insert,
    or_,
    select,
    update,
)

from arena.contest.battle import Battle, Side, VoterId
from arena.contest.contest import Scope
from arena.contest.exclusion import Rule
from arena.contest.feedback import Feedback, Harm, Reason
from arena.contest.outcomes import Ballot, Cell
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId, Verdict
from arena.ledger.told import first_rule
from arena.store.exclusions import EXCLUDED, REMOVED, WITHDRAWN, removed, within
from arena.store.tables import battles, consents, exclusions, feedback, reports, turns, votes

PAGE = 5_000

_CONSENT = select(consents.c.voter).where(
    consents.c.voter == bindparam("of_voter"), consents.c.version == bindparam("of_version")
)
_CAST = select(func.count()).where(
    votes.c.round == bindparam("of_round"), votes.c.voter == bindparam("of_voter")
)


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote on record: its place in the ledger, and its ordinal among the voter's."""

    verdict: Verdict
    sequence: int
    nth: int


class Which(Enum):
    """Which votes are meant: all that were not withdrawn, or of these all that count in the score."""

    CAST = auto()
    COUNTING = auto()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a round holds so far."""

    battles: int
    votes: int
    citizens: int


def consent(connection: Connection, voter: VoterId, version: str, now: datetime) -> None:
    """Write that a citizen has consented to a version of the notice; twice is once."""
    if not has_consented(connection, voter, version):
        row = {"voter": voter, "version": version, "given_at": now.timestamp()}
        connection.execute(insert(consents).values(**row))


def has_consented(connection: Connection, voter: VoterId, version: str) -> bool:
    """Tell whether a citizen has consented to a version of the notice."""
    return connection.execute(_CONSENT, {"of_voter": voter, "of_version": version}).first() is not None


def withdraw_consent(connection: Connection, voter: VoterId) -> None:
    """Forget every consent of a citizen."""
    connection.execute(delete(consents).where(consents.c.voter == voter))


def votes_of(connection: Connection, round_id: RoundId, voter: VoterId) -> int:
    """Count the votes of a citizen in a round."""
    return int(connection.execute(_CAST, {"of_round": round_id, "of_voter": voter}).scalar_one())


def find(connection: Connection, battle: Battle) -> Vote:
    """Read the vote of a battle that has one."""
    row = connection.execute(select(votes).where(votes.c.battle == battle.id)).one()
    return Vote(Verdict(row.verdict), row.sequence, row.nth)


def save_feedback(connection: Connection, battle: Battle, said: Feedback, now: datetime) -> None:
    """Write what a citizen says beside her vote; the last word counts."""
    values = {
        "reasons_a": json.dumps(said.reasons[Side.A]),
        "reasons_b": json.dumps(said.reasons[Side.B]),
        "comment": said.comment,
        "changed_at": now.timestamp(),
    }
    changed = connection.execute(update(feedback).where(feedback.c.battle == battle.id).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(feedback).values(battle=battle.id, **values))


def feedback_of(connection: Connection, battle: Battle) -> Feedback | None:
    """Read what a citizen said beside her vote."""
    row = connection.execute(select(feedback).where(feedback.c.battle == battle.id)).one_or_none()
    if row is None:
        return None
    said = {Side.A: row.reasons_a, Side.B: row.reasons_b}
    reasons = {side: tuple(Reason(tag) for tag in json.loads(text)) for side, text in said.items()}
    return Feedback(reasons, row.comment)


def report(
    connection: Connection, battle: Battle, turn: int, side: Side, harm: Harm, comment: str, now: datetime
) -> None:
    """Write a report of the reply of a turn; the same report again brings its comment up to date."""
    key = {"battle": battle.id, "turn": turn, "side": side.value, "harm": harm.value}
    known = [reports.c[name] == value for name, value in key.items()]
    changed = connection.execute(update(reports).where(*known).values(comment=comment))
    if changed.rowcount == 0:
        connection.execute(insert(reports).values(**key, comment=comment, reported_at=now.timestamp()))


def erase_comments(connection: Connection, voter: VoterId) -> None:
    """Erase the comments of a citizen; reasons and verdicts stay, as they hold nothing of hers."""
    hers = select(battles.c.id).where(battles.c.voter == voter)
    connection.execute(update(feedback).where(feedback.c.battle.in_(hers)).values(comment=""))
    connection.execute(update(reports).where(reports.c.battle.in_(hers)).values(comment=""))


def count(connection: Connection, round_id: RoundId) -> int:
    """Count the votes of a round, those withdrawn too."""
    query = select(func.count()).select_from(votes).where(votes.c.round == round_id)
    return int(connection.execute(query).scalar_one())


def counts(connection: Connection, round_id: RoundId) -> Counts:
    """Count battles, votes and voters of a round."""
    begun = select(func.count()).select_from(battles).where(battles.c.round == round_id)
    cast = select(func.count(), func.count(distinct(votes.c.voter))).where(votes.c.round == round_id)
    number, voters = connection.execute(cast).one()
    return Counts(int(connection.execute(begun).scalar_one()), number, voters)


def cells(
    connection: Connection, round_id: RoundId, scope: Scope, which: Which = Which.COUNTING
) -> tuple[Cell, ...]:
    """Count the verdicts by voter and ordered pair, in the database."""
    return _counted(connection, *_meant(round_id, scope, which))


def control_cells(
    connection: Connection, round_id: RoundId, references: Sequence[ContestantId] = ()
) -> tuple[Cell, ...]:
    """Count the verdicts on controls by voter and ordered pair, those withdrawn left out."""
    is_control = or_(
        battles.c.side_a == battles.c.side_b,
        battles.c.side_a.in_(references),
        battles.c.side_b.in_(references),
    )
    return _counted(connection, votes.c.round == round_id, is_control, ~WITHDRAWN)


def _counted(connection: Connection, *meant: ColumnElement[bool]) -> tuple[Cell, ...]:
    keys = (votes.c.voter, battles.c.side_a, battles.c.side_b, votes.c.verdict)
    query = (
        select(*keys, func.count())
        .select_from(votes.join(battles, battles.c.id == votes.c.battle))
        .where(*meant)
        .group_by(*keys)
        .order_by(*keys)
    )
    return tuple(Cell(v, a, b, Verdict(said), n) for v, a, b, said, n in connection.execute(query))


def ballots(
    connection: Connection, round_id: RoundId, scope: Scope, which: Which = Which.COUNTING
) -> Iterator[Ballot]:
    """Read every vote that is meant within a scope, in the order of battle ids (which are random)."""
    for row in _rows(connection, _meant(round_id, scope, which)):
        yield _ballot(row)


def excluded_ballots(
    connection: Connection, round_id: RoundId, scope: Scope
) -> Iterator[tuple[Ballot, Rule]]:
    """Read every cast vote that does not count, with the first rule that takes it out; order as above."""
    out = removed(connection, round_id)
    cast = _meant(round_id, scope, Which.CAST)
    for row in _rows(connection, [*cast, or_(EXCLUDED, REMOVED)]):
        of_removed = row.side_a in out or row.side_b in out
        rule = first_rule(row.rule, is_of_removed=of_removed)
        if rule is not None:
            yield _ballot(row), rule


def _meant(round_id: RoundId, scope: Scope, which: Which) -> list[ColumnElement[bool]]:
    """Give the conditions on votes beside their battles."""
    cast = [
        votes.c.round == round_id,
        *within(scope),
        ~WITHDRAWN,
    ]
    return cast if which is Which.CAST else [*cast, ~EXCLUDED, ~REMOVED]


def _rows(connection: Connection, conditions: list[ColumnElement[bool]]) -> Iterator[Row[tuple[object, ...]]]:
    asked = select(func.count()).where(turns.c.battle == votes.c.battle, turns.c.answered_at.is_not(None))
    joined = votes.join(battles, battles.c.id == votes.c.battle)
    query = (
        select(
            votes.c.verdict,
            votes.c.cast_at,
            battles,
            exclusions.c.rule,
            asked.scalar_subquery().label("answered"),
        )
        .select_from(joined.outerjoin(exclusions, exclusions.c.vote == votes.c.sequence))
        .where(*conditions)
        .order_by(votes.c.battle)
        .limit(PAGE)
    )
    after = ""
    while True:
        page = connection.execute(query.where(votes.c.battle > after)).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def _ballot(row: Row[tuple[object, ...]]) -> Ballot:
    return Ballot(
        side_a=row.side_a,
        side_b=row.side_b,
        verdict=Verdict(row.verdict),
        voter=row.voter,
        turns=row.answered,
        category=row.category,
        language=row.language,
        track=row.track,
        cast_at=row.cast_at,
    )


def recorded(connection: Connection, round_id: RoundId) -> dict[str, tuple[Verdict, int]]:
    """Read the verdict and ledger sequence of every voted battle of a round."""
    query = select(votes.c.battle, votes.c.verdict, votes.c.sequence).where(votes.c.round == round_id)
    return {battle: (Verdict(said), sequence) for battle, said, sequence in connection.execute(query)}
