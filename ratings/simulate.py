"""A world of known strengths, and votes drawn from it: what a rating is checked against.

A citizen compares twice in her mind, and prefers A each time with chance p = 1 / (1 + exp(b - a)).
Where the two disagree, she may call it undecided; otherwise the first comparison stands. So

    P(undecided) = 4 u p (1-p)         u: how often equals are called undecided, at most 1/2
    P(A)         = p - 2 u p (1-p)     P(A) + P(undecided) / 2 = p, exactly, for all strengths

which is the very thing that a fit with ties as half a win estimates. The undecided split into ties and
"both bad", whatever the strengths; a fit that drops "both bad" estimates p exactly only without them.

Tastes: citizen v leans towards contestant i by a standard normal l_vi, and each comparison adds a fresh
one; `taste` is the leaning's share of the variance. She prefers A where

    √taste · (l_va - l_vb) / √2  +  √(1 - taste) · fresh  >=  -Φ⁻¹(p)

The left side is a standard normal over all citizens, so the chance is p again: tastes make the votes of
one person hang together and do not move the truth.

Nothing here draws a random number that was not handed in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, sqrt
from random import Random
from statistics import NormalDist

from ratings.counts import Outcome, Verdict
from ratings.errors import BadWorld
from ratings.standings import Standings, rating

NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class World:
    """The truth: log-strength by name, and how citizens judge.

    `tie_rate` and `both_bad_rate` are those between equals, together at most one half; `taste`, from 0
    to under 1, is the share of a judgement that is the citizen's own.

    Raises:
        BadWorld: a rate or the taste is outside its bounds.
    """

    strengths: Mapping[str, float]
    tie_rate: float = 0.2
    both_bad_rate: float = 0.1
    taste: float = 0.0

    def __post_init__(self) -> None:
        _check_rates(self.tie_rate, self.both_bad_rate)
        if not 0.0 <= self.taste < 1.0:
            raise BadWorld(f"a taste of {self.taste} is not from 0 to under 1")


@dataclass(frozen=True, slots=True)
class Citizen:
    """One voter and how far she leans towards each contestant, in standard deviations."""

    voter: str
    leanings: Mapping[str, float]


def chances(
    strength_a: float, strength_b: float, tie_rate: float, both_bad_rate: float
) -> dict[Verdict, float]:
    """Give the chance of each verdict; they sum to one and score exactly p for A.

    Raises:
        BadWorld: the rates are negative or together more than one half.
    """
    _check_rates(tie_rate, both_bad_rate)
    return _split(_logistic(strength_a - strength_b), tie_rate, both_bad_rate)


def draw(rng: Random, strength_a: float, strength_b: float, tie_rate: float, both_bad_rate: float) -> Verdict:
    """Draw the verdict of a citizen without tastes of her own.

    Raises:
        BadWorld: as `chances`.
    """
    return _drawn(rng, chances(strength_a, strength_b, tie_rate, both_bad_rate))


def citizen(rng: Random, world: World, voter: str) -> Citizen:
    """Draw the leanings of one voter."""
    return Citizen(voter, {name: rng.gauss() for name in sorted(world.strengths)})


def judge(rng: Random, world: World, who: Citizen, a: str, b: str) -> Verdict:
    """Draw what `who` says of contestant `a` on side A and `b` on side B."""
    p = _logistic(world.strengths[a] - world.strengths[b])
    lean = (who.leanings[a] - who.leanings[b]) / sqrt(2.0)
    return _drawn(rng, _split(_personal(p, lean, world.taste), world.tie_rate, world.both_bad_rate))


def plan(rng: Random, *, battles: int, voters: int, tail: float = 0.0) -> tuple[int, ...]:
    """Draw which voter, by number from 0, has each battle, in the order of the battles.

    Each voter has one battle while they last; the others fall by log-normal weights, `tail` being the
    standard deviation of their logarithm (0: evenly; 2: a few voters have most).

    Raises:
        BadWorld: there are no voters.
    """
    if voters < 1:
        raise BadWorld("it takes a voter to plan a battle")
    loads = [exp(tail * rng.gauss()) for _ in range(voters)]
    once = list(range(min(voters, battles)))
    turns = once + rng.choices(range(voters), loads, k=battles - len(once))
    rng.shuffle(turns)
    return tuple(turns)


def play(rng: Random, world: World, turns: tuple[int, ...]) -> Iterator[Outcome]:
    """Play each planned battle between two contestants drawn evenly, sides included."""
    names = sorted(world.strengths)
    known: dict[int, Citizen] = {}
    for turn in turns:
        who = known.setdefault(turn, citizen(rng, world, f"voter-{turn}"))
        a, b = rng.sample(names, 2)
        yield Outcome(a, b, judge(rng, world, who, a, b), who.voter)


def coverage(standings: Standings, truth: Mapping[str, float]) -> tuple[int, int]:
    """Count the contestants whose true strength, centred among those rated, is inside its interval.

    Returns how many are inside, and of how many.
    """
    centre = sum(truth[row.name] for row in standings.rows) / len(standings.rows)
    inside = [row.lower <= rating(truth[row.name] - centre) <= row.upper for row in standings.rows]
    return sum(inside), len(inside)


def _check_rates(tie_rate: float, both_bad_rate: float) -> None:
    if not (tie_rate >= 0.0 and both_bad_rate >= 0.0 and tie_rate + both_bad_rate <= 0.5):
        raise BadWorld(
            f"rates of ties ({tie_rate}) and of both bad ({both_bad_rate}) between equals must not be "
            "negative, nor together more than one half"
        )


def _logistic(difference: float) -> float:
    small = exp(-abs(difference))
    return 1.0 / (1.0 + small) if difference >= 0.0 else small / (1.0 + small)


def _split(p: float, tie_rate: float, both_bad_rate: float) -> dict[Verdict, float]:
    torn = 4.0 * p * (1.0 - p)
    undecided = (tie_rate + both_bad_rate) * torn
    return {
        Verdict.A: p - undecided / 2.0,
        Verdict.B: (1.0 - p) - undecided / 2.0,
        Verdict.TIE: tie_rate * torn,
        Verdict.BOTH_BAD: both_bad_rate * torn,
    }


def _personal(p: float, lean: float, taste: float) -> float:
    """Give the chance that a citizen of this `lean` prefers A; its mean over all citizens is `p`."""
    if not 0.0 < p < 1.0:
        return p
    return NORMAL.cdf((NORMAL.inv_cdf(p) + sqrt(taste) * lean) / sqrt(1.0 - taste))


def _drawn(rng: Random, chance: Mapping[Verdict, float]) -> Verdict:
    return rng.choices(list(chance), list(chance.values()))[0]
