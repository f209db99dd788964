"""Diagnostics: is there anything in the votes that the ratings cannot say?

connectivity    every contestant can be compared with every other
cycles          nobody beats, is beaten round a ring of three, beyond chance on each leg
fit by cell     each pair's wins are what the strengths expect
side            side A is preferred no more than side B
drift           the strengths are the same in every period
leaning         the votes of one voter hang together no more than by ordinary tastes (over-dispersion)
skewness        leanings for a contestant spread evenly to both sides; a few who always vote for it do not
side habit      voters do not stick to a side

Each probe has its own chance `alpha` of a false alarm. All use the fit with ties as half a win, which asks
nothing about ties. An alarm is a reason to look, not a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr

from ratings.bradley_terry import BothBad, half_wins
from ratings.counts import Board, FloatArray, IntArray, PairCounts
from ratings.habits import Habits, leanings, side_habits
from ratings.residuals import Lot, Residuals, residuals, sums

ALPHA = 0.01
ORDINARY = 0.4
"""A correlation of the votes of one voter that is no alarm: citizens have tastes.

In a simulated world where half of each judgement is the citizen's own taste it is about 0.3.
"""


class Probe(StrEnum):
    """What is looked at."""

    CONNECTIVITY = "connectivity"
    CYCLES = "cycles"
    FIT = "fit by cell"
    SIDE = "side"
    DRIFT = "drift"
    LEANING = "leaning"
    SKEWNESS = "skewness"
    SIDE_HABIT = "side habit"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found: an alarm or none, its chance if all is well (None: not testable), and words."""

    probe: Probe
    alarm: bool
    p: float | None
    words: str


def diagnose(
    board: Board,
    *,
    both_bad: BothBad = BothBad.TIE,
    periods: Sequence[Board] = (),
    alpha: float = ALPHA,
) -> tuple[Finding, ...]:
    """Look at a board with every probe; `periods` are the boards of its parts in the order of time.

    A board that is not connected has that finding only: nothing else can be asked of it.

    Raises:
        BadSettings: the periods are not parts of the board.
        NotConverged: as `fit`.
    """
    connected = connectivity(board.pairs, both_bad)
    if connected.alarm:
        return (connected,)
    left = residuals(board, both_bad)
    return (
        connected,
        cycles(board, left, alpha),
        fit_by_cell(left, alpha),
        side(left, alpha),
        *([drift(board, periods, both_bad, alpha)] if periods else []),
        leaning(left, alpha),
        skewness(left, alpha),
        side_habit(left, alpha),
    )


def connectivity(counts: PairCounts, both_bad: BothBad) -> Finding:
    """Look whether wins and ties compare everybody, and how evenly."""
    wins = half_wins(counts, both_bad)
    votes = (wins + wins.T)[np.triu_indices(len(wins), 1)]
    groups, _ = connected_components(wins, directed=True, connection="strong")
    never = int((votes == 0).sum())
    spread = f"from {votes.min(initial=np.inf):g} to {votes.max(initial=0):g}" if len(votes) else "none"
    words = f"{groups} group(s) compared among themselves; votes by pair {spread}; {never} pairs never met"
    return Finding(Probe.CONNECTIVITY, bool(groups != 1 or len(wins) < 2), None, words)


def cycles(board: Board, left: Residuals, alpha: float = ALPHA) -> Finding:
    """Look for three contestants of whom each beats the next, each beyond chance.

    The chance of a ring is that of its weakest leg, times the number of rings there could be.
    """
    legs = _legs(left)
    size = len(legs)
    best, ring = 1.0, (0, 0, 0)
    for i in range(size):
        weakest = np.maximum(np.maximum(legs[i][:, None], legs), legs[:, i][None, :])
        j, k = np.unravel_index(int(weakest.argmin()), weakest.shape)
        if weakest[j, k] < best:
            best, ring = float(weakest[j, k]), (i, int(j), int(k))
    p = min(1.0, best * max(size * (size - 1) * (size - 2) / 3, 1.0))
    named = " > ".join(board.pairs.names[place] for place in (*ring, ring[0]))
    words = f"the strongest ring is {named}" if best < 1.0 else "no ring of three"
    return Finding(Probe.CYCLES, p < alpha, p, words)


def fit_by_cell(left: Residuals, alpha: float = ALPHA) -> Finding:
    """Look whether the wins of each pair are those that the strengths expect."""
    size = len(left.bread)
    met = np.zeros(size * size, dtype=np.bool_)
    for lot in left.lots():
        met[_pair(lot, size)] = True
    pairs, column = np.flatnonzero(met), np.cumsum(met) - 1
    found = sums(left, lambda lot: [(column[_pair(lot, size)], _sign(lot))], len(pairs))
    worst = int(np.abs(found.values).argmax())
    one, other = divmod(int(pairs[worst]), size)
    names = left.strengths.names
    words = (
        f"the pair furthest from its expectation is {names[one]} and {names[other]}, "
        f"by {found.values[worst]:+.1f} wins of {names[one]}"
    )
    return Finding(Probe.FIT, _is_alarm(found.p, alpha), found.p, words)


