"""Power: how many votes and voters it takes to tell two contestants apart.

On balanced pairs among K contestants and N votes, the difference of two strengths has the variance
4 (K-1) / N; a tie tells nothing and the votes of one voter hang together, so

    variance = 4 (K-1) / N · design effect / (1 - share of ties)

A margin is a win rate over one half, and a quarter of a small difference in strength. It is found with
the wished power when it reaches (z(1 - α / 2m) + z(power)) standard errors, m = K-1 being the comparisons
of one contestant with all others (Bonferroni).
"""

from dataclasses import dataclass
from math import ceil, sqrt

from scipy.special import ndtri

from ratings.errors import BadSettings


@dataclass(frozen=True, slots=True)
class Plan:
    """A round before it is held.

    `ties` is the share of votes that name no winner; `design_effect` is how many votes hold as much as one
    that nobody else's hangs on; `votes_each` is how many votes a voter casts.

    Raises:
        BadSettings: a number is outside its bounds.
    """

    contestants: int = 5
    ties: float = 0.25
    design_effect: float = 1.5
    alpha: float = 0.05
    power: float = 0.8
    votes_each: float = 20.0

    def __post_init__(self) -> None:
        bounds = {
            "contestants (from 2)": self.contestants >= 2,
            "the share of ties (from 0 to under 1)": 0.0 <= self.ties < 1.0,
            "the design effect (above 0)": self.design_effect > 0.0,
            "alpha (between 0 and 1)": 0.0 < self.alpha < 1.0,
            "the power (between 0 and 1)": 0.0 < self.power < 1.0,
            "the votes of each voter (from 1)": self.votes_each >= 1.0,
        }
        wrong = [what for what, holds in bounds.items() if not holds]
        if wrong:
            raise BadSettings(f"out of bounds: {', '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Need:
    """What a margin needs: `margin` in percentage points of win rate over one half."""

    margin: float
    votes: int
    voters: int


def variance_of_a_difference(contestants: int, votes: float) -> float:
    """Give the variance of a difference of two strengths on balanced pairs of near equals."""
    return 4.0 * (contestants - 1) / votes


def separable_margin(plan: Plan, votes: float) -> float:
    """Give the least margin that so many votes tell from nothing, in percentage points of win rate."""
    if not votes >= 1:
        raise BadSettings(f"{votes} votes tell nothing apart")
    variance = variance_of_a_difference(plan.contestants, votes) * _inflation(plan)
    return 100.0 * _errors_to_reach(plan) * sqrt(variance) / 4.0


def need(plan: Plan, margin: float) -> Need:
    """Give the least numbers of votes and voters that tell a `margin` in percentage points from nothing."""
    if not 0.0 < margin < 50.0:
        raise BadSettings(f"a margin of {margin} points of win rate is not between 0 and 50")
    strength = 4.0 * margin / 100.0
    spread = variance_of_a_difference(plan.contestants, 1.0) * _inflation(plan)
    votes = ceil(spread * (_errors_to_reach(plan) / strength) ** 2)
    return Need(margin, votes, ceil(votes / plan.votes_each))


def _errors_to_reach(plan: Plan) -> float:
    comparisons = plan.contestants - 1
    return float(ndtri(plan.power) - ndtri(plan.alpha / (2 * comparisons)))


def _inflation(plan: Plan) -> float:
    return plan.design_effect / (1.0 - plan.ties)
