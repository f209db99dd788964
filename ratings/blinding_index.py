"""Blinding index: did voters who were asked know which team they had voted on?

index = (right - wrong / (K-1)) / asked

1 when everybody knows, 0 when guesses are chance alone, -1/(K-1) when all guesses are wrong; who does not
know pulls it to 0. With K = 2 it is the index of Bang, Ni and Davis (2004); with more teams to choose
from, K-1 wrong answers balance one right one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm

from ratings.errors import BadSettings


@dataclass(frozen=True, slots=True)
class Guesses:
    """What voters said of one team's identity: `right`, `wrong`, and `unknown` for "I do not know"."""

    right: int
    wrong: int
    unknown: int = 0

    @property
    def asked(self) -> int:
        """Count all who were asked."""
        return self.right + self.wrong + self.unknown


@dataclass(frozen=True, slots=True)
class Index:
    """The index of one team with its interval; `guessed` tells whether the interval lies above 0."""

    name: str
    index: float
    se: float
    lower: float
    upper: float
    asked: int

    @property
    def guessed(self) -> bool:
        """Tell whether the team was recognised more often than by chance."""
        return self.lower > 0.0


def blinding_indices(
    guesses: Mapping[str, Guesses],
    *,
    choices: int,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> tuple[Index, ...]:
    """Give the index of each team, by name; `choices` is how many teams a voter could name.

    `design_effect` widens the intervals where one voter guesses more than once.

    Raises:
        BadSettings: there are fewer than two choices, or a team with nobody asked or a negative number.
    """
    if choices < 2:
        raise BadSettings(f"a guess among {choices} is no guess")
    reach = float(norm.ppf(0.5 + level / 2.0))
    return tuple(_index(name, guesses[name], choices, reach, design_effect) for name in sorted(guesses))


def _index(name: str, said: Guesses, choices: int, reach: float, design_effect: float) -> Index:
    if min(said.right, said.wrong, said.unknown) < 0 or said.asked == 0:
        raise BadSettings(f"{name!r} has {said.right} right, {said.wrong} wrong, {said.unknown} unknown")
    weight = 1.0 / (choices - 1)
    right, wrong = said.right / said.asked, said.wrong / said.asked
    index = right - weight * wrong
    error = sqrt(design_effect * max(right + weight**2 * wrong - index**2, 0.0) / said.asked)
    return Index(
        name, index, error, max(index - reach * error, -weight), min(index + reach * error, 1.0), said.asked
    )
