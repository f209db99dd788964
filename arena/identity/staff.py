"""Staff: who works for a round, in which role; a team's member is bound to one contestant."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from arena.contest.roster import ContestantId

AccountId = NewType("AccountId", str)
"""26 random letters; the record shows this and never a name."""


class Role(StrEnum):
    """What somebody is in the arena beside a citizen."""

    EVALUATOR = "evaluator"
    TEAM = "team"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Staff:
    """One signed-in account; `contestant` is set for a team and for nobody else."""

    account: AccountId
    name: str
    role: Role
    contestant: ContestantId | None = None

    def __post_init__(self) -> None:
        """Refuse a team without a contestant, and a contestant of anybody else.

        Raises:
            ValueError: that is what it is.
        """
        if (self.role is Role.TEAM) != (self.contestant is not None):
            raise ValueError("a team's member has one contestant, nobody else has any")