def side(left: Residuals, alpha: float = ALPHA) -> Finding:
    """Look whether side A is preferred more or less than side B."""
    found = sums(left, lambda lot: [(np.zeros_like(lot.voter), np.ones(len(lot.voter)))], 1)
    share = 100.0 * float(found.values[0] / left.count.sum())
    return Finding(
        Probe.SIDE, _is_alarm(found.p, alpha), found.p, f"side A wins {share:+.2f} points of 100 beyond 50"
    )


def drift(
    board: Board, periods: Sequence[Board], both_bad: BothBad = BothBad.TIE, alpha: float = ALPHA
) -> Finding:
    """Look whether the strengths were the same in every period; voters may vote in several.

    Raises:
        BadSettings: the periods do not add up to the board.
    """
    left = residuals(board, both_bad, periods)
    size = len(left.bread)
    one = np.ones(1)
    found = sums(
        left,
        lambda lot: [(lot.period * size + lot.a, one), (lot.period * size + lot.b, -one)],
        len(periods) * size,
    )
    place, who = divmod(int(np.abs(found.values).argmax()), size)
    words = (
        f"furthest from its mean strength is {left.strengths.names[who]} in period {place + 1}, "
        f"by {found.values[place * size + who]:+.1f} wins"
    )
    return Finding(Probe.DRIFT, _is_alarm(found.p, alpha), found.p, words)


def leaning(left: Residuals, alpha: float = ALPHA, ordinary: float = ORDINARY) -> Finding:
    """Look whether the votes of one voter on one contestant hang together more than is `ordinary`."""
    found = leanings(left, ordinary)
    p = min(1.0, len(found) * min(one.p_beyond for one in found))
    most = max(found, key=lambda one: (one.correlation, one.name))
    words = f"votes of one voter hang together most on {most.name}: correlation {most.correlation:.3f}"
    return Finding(Probe.LEANING, p < alpha, p, words)


def skewness(left: Residuals, alpha: float = ALPHA) -> Finding:
    """Look for a minority that leans to (or against) one contestant far more than others lean away."""
    found = leanings(left)
    most = min(found, key=lambda one: (one.p_skewed, one.name))
    p = min(1.0, len(found) * most.p_skewed)
    direction = "for" if most.skewed > 0.0 else "against"
    words = f"leanings are most uneven {direction} {most.name} ({most.skewed:+.1f} standard errors)"
    return Finding(Probe.SKEWNESS, p < alpha, p, words)


def side_habit(left: Residuals, alpha: float = ALPHA) -> Finding:
    """Look whether voters stick to a side, as those do who do not read."""
    found: Habits = side_habits(left)
    words = f"votes of one voter for the same side: correlation {found.correlation:.3f}"
    return Finding(Probe.SIDE_HABIT, found.p_together < alpha, found.p_together, words)


def _is_alarm(p: float | None, alpha: float) -> bool:
    return p is not None and p < alpha


def _legs(left: Residuals) -> FloatArray:
    """Give the chance of so many wins of row over column between equals, by voters, shape (K, K)."""
    size, chances = len(left.bread), left.strengths.chances()
    total, square = np.zeros(size * size), np.zeros(size * size)
    for lot in left.lots():
        over_half = lot.votes * (lot.single + chances[lot.a, lot.b] - 0.5)
        numbers = lot.voter * size * size + _pair(lot, size)
        by_voter, place = np.unique(numbers, return_inverse=True)
        net = np.bincount(place, _sign(lot) * over_half)
        np.add.at(total, by_voter % (size * size), net)
        np.add.at(square, by_voter % (size * size), net**2)
    z = np.divide(total, np.sqrt(square), out=np.zeros_like(total), where=square > 0.0).reshape(size, size)
    legs = ndtr(z.T - z)
    return np.where((z - z.T) > 0.0, legs, 1.0)


def _pair(lot: Lot, size: int) -> IntArray:
    """Number the pair of each row, whoever sits on A, of `size` contestants."""
    return np.asarray(np.minimum(lot.a, lot.b) * size + np.maximum(lot.a, lot.b), dtype=np.int64)


def _sign(lot: Lot) -> FloatArray:
    """Give 1 for each row on which the first of its pair sits on A, -1 for the others."""
    return np.where(lot.a < lot.b, 1.0, -1.0)
