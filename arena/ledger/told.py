"""What the opened entries of a round tell, and in which order they may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self

from arena.contest.contest import Scope
from arena.contest.exclusion import Rule
from arena.ledger.battles import Battles, Fought
from arena.ledger.entries import EntryType


class Chapter(StrEnum):
    """How far a round has been told."""

    OPENED = "opened"
    RULED = "ruled"
    ENTERED = "entered"
    SEALED = "sealed"
    DRAWN = "drawn"
    CLOSED = "closed"
    REVEALED = "revealed"
    EXCLUDED = "excluded"
    COMMITTED = "committed"
    SHOWN = "shown"
    FORGOTTEN = "forgotten"


CHAPTERS: dict[tuple[Chapter, str], Chapter] = {
    (Chapter.OPENED, EntryType.RULES_FROZEN): Chapter.RULED,
    (Chapter.RULED, EntryType.ROSTER_FROZEN): Chapter.ENTERED,
    (Chapter.ENTERED, EntryType.SEED_COMMITTED): Chapter.SEALED,
    (Chapter.SEALED, EntryType.BEACON_DRAWN): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.BATTLE_OPENED): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.REPLIES_COMMITTED): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.BATTLE_VOIDED): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.VOTE_CAST): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.VOTE_WITHDRAWN): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.CANARIES_KEPT): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.CANARY_ALARMED): Chapter.DRAWN,
    (Chapter.DRAWN, EntryType.ROUND_CLOSED): Chapter.CLOSED,
    (Chapter.CLOSED, EntryType.SEED_REVEALED): Chapter.REVEALED,
    (Chapter.REVEALED, EntryType.VOTE_WITHDRAWN): Chapter.REVEALED,
    (Chapter.REVEALED, EntryType.EXCLUDED): Chapter.EXCLUDED,
    (Chapter.REVEALED, EntryType.RESULT_COMMITTED): Chapter.COMMITTED,
    (Chapter.EXCLUDED, EntryType.EXCLUDED): Chapter.EXCLUDED,
    (Chapter.EXCLUDED, EntryType.RESULT_COMMITTED): Chapter.COMMITTED,
    (Chapter.COMMITTED, EntryType.RESULT_OPENED): Chapter.SHOWN,
    (Chapter.COMMITTED, EntryType.EXCLUDED): Chapter.EXCLUDED,
    (Chapter.COMMITTED, EntryType.RESULT_COMMITTED): Chapter.COMMITTED,
    (Chapter.SHOWN, EntryType.EXCLUDED): Chapter.EXCLUDED,
    (Chapter.SHOWN, EntryType.RESULT_COMMITTED): Chapter.COMMITTED,
    (Chapter.REVEALED, EntryType.PEPPER_DESTROYED): Chapter.FORGOTTEN,
    (Chapter.EXCLUDED, EntryType.PEPPER_DESTROYED): Chapter.FORGOTTEN,
    (Chapter.COMMITTED, EntryType.PEPPER_DESTROYED): Chapter.FORGOTTEN,
    (Chapter.SHOWN, EntryType.PEPPER_DESTROYED): Chapter.FORGOTTEN,
    **{(chapter, EntryType.AUDITED): chapter for chapter in Chapter},
}
"""What may follow what in a round.

KeyRotated and Audited may stand anywhere, PepperDestroyed in a later round too.
"""


class At(NamedTuple):
    """An opened entry: its place in the ledger, its time, its kind, and the line of its opening."""

    seq: int
    time: int
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A committed result and what stood when it was: votes excluded by rule, contestants removed."""

    number: int
    commitment: str
    excluded: Mapping[int, str]
    removed: tuple[str, ...]


class Alarmed(NamedTuple):
    """Which look at which endpoint raised an alarm; `kept` is the hash of the replies it compared with."""

    contestant: str
    endpoint: int
    kept: str
    look: int

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """Read it from the payload of a CanaryAlarmed."""
        return cls._make(payload[name] for name in cls._fields)


@dataclass(slots=True)
class Told:
    """What a round's openings say; `salts` are those of the results that were opened, by number."""

    battles: Battles = field(default_factory=Battles)
    alarms: set[Alarmed] = field(default_factory=set)
    excluded: dict[int, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    salts: dict[int, bytes] = field(default_factory=dict)
    secret: str = ""
    nonces: Mapping[str, str] = field(default_factory=dict)
    beacon: str = ""


def is_standing(scoring: Scope, battle: Fought) -> bool:
    """Tell whether a battle has a vote that scores: of a track that does, not withdrawn, of no control."""
    scores = scoring.holds(battle.track, battle.a, battle.b)
    return battle.vote >= 0 and not battle.is_withdrawn and scores


IN_ORDER = tuple(Rule)


def first_rule(named: str | None, *, is_of_removed: bool) -> Rule | None:
    """Give the rule under which a cast vote is left out, None where it counts.

    `named` is the rule of the Excluded entry that refers to it; where it is on a contestant that was
    removed too, the first of both in the order of `Rule` says so.
    """
    rules = [] if named is None else [Rule(named)]
    if is_of_removed:
        rules.append(Rule.CONTESTANT_REMOVED)
    return min(rules, key=IN_ORDER.index, default=None)
