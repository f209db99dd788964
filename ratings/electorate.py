"""Simulated rounds, drawn all at once: who votes how often, with which tastes, carelessly or in collusion.

The world, its verdicts and its tastes are those of `simulate`; here a round of 5,000 votes is a few
draws of arrays, so that a thousand rounds can be played to see how often intervals hold the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
from scipy.special import ndtr, ndtri

from ratings.coded import Coded
from ratings.columns import count_columns
from ratings.counts import LAYER, VERDICTS, Board, FloatArray, IntArray, Verdict
from ratings.errors import BadWorld
from ratings.simulate import World
from ratings.tie_models import logistic


class Activity(StrEnum):
    """How votes fall to voters; `tail` says how unequally.

    EVEN: to all alike. LOG_NORMAL: by weights whose logarithms have the standard deviation `tail`, as on
    public arenas with 1 to 1.5. ZIPF: by 1 / rank to the power of `tail`: a few voters cast most.
    """

    EVEN = "even"
    LOG_NORMAL = "log-normal"
    ZIPF = "zipf"


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who votes: how many, how often each, which share carelessly, which share for a favourite only.

    A careless voter says A, B or tie by chance. A colluding one prefers `favourite` whenever shown.

    Raises:
        BadWorld: there are no voters, or the shares are not shares, or nobody to collude for.
    """

    voters: int
    activity: Activity = Activity.EVEN
    tail: float = 1.0
    careless: float = 0.0
    colluding: float = 0.0
    favourite: str | None = None

    def __post_init__(self) -> None:
        if self.voters < 1:
            raise BadWorld("it takes a voter to play a round")
        if not (self.careless >= 0.0 and self.colluding >= 0.0 and self.careless + self.colluding <= 1.0):
            raise BadWorld(
                f"{self.careless} careless and {self.colluding} colluding are not shares of voters"
            )
        if self.colluding > 0.0 and self.favourite is None:
            raise BadWorld("colluding voters need a favourite")


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A played round: contestants and voters by number, shape (N,) each."""

    names: Sequence[str]
    a: IntArray
    b: IntArray
    verdict: IntArray
    voter: IntArray
    voters: Sequence[str]

    def board(self) -> Board:
        """Count the votes."""
        return count_columns(
            Coded(self.a, self.names),
            Coded(self.b, self.names),
            Coded(self.verdict, VERDICTS),
            Coded(self.voter, self.voters),
            names=self.names,
        )


def play_round(rng: np.random.Generator, world: World, electorate: Electorate, votes: int) -> Round:
    """Play a round of so many votes, each between two contestants drawn evenly, sides included.

    Raises:
        BadWorld: the world has fewer than two contestants, or not the favourite.
    """
    names = sorted(world.strengths)
    if len(names) < 2 or electorate.favourite not in {None, *names}:
        raise BadWorld(f"nobody can play this among {len(names)} contestants")
    voter = rng.choice(electorate.voters, size=votes, p=_loads(rng, electorate))
    a = rng.integers(0, len(names), votes)
    b = (a + rng.integers(1, len(names), votes)) % len(names)
    leanings = rng.standard_normal((electorate.voters, len(names)))
    lean = (leanings[voter, a] - leanings[voter, b]) / np.sqrt(2.0)
    verdict = _drawn(rng, _chances(world, names, a, b, lean))
    verdict = _misled(rng, electorate, names, a, b, voter, verdict)
    width = len(str(electorate.voters))
    return Round(names, a, b, verdict, voter, [f"v{number:0{width}}" for number in range(electorate.voters)])


def _loads(rng: np.random.Generator, electorate: Electorate) -> FloatArray:
    match electorate.activity:
        case Activity.EVEN:
            loads = np.ones(electorate.voters)
        case Activity.LOG_NORMAL:
            loads = np.exp(electorate.tail * rng.standard_normal(electorate.voters))
        case Activity.ZIPF:
            loads = np.arange(1.0, electorate.voters + 1.0) ** -electorate.tail
        case _:
            assert_never(electorate.activity)
    shares: FloatArray = loads / loads.sum()
    return shares


def _chances(world: World, names: Sequence[str], a: IntArray, b: IntArray, lean: FloatArray) -> FloatArray:
    """Give the chance of each of `VERDICTS`, shape (4, N), as `simulate` has them."""
    strengths = np.array([world.strengths[name] for name in names])
    common = logistic(strengths[a] - strengths[b])[0]
    p = ndtr((ndtri(common) + np.sqrt(world.taste) * lean) / np.sqrt(1.0 - world.taste))
    torn = 4.0 * p * (1.0 - p)
    undecided = (world.tie_rate + world.both_bad_rate) * torn
    chance = {
        Verdict.A: p - 0.5 * undecided,
        Verdict.B: (1.0 - p) - 0.5 * undecided,
        Verdict.TIE: world.tie_rate * torn,
        Verdict.BOTH_BAD: world.both_bad_rate * torn,
    }
    return np.array([chance[verdict] for verdict in VERDICTS])


def _drawn(rng: np.random.Generator, chances: FloatArray) -> IntArray:
    until = np.cumsum(chances, axis=0)[:-1]
    drawn: IntArray = (rng.random(chances.shape[1]) >= until).sum(axis=0)
    return drawn


def _misled(
    rng: np.random.Generator,
    electorate: Electorate,
    names: Sequence[str],
    a: IntArray,
    b: IntArray,
    voter: IntArray,
    verdict: IntArray,
) -> IntArray:
    """Let the careless and the colluding vote as they do; which voters they are is drawn."""
    drawn = rng.permutation(electorate.voters)
    careless = round(electorate.careless * electorate.voters)
    colluding = careless + round(electorate.colluding * electorate.voters)
    kind = np.empty(electorate.voters, dtype=np.int64)
    kind[drawn] = np.searchsorted([careless, colluding], np.arange(electorate.voters), side="right")
    by_chance = rng.integers(0, LAYER[Verdict.BOTH_BAD], len(verdict))
    said = np.where(kind[voter] == 0, by_chance, verdict)
    if electorate.favourite is None:
        return said
    favourite = names.index(electorate.favourite)
    colludes = kind[voter] == 1
    said = np.where(colludes & (a == favourite), LAYER[Verdict.A], said)
    return np.where(colludes & (b == favourite), LAYER[Verdict.B], said)
