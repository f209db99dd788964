"""What does not count: votes that were withdrawn or excluded, contestants that were removed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, exists, func, insert, literal, or_, select

from arena.contest.battle import BattleId, VoterId
from arena.contest.contest import Scope
from arena.contest.exclusion import Cast, Rule
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId, Verdict
from arena.store.tables import battles, exclusions, removals, results, votes, withdrawals

# Aliases: a query that reads these tables itself must not lend them to the conditions.
_withdrawn, _excluded, _removed = withdrawals.alias(), exclusions.alias(), removals.alias()

WITHDRAWN = exists().where(_withdrawn.c.battle == votes.c.battle)
"""Of a vote: its citizen has taken it back."""

EXCLUDED = exists().where(_excluded.c.vote == votes.c.sequence)
"""Of a vote: an entry of the ledger takes it out of the score."""

REMOVED = exists().where(
    _removed.c.round == votes.c.round,
    or_(_removed.c.contestant == battles.c.side_a, _removed.c.contestant == battles.c.side_b),
)
"""Of a vote beside its battle: one of the two contestants was removed from the round."""


def within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Give when a battle is meant by a scope."""
    return (
        battles.c.track.in_([track.value for track in scope.tracks]),
        battles.c.side_a != battles.c.side_b,
        battles.c.side_a.not_in(scope.references),
        battles.c.side_b.not_in(scope.references),
    )


def cast(connection: Connection, round_id: RoundId, scope: Scope) -> tuple[Cast, ...]:
    """Read the cast votes of a round on battles of `scope`, in the order of the ledger."""
    query = (
        select(votes.c.sequence, votes.c.voter, votes.c.verdict, votes.c.cast_at)
        .select_from(votes.join(battles, battles.c.id == votes.c.battle))
        .where(votes.c.round == round_id, *within(scope), ~WITHDRAWN)
        .order_by(votes.c.sequence)
    )
    return tuple(
        Cast(row.sequence, VoterId(row.voter), Verdict(row.verdict), int(row.cast_at))
        for row in connection.execute(query)
    )


def cast_by(connection: Connection, round_id: RoundId, voter: VoterId) -> list[tuple[BattleId, int]]:
    """Read battle and sequence of the cast votes of a citizen, in the order of the ledger."""
    hers = _of(round_id).where(votes.c.voter == voter, ~WITHDRAWN).order_by(votes.c.sequence)
    return [(BattleId(row.battle), row.sequence) for row in connection.execute(hers)]


def counting(
    connection: Connection, round_id: RoundId, scope: Scope, sequences: Sequence[int]
) -> frozenset[int]:
    """Give those of the sequences that are votes within a scope, neither withdrawn nor excluded."""
    query = (
        select(votes.c.sequence)
        .select_from(votes.join(battles, battles.c.id == votes.c.battle))
        .where(votes.c.round == round_id, *within(scope))
        .where(votes.c.sequence.in_(sequences), ~WITHDRAWN, ~EXCLUDED)
    )
    return frozenset(connection.execute(query).scalars())


def excluded(connection: Connection, round_id: RoundId) -> frozenset[int]:
    """Give the sequences of a round's excluded votes."""
    return frozenset(row.sequence for row in connection.execute(_of(round_id).where(EXCLUDED)))


def count(connection: Connection, round_id: RoundId) -> int:
    """Count a round's excluded votes; they are few, so each is looked up."""
    query = select(func.count()).select_from(exclusions).where(_excludes(round_id))
    return int(connection.execute(query).scalar_one())


def removed(connection: Connection, round_id: RoundId) -> tuple[ContestantId, ...]:
    """Give the contestants that were removed from a round, ascending."""
    query = select(removals.c.contestant).where(removals.c.round == round_id)
    return tuple(sorted(ContestantId(row.contestant) for row in connection.execute(query)))


def has_begun(connection: Connection, round_id: RoundId) -> bool:
    """Tell whether the scoring of a round has begun: something was excluded, removed or committed."""
    begun = (
        select(exclusions.c.vote).where(_excludes(round_id)),
        select(removals.c.contestant).where(removals.c.round == round_id),
        select(results.c.number).where(results.c.round == round_id),
    )
    return any(connection.execute(query.limit(1)).first() for query in begun)


def insert_exclusions(connection: Connection, sequences: Sequence[int], rule: Rule, entry: int) -> None:
    """Write that an entry takes votes out of the score."""
    rows = [{"vote": sequence, "rule": rule.value, "entry": entry} for sequence in sequences]
    connection.execute(insert(exclusions), rows)


def insert_withdrawal(connection: Connection, battle: BattleId, entry: int) -> None:
    """Write that the vote of a battle was withdrawn."""
    connection.execute(insert(withdrawals).values(battle=battle, entry=entry))


def insert_removal(
    connection: Connection, round_id: RoundId, contestant: ContestantId, reason: str, entry: int
) -> None:
    """Write that a contestant was removed from a round."""
    row = {"round": round_id, "contestant": contestant, "reason": reason, "entry": entry}
    connection.execute(insert(removals).values(**row))


def _of(round_id: RoundId) -> Select[tuple[str, int]]:
    return select(votes.c.battle, votes.c.sequence).where(votes.c.round == round_id)


def _excludes(round_id: RoundId) -> ColumnElement[bool]:
    """Tell of an exclusion that its vote is of a round; no index on rounds is to be taken."""
    return exists().where(votes.c.sequence == exclusions.c.vote, votes.c.round + literal("") == round_id)
