"""What the service answers: frozen values that hold nothing their reader may not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.contest.battle import Battle, BattleId, Side, Stage, Turn, VoidReason
from arena.contest.feedback import Feedback, Guess
from arena.contest.roster import ContestantId, Roster
from arena.contest.rules import Rules, Verdict
from arena.store.battles import RecordLine


@dataclass(frozen=True, slots=True)
class Named:
    """A contestant whose name the rules allow to be shown."""

    team: str
    name: str


@dataclass(frozen=True, slots=True)
class Entrant:
    """A contestant as everybody may know of it, whatever battle it sits in."""

    id: ContestantId
    team: str
    name: str
    reference: bool


@dataclass(frozen=True, slots=True)
class BattleView:
    """What a citizen may see of her battle; `teams` is None while it is blind, `guess` what she guesses."""

    battle: BattleId
    stage: Stage
    category: str
    turns: tuple[Turn, ...]
    max_turns: int
    verdict: Verdict | None
    void_reason: VoidReason | None
    feedback: Feedback | None
    guess: Guess | None
    teams: Mapping[Side, Named] | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a vote is on record: the index and leaf hash of its entry, and the citizen's count."""

    battle: BattleId
    verdict: Verdict
    index: int
    leaf: str
    votes: int
    votes_per_person: int
    teams: Mapping[Side, Named] | None


@dataclass(frozen=True, slots=True)
class Me:
    """A citizen's own record, newest battle first; `battle` is the one that can still go on.

    `may_withdraw` says whether she can still take her votes back.
    """

    consented: bool
    votes: int
    votes_per_person: int
    battle: BattleId | None
    record: tuple[RecordLine, ...]
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class RoundView:
    """What anyone may know of the round.

    `pictures` is how many a prompt may come with, `references` are the names of contestants that never score.
    """

    rules: Rules
    rules_hash: str
    demo: bool
    open_now: bool
    battles: int
    votes: int
    citizens: int
    consent: str
    pictures: int
    references: tuple[str, ...]


class Finding(StrEnum):
    """What a receipt that somebody brings is."""

    HOLDS = "holds"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    BROKEN = "broken"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a receipt proves: the verdict, where and when it was put on record, and who signed for it.

    CONTRADICTS is evidence against the operator: this log signed it, and its record is another.
    """

    finding: Finding
    verdict: Verdict | None = None
    index: int | None = None
    size: int | None = None
    code: str | None = None
    recorded: datetime | None = None
    cosigners: tuple[str, ...] = ()


def before_vote(battle: Battle, max_turns: int) -> BattleView:
    """Give what a citizen may see of her battle before her vote."""
    return BattleView(
        battle=battle.id,
        stage=battle.stage,
        category=battle.category,
        turns=battle.turns,
        max_turns=max_turns,
        verdict=battle.verdict,
        void_reason=battle.void_reason,
        feedback=None,
        guess=None,
        teams=None,
    )


def named(roster: Roster, battle: Battle) -> Mapping[Side, Named]:
    """Name the contestants of a battle."""
    seated = {side: roster[battle.seats[side]] for side in Side}
    return {side: Named(contestant.team, contestant.name) for side, contestant in seated.items()}


def nobody(votes_per_person: int) -> Me:
    """Give the record of whoever has not begun."""
    return Me(
        consented=False,
        votes=0,
        votes_per_person=votes_per_person,
        battle=None,
        record=(),
        may_withdraw=False,
    )
