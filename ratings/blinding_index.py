"""Blinding index: did voters who were asked know which team they had voted on?

index = (right - wrong / (K-1)) / asked

1 when everybody knows, 0 when guesses are chance alone, -1/(K-1) when all guesses are wrong; who does not
know pulls it to 0. With K = 2 it is the index of Bang, Ni and Davis (2004); with more teams to choose
from, K-1 wrong answers balance one right one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri, stdtrit

from ratings.errors import BadSettings, NotEnoughVoters


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
    reach = float(ndtri(0.5 + level / 2.0))
    return tuple(_index(name, guesses[name], choices, reach, design_effect) for name in sorted(guesses))


def indices_by_voter(
    guesses: Mapping[str, Sequence[Guesses]], *, choices: int, level: float = 0.95
) -> tuple[Index, ...]:
    """Give the index of each team from what each voter said of it, with intervals clustered by voter.

    The index is a ratio of sums over voters, its variance linearised, its quantile Student's. Voters who all
    say the same have no variance; the interval then bears as many others as they may hide.

    Raises:
        BadSettings: as `blinding_indices`.
        NotEnoughVoters: a team of which fewer than two voters were asked.
    """
    if choices < 2:
        raise BadSettings(f"a guess among {choices} is no guess")
    return tuple(_by_voter(name, guesses[name], 1.0 / (choices - 1), level) for name in sorted(guesses))


def _by_voter(name: str, said: Sequence[Guesses], weight: float, level: float) -> Index:
    voters = [one for one in said if one.asked]
    if any(min(one.right, one.wrong, one.unknown) < 0 for one in said):
        raise BadSettings(f"{name!r} has a negative number of guesses")
    if len(voters) < 2:
        raise NotEnoughVoters(f"{len(voters)} voters were asked about {name!r}")
    asked = sum(one.asked for one in voters)
    index = sum(one.right - weight * one.wrong for one in voters) / asked
    strayed = sum((one.right - weight * one.wrong - index * one.asked) ** 2 for one in voters)
    error = sqrt(strayed * len(voters) / (len(voters) - 1)) / asked
    reach = float(stdtrit(len(voters) - 1, 0.5 + level / 2.0)) * error
    if error > 0.0:
        return Index(name, index, error, max(index - reach, -weight), min(index + reach, 1.0), asked)
    hidden = 1.0 - (1.0 - level) ** (1.0 / len(voters))
    return Index(name, index, 0.0, index - hidden * (index + weight), index + hidden * (1.0 - index), asked)


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
