"""Composite: the whole of several components, of which the voters' part alone is drawn by chance.

total_i = points_i + what the other components give to i

The points scatter with the strengths (as in `ratings.ranks`); the others are taken as they are given. So
the chances say: given the benchmark and the experts, how likely is it that this one is last, if the vote
were held again among other people?
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ratings.bradley_terry import Strengths
from ratings.counts import FloatArray
from ratings.errors import BadSettings
from ratings.points import Rule, drawn_points, points
from ratings.ranks import SEED, draw, rank_chances
from ratings.uncertainty import Uncertainty

DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Component:
    """A component that is given: its name, its maximum, and what each contestant got.

    Raises:
        BadSettings: somebody got less than nothing or more than the maximum.
    """

    name: str
    maximum: float
    scores: Mapping[str, float]

    def __post_init__(self) -> None:
        outside = sorted(name for name, score in self.scores.items() if not 0.0 <= score <= self.maximum)
        if outside:
            raise BadSettings(f"{self.name}: not from 0 to {self.maximum:g}: {', '.join(outside)}")


@dataclass(frozen=True, slots=True)
class Total:
    """One contestant's line: the points of the voters, the given parts, and the whole with its interval.

    `rank` is by the totals as they are; `chances` holds P(each rank), best first, and `p_last` the last.
    """

    name: str
    points: float
    given: tuple[float, ...]
    total: float
    lower: float
    upper: float
    rank: int
    chances: tuple[float, ...]

    @property
    def p_last(self) -> float:
        """Give the chance to be last of the whole."""
        return self.chances[-1]


def totals(
    strengths: Strengths,
    uncertainty: Uncertainty,
    components: tuple[Component, ...],
    *,
    rule: Rule = Rule.MEAN_WIN,
    maximum: float = 25.0,
    floor: float = 0.0,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Total, ...]:
    """Give the totals, best first; equals by name share the better rank.

    Raises:
        BadSettings: a component does not name exactly the contestants.
    """
    given = _given(strengths.names, components)
    scored = points(strengths, uncertainty, rule, maximum=maximum, floor=floor, level=level)
    whole = scored.values + given.sum(axis=0)
    noise = draw(uncertainty, draws, seed)
    drawn = drawn_points(strengths, noise, rule, maximum=maximum, floor=floor) + given.sum(axis=0)
    lower, upper = np.quantile(drawn, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
    chances = rank_chances(drawn)
    lines = [
        Total(
            name=name,
            points=float(scored.values[i]),
            given=tuple(map(float, given[:, i])),
            total=float(whole[i]),
            lower=float(lower[i]),
            upper=float(upper[i]),
            rank=1 + int((whole > whole[i]).sum()),
            chances=tuple(map(float, chances[i])),
        )
        for i, name in enumerate(strengths.names)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.total, line.name)))


def _given(names: tuple[str, ...], components: tuple[Component, ...]) -> FloatArray:
    """Give the given scores, shape (components, K)."""
    for component in components:
        if set(component.scores) != set(names):
            raise BadSettings(f"{component.name} does not score exactly the contestants")
    scores = [[component.scores[name] for name in names] for component in components]
    return np.array(scores, dtype=np.float64).reshape(len(components), len(names))
