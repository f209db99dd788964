"""Habits: do the votes of one voter hang together, and evenly so?

With r_1 ... r_n the residuals of one voter's votes towards a contestant (or a side), the sums

    pairs    Σ r_i r_j      over different votes of one voter, divided by √n(n-1)
    triples  Σ r_i r_j r_k  the same, divided by √n(n-1)(n-2)

have mean zero where votes do not hang together, whatever the chances of the verdicts. Pairs are above zero
if voters lean; their spread is that of votes that do not, or, where the question is whether they lean more
than so much, that of what each voter leans more, with as many degrees of freedom as voters make it up,
(Σ part²)² / Σ part⁴. Triples are zero as long as leanings are as far to one side as to the other, and move
when a few lean much one way. Were sides drawn by lot for each voter's part, their spread would be √Σ part²:
that is what they are held against, so one voter alone, however busy, never stands out, and a dozen may.
Parts count up to `MOST_BY_CHANCE`, so that a dozen count alike.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr

from ratings.counts import FloatArray, IntArray
from ratings.residuals import Residuals

MOST_BY_CHANCE = 20.0
"""Up to so many standard errors, of votes that do not hang together, the triples of one voter count."""

POWERS = 5
"""Powers of residuals that are summed, from 0 on."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How votes of one voter hang together on `name`.

    `correlation` is that of two votes of one voter; `together` and `skewed` are pairs and triples in
    standard errors, with their chances: one-sided for `p_together`, two-sided for `p_skewed`. `p_beyond` is
    the chance of such pairs if the correlation were `little`.
    """

    name: str
    correlation: float
    together: float
    skewed: float
    p_together: float
    p_skewed: float
    p_beyond: float


def leanings(left: Residuals, little: float = 0.0) -> tuple[Habits, ...]:
    """Give the habits of voters towards each contestant, in the order of the names."""
    return tuple(_towards(left, place, little) for place in range(len(left.strengths.names)))


def _towards(left: Residuals, place: int, little: float) -> Habits:
    """Give the habits towards one contestant."""
    sums = np.zeros((POWERS, left.voters))
    for lot in left.lots():
        on_a, on_b = lot.a == place, lot.b == place
        sums[:, lot.start : lot.end] = _by_voter(
            lot.end - lot.start,
            np.concatenate([lot.voter[on_a], lot.voter[on_b]]),
            np.concatenate([lot.single[on_a], -lot.single[on_b]]),
            np.concatenate([lot.votes[on_a], lot.votes[on_b]]),
        )
    return _habits(left.strengths.names[place], sums, little)


def side_habits(left: Residuals) -> Habits:
    """Give the habits of voters towards side A, beyond what all share."""
    mean = sum(float((lot.votes * lot.single).sum()) for lot in left.lots()) / float(left.count.sum())
    sums = np.zeros((POWERS, left.voters))
    for lot in left.lots():
        here = _by_voter(lot.end - lot.start, lot.voter, lot.single - mean, lot.votes)
        sums[:, lot.start : lot.end] = here
    return _habits("side A", sums)


def _habits(name: str, sums: FloatArray, little: float = 0.0) -> Habits:
    """Give the habits, from sums of the powers of each voter's residuals, shape (POWERS, G)."""
    votes, first, second, third, fourth = sums
    pairs, triples = first**2 - second, first**3 - 3.0 * first * second + 2.0 * third
    variance = float(second.sum() / votes.sum())
    together = _together(pairs, 2.0 * (second**2 - fourth), votes)
    skewed, freedom = _skewed(triples, votes, variance)
    correlation, p_beyond = _beyond(pairs, votes, variance, little)
    return Habits(
        name=name,
        correlation=correlation,
        together=together,
        skewed=skewed,
        p_together=float(ndtr(-together)),
        p_skewed=float(2.0 * stdtr(freedom, -abs(skewed))),
        p_beyond=p_beyond,
    )


def _by_voter(voters: int, voter: IntArray, single: FloatArray, count: IntArray) -> FloatArray:
    """Sum the powers of residuals by voter, shape (POWERS, G)."""
    return np.stack([np.bincount(voter, count * single**power, voters) for power in range(POWERS)])


def _together(pairs: FloatArray, variance: FloatArray, votes: FloatArray) -> float:
    several = votes >= 2.0
    size = (votes * (votes - 1.0))[several]
    spread = float(np.sqrt((variance[several] / size).sum()))
    return float((pairs[several] / np.sqrt(size)).sum()) / spread if spread > 0.0 else 0.0


def _skewed(triples: FloatArray, votes: FloatArray, variance: float) -> tuple[float, float]:
    """Give the triples in standard errors, and the degrees of freedom of these."""
    several = votes >= 3.0
    size = (votes * (votes - 1.0) * (votes - 2.0))[several]
    chance = np.sqrt(6.0 * variance**3)
    parts = np.clip(triples[several] / np.sqrt(size), -MOST_BY_CHANCE * chance, MOST_BY_CHANCE * chance)
    squares, fourths = min(
        (float((side**2).sum()), float((side**4).sum())) for side in (parts[parts > 0.0], parts[parts < 0.0])
    )
    if squares == 0.0:
        return 0.0, 1.0
    spread = max(2.0 * squares, len(parts) * chance**2)
    return float(parts.sum()) / float(np.sqrt(spread)), squares**2 / fourths


def _beyond(pairs: FloatArray, votes: FloatArray, variance: float, little: float) -> tuple[float, float]:
    """Give the correlation of two votes of one voter, and the chance of such a one if it were `little`."""
    several = votes >= 2.0
    root = np.sqrt((votes * (votes - 1.0))[several])
    if not len(root) or variance == 0.0:
        return 0.0, 1.0
    parts = pairs[several] / root / variance
    correlation = float(parts.sum() / root.sum())
    more = parts - little * root
    squares = float((more**2).sum())
    freedom = squares**2 / float((more**4).sum())
    return correlation, float(stdtr(freedom, -more.sum() / np.sqrt(squares)))
