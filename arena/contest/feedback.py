"""What a citizen may add to a vote or say of a reply: closed lists, the same for both sides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from arena.contest.battle import Side, readable
from arena.contest.roster import Roster
from arena.errors import BadRequest

MAX_COMMENT = 2_000
"""The longest comment, in characters."""


class Reason(StrEnum):
    """Why a reply is liked or not (the tags of each side)."""

    CORRECT = "correct"
    CLEAR = "clear"
    COMPLETE = "complete"
    CONCISE = "concise"
    NATURAL = "natural"
    CREATIVE = "creative"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    INCOMPLETE = "incomplete"
    WORDY = "wordy"
    AWKWARD = "awkward"
    OFF_TOPIC = "off_topic"


class Harm(StrEnum):
    """Why a reply is reported."""

    DANGEROUS = "dangerous"
    HATEFUL = "hateful"
    SEXUAL = "sexual"
    PRIVATE = "private"
    FALSE = "false"
    OTHER = "other"


def clean_comment(text: str) -> str:
    """Give a comment as it is kept: trimmed, without control characters and direction overrides.

    Raises:
        BadRequest: it is longer than `MAX_COMMENT`.
    """
    kept = readable(text)
    if len(kept) > MAX_COMMENT:
        raise BadRequest(f"a comment has at most {MAX_COMMENT} characters")
    return kept


@dataclass(frozen=True, slots=True)
class Feedback:
    """Reasons for each side, and a comment."""

    reasons: dict[Side, tuple[Reason, ...]] = field(default_factory=lambda: {Side.A: (), Side.B: ()})
    comment: str = ""


DONT_KNOW = ""
Guess = Mapping[Side, str]
"""Which contestant she takes each side for, by id, or `DONT_KNOW`; asked for when her vote is on record."""


def check_guess(guess: Guess, roster: Roster) -> None:
    """Check that a guess names contestants of the roster.

    Raises:
        BadRequest: it names another.
    """
    for named in guess.values():
        if named != DONT_KNOW and named not in roster.ids:
            raise BadRequest("a guess names a contestant of this round, or nobody")
