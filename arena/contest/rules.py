"""The rules of a round: all that could change a result, frozen before it opens."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

RoundId = NewType("RoundId", str)


class Reveal(StrEnum):
    """When the teams of a battle are named to its citizen."""

    NEVER = "never"
    AFTER_ROUND = "after_round"
    AFTER_VOTE = "after_vote"


class Seal(StrEnum):
    """Whether standings may be read while the round is open."""

    SEALED = "sealed"
    LIVE = "live"


class Speed(StrEnum):
    """Whether citizens see how fast each contestant is."""

    HIDDEN = "hidden"
    VISIBLE = "visible"


class Track(StrEnum):
    """The electorate a vote belongs to, and what it was asked: `open_pictures` are questions with pictures.

    Each track has battle numbers and pairs of its own.
    """

    OPEN = "open"
    CITIZEN_PANEL = "citizen_panel"
    EXPERT_PANEL = "expert_panel"
    OPEN_PICTURES = "open_pictures"


WITH_PICTURES = frozenset({Track.OPEN_PICTURES})
"""Tracks whose battles are between contestants that take pictures."""


class Verdict(StrEnum):
    """What a citizen says of two replies."""

    A = "a"
    B = "b"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class BothBad(StrEnum):
    """How "both are bad" enters the fit."""

    TIE = "tie"
    DROPPED = "dropped"


class Ties(StrEnum):
    """The tie model of the fit."""

    HALF = "half"
    DAVIDSON = "davidson"
    RAO_KUPPER = "rao-kupper"


class Openings(StrEnum):
    """Who is given the openings of battles and votes after the round."""

    AUDITORS = "auditors"
    PUBLIC = "public"


class PointsRule(StrEnum):
    """How standings become points."""

    MEAN_WIN_PROBABILITY = "mean_win_probability"


@dataclass(frozen=True, slots=True)
class Decoding:
    """Decoding parameters, the same for every contestant."""

    temperature: Decimal
    top_p: Decimal
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Thresholds of the rules that take votes out of the score; 0 switches a rule off.

    `votes_per_minute`: more votes of one voter in a minute do not count. `one_sided_from`: nor do those
    of a voter who cast so many or more, all for the same side.
    """

    votes_per_minute: int
    one_sided_from: int


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """What a verdict on the last place takes, and what it takes to say anything of a category.

    Where the votes do not support a last place beyond chance, they indicate it if its `chance` is so high or
    higher and if it takes at least so many `voters`, and this `share` of all, to change it. Else it is a
    statistical tie, as it always is with fewer than `votes` counted votes. A category with fewer than
    `category_votes` has no ratings. `chance` and `share` are from 0 to 1, in at most `PLACES` decimal places
    and with no zeros at their end.
    """

    chance: Decimal
    voters: int
    share: Decimal
    votes: int
    category_votes: int


PLACES = 6
"""Decimal places of a frozen share: few enough for a double to be written with the same digits again."""


def percent(share: Decimal) -> str:
    """Write a share in percent, with every digit that it has."""
    return f"{(100 * share).normalize():f}%"


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who co-signs checkpoints (vkeys of type 0x04), and how many of them the last one of a round needs."""

    keys: tuple[str, ...]
    quorum: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one round.

    `titles` maps a language ("ko", "en") to the round's title; `scoring` is the subset of `tracks`
    whose votes make the points; `points` is the maximum (25 in the contest). Who has given up more than
    `given_up_per_person` battles opens no more, or she could wait for the pair that she wants. In `controls`
    battles of each block a contestant meets itself; their votes never score. `beacon`
    names the public value that the seed will be made with, "" for none (in a rehearsal only).
    """

    round_id: RoundId
    titles: dict[str, str]
    opens: datetime
    closes: datetime
    rehearsal: bool
    reveal: Reveal
    standings: Seal
    speed: Speed
    tracks: tuple[Track, ...]
    scoring: tuple[Track, ...]
    verdicts: tuple[Verdict, ...]
    max_turns: int
    max_prompt: int
    votes_per_person: int
    given_up_per_person: int
    controls: int
    categories: tuple[str, ...]
    decoding: Decoding
    system_prompt: str
    points: int
    points_rule: PointsRule
    ties: Ties
    both_bad: BothBad
    beacon: str
    openings: Openings
    exclusions: Exclusions
    decision: DecisionRule
    witnesses: Witnesses

    def open_at(self, now: datetime) -> bool:
        """Tell whether battles and votes are taken at `now` (the closing moment is outside)."""
        return self.opens <= now < self.closes
