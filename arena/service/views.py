"""What the service answers: frozen values that hold nothing their reader may not know."""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.contest.battle import BattleId, Side, Stage, Turn, VoidReason
from arena.contest.feedback import Feedback
from arena.contest.rules import Rules, Verdict
from arena.store.battles import RecordLine


@dataclass(frozen=True, slots=True)
class Named:
    """A contestant whose name the rules allow to be shown."""

    team: str
    name: str


@dataclass(frozen=True, slots=True)
class BattleView:
    """What a citizen may see of her battle; `teams` is None while it is blind."""

    battle: BattleId
    stage: Stage
    category: str
    turns: tuple[Turn, ...]
    max_turns: int
    verdict: Verdict | None
    void_reason: VoidReason | None
    feedback: Feedback | None
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
    """A citizen's own record, newest battle first; `battle` is the one that can still go on."""

    consented: bool
    votes: int
    votes_per_person: int
    battle: BattleId | None
    record: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class RoundView:
    """What anyone may know of the round."""

    rules: Rules
    rules_hash: str
    demo: bool
    open_now: bool
    battles: int
    votes: int
    citizens: int
    consent: str
