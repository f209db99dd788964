"""Canaries: is what a contestant's server serves still the model that was frozen?

Replies to fixed prompts are kept when the round opens. Every later look asks the same prompts in the same
way and compares: where nothing has changed, all replies to a prompt come from one source.

Law: the chance that any look at any endpoint raises a false alarm is at most `alpha` for the whole round,
as long as nothing is kept again.
Each planned look at each endpoint may use an equal part of it (Bonferroni), so it does not matter that all
of them are compared with the same kept replies.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.contest.roster import ContestantId
from arena.errors import BadSetting, Fault

LEAST_LEVEL = 1e-6
"""A level below this would take more draws than a look should."""

TRILLIONTHS = 10**12
"""In what the record says a level or a p-value: whole numbers, so that nobody rounds them otherwise."""

Replies = tuple[tuple[str, ...], ...]
"""Of each prompt its replies, in the order of the prompts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many looks there will be at each of so many endpoints, and how likely any false alarm may be.

    Raises:
        BadSetting: that cannot be.
    """

    looks: int
    endpoints: int
    alpha: float

    def __post_init__(self) -> None:
        if self.looks < 1 or not 0 < self.alpha < 1:
            raise BadSetting("a plan takes at least one look, and an alpha between 0 and 1")
        if self.level < LEAST_LEVEL:
            raise BadSetting(
                f"alpha {self.alpha:g} is too small for {self.looks} looks at {self.endpoints} endpoints"
            )

    @property
    def level(self) -> float:
        """The part of `alpha` that one look at one endpoint may use."""
        return self.alpha / (self.looks * self.endpoints)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept at the opening: the plan, the hash of what was asked and how, and the replies.

    `salts`, in hex, are those of the hashes which stand for the replies on the record.
    """

    plan: Plan
    asked: str
    replies: dict[ContestantId, Replies]
    salts: dict[ContestantId, str]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one endpoint (from 1): how far its replies are from those kept, or its fault.

    `salt`, in hex, is that of the hash which stands for the replies on the record.
    """

    contestant: ContestantId
    endpoint: int
    level: float
    discrepancy: float | None = None
    p_value: float | None = None
    fault: Fault | None = None
    replies: Replies = ()
    salt: str = ""

    @property
    def alarms(self) -> bool:
        """Tell whether the served model is not the one that was frozen."""
        return self.p_value is not None and self.p_value <= self.level


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the record says of replies that were kept: their salted hashes, and the looks that were planned.

    `level` is in trillionths.
    """

    kept: Mapping[ContestantId, str]
    level: int
    looks: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the record says of a look that alarmed, the `look`th since replies were kept.

    `level` and `p` are in trillionths; `kept` and `replies` are salted hashes of what was compared, and
    the sizes count the replies.
    """

    contestant: ContestantId
    endpoint: int
    look: int
    level: int
    p: int
    kept: str
    kept_size: int
    replies: str
    replies_size: int
