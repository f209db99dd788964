"""Who may ask now, and the withdrawing of all votes of a citizen."""

from datetime import datetime

from arena.contest.battle import Battle, VoterId
from arena.contest.battle import battle_id as known
from arena.contest.lifecycle import Phase
from arena.contest.rules import Rules, Track
from arena.errors import (
    BattleRunning,
    CapReached,
    GivenUpTooOften,
    NotACitizen,
    NotAtThisStage,
    NotFound,
    RoundNotOpen,
)
from arena.ledger import payloads
from arena.ledger.entries import EntryType
from arena.service.pen import Pen
from arena.store import asking, battles, exclusions, record, rounds
from arena.store.asking import Asker
from arena.store.session import Transaction

CONSENT = "2026-11-2"
"""The version of the notice that citizens consent to."""


def check_open(connection: Transaction, rules: Rules, now: datetime) -> None:
    """Check that the round takes battles and votes, by the time that their entries would show.

    Raises:
        RoundNotOpen: before the opening, after the closing time, or once the operator has closed it.
    """
    moment = record.tail(connection).moment(now)
    if not rules.open_at(moment) or not rounds.is_open(connection, rules.round_id):
        raise _not_open(rules)


def _not_open(rules: Rules) -> RoundNotOpen:
    return RoundNotOpen(f"open from {rules.opens} to {rules.closes}")


def may_ask(
    connection: Transaction, rules: Rules, voter: VoterId, now: datetime, track: Track = Track.OPEN
) -> Asker:
    """Give how a citizen stands who may open a battle of a track.

    Raises:
        Refused: as `Citizens.open_battle`.
    """
    found = asking.asker(connection, rules.round_id, voter, CONSENT, track)
    if not found.consented:
        raise NotACitizen("no consent to the current notice")
    if not (found.taken and rules.open_at(found.tail.moment(now))):
        raise _not_open(rules)
    if found.votes >= rules.votes_per_person:
        raise CapReached
    if found.given_up > rules.given_up_per_person:
        raise GivenUpTooOften
    if found.running:
        raise BattleRunning(found.running)
    return found


def may_withdraw(connection: Transaction, rules: Rules) -> bool:
    """Tell whether votes can still be taken back: not once the scoring of the round has begun."""
    newest = rounds.newest(connection)
    if newest is None or newest.id != rules.round_id or newest.phase not in {Phase.OPEN, Phase.CLOSED}:
        return False
    return not exclusions.has_begun(connection, rules.round_id)


def withdraw(pen: Pen, rules: Rules, voter: VoterId) -> None:
    """Take back every vote of a citizen; each keeps its place among those that she may cast.

    Raises:
        NotAtThisStage: the scoring of the round has begun.
    """
    if not may_withdraw(pen.connection, rules):
        raise NotAtThisStage("the scoring has begun; votes can no longer be withdrawn")
    for battle_id, sequence in exclusions.cast_by(pen.connection, rules.round_id, voter):
        battle = existing(pen.connection, battle_id)
        withdrawn = pen.append(EntryType.VOTE_WITHDRAWN, payloads.vote_withdrawn(battle, sequence))
        exclusions.insert_withdrawal(pen.connection, battle_id, withdrawn.sequence)


def existing(connection: Transaction, battle_id: str) -> Battle:
    """Read a battle.

    Raises:
        NotFound: there is none of this id.
    """
    battle = battles.find(connection, known(battle_id))
    if battle is None:
        raise NotFound(battle_id)
    return battle
