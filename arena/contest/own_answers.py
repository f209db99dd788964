"""A contestant's own answers: what its team may ask for, and what it is shown of each."""

from dataclasses import dataclass

from arena.contest.feedback import Reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers are wanted; "" is any. `reason`, `commented` and `verdict` need what citizens said.

    `verdict` is the team's own view: "won", "lost", "tie" or "both_bad".
    """

    category: str = ""
    language: str = ""
    track: str = ""
    text: str = ""
    reason: str = ""
    commented: bool = False
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a prompt, and beside it what its citizen said of it once that may be told."""

    category: str
    language: str
    track: str
    turn: int
    prompt: str
    answer: str
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
    verdict: str = ""
