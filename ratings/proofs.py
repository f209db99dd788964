"""Proof that no fewer will do, by branch and bound over the places where a gap is closed.

A box of places is dropped when its relaxation takes more votes than are to be ruled out; else it is cut in
two. All places that some votes lead to lie in one box, found in one of two ways:

Rule 1: n votes move no log-odds from the level fit by more than -log(1 - n R) while n R < 1, R being the
        largest resistance, that is the variance of a difference in log-odds by the information there. The
        log-likelihood of one vote slopes along a move by at most the largest change r in log-odds that the
        move makes, that of all votes by at least r² / R · (1 - e^-r) / r (Bach 2010, EJS 4:384).
Rule 2: as votes are moved little by little, the level fit moves without a jump. Where no place on the
        faces of a box about it is a level fit of fewer than so many moved votes, none outside is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product
from math import ceil, inf, log

import numpy as np

from ratings.counts import FloatArray
from ratings.enclosures import Box
from ratings.equations import TIED, Equations
from ratings.relaxations import Relaxed

FAR = 200.0
"""Log-odds beyond which a chance is 0 or 1 to the last digit, several times over."""

REACHES = (0.125, 0.18, 0.25, 0.35, 0.5, 1.0, 2.0, 4.0)
"""How far from the level fit the faces of a box are tried, in log-odds."""

MOSTLY_TIES = 2.0
"""A tie parameter by which most votes are ties."""

FACE_EFFORTS = (1, 40)
"""Relaxations solved for one face at most: at first, and where no box is held by that."""

FACES_EFFORT = 400
"""Relaxations solved for all faces, about."""

ROUNDING = 1e-6
"""What a bound may be off by for want of digits."""

Bound = Callable[[Box], Relaxed]
Attempt = Callable[[FloatArray], int]
"""From a place where the gap may be closed to a number that is known to do."""


@dataclass(slots=True)
class Search:
    """What is known while boxes are cut: none is to be found with fewer than `count`."""

    count: int
    effort: int

    def proved(self, least: float) -> bool:
        """Tell whether so many are not fewer than the count."""
        return least > self.count - 1 + ROUNDING

    def run(self, box: Box, bound: Bound, attempt: Attempt) -> int:
        """Cut boxes, at most as often as the effort; gives a number below which none does it."""
        heap, order = [(0.0, 0, box)], 0
        while heap and not self.proved(heap[0][0]) and self.effort > 0:
            before, _, here = heappop(heap)
            found = bound(here)
            self.effort -= 1
            least = max(before, found.least)
            if self.proved(least):
                continue
            self.count = min(self.count, attempt(found.place))
            if here.is_a_point:
                return ceil(least - ROUNDING)
            for part in _cut(here, found):
                order += 1
                heappush(heap, (least, order, part))
        least = min((each for each, *_ in heap), default=inf)
        return self.count if self.proved(least) else ceil(least - ROUNDING)


def _cut(box: Box, found: Relaxed) -> tuple[Box, Box]:
    widths = box.high - box.low
    along = int((found.blame * widths).argmax())
    margin = 0.25 * widths[along] if widths[along] < 8.0 else 1.0
    at = np.clip(found.place[along], box.low[along] + margin, box.high[along] - margin)
    return box.halves(along, float(at))


def place_of_all(
    asked: Equations, level: FloatArray, votes: float, bound: Bound, count: int
) -> tuple[Box, int]:
    """Give a box, and a number below which none leads out of it; `count` if that can be had.

    Fewer than `count` move at most so many `votes`; `bound` is that of level fits, on which the gap need not
    be closed.
    """
    part = votes * resistance(asked, level)
    reach = -log(1.0 - part) if part < 1.0 else FAR
    best = _about(asked, level, reach, votes), count if part < 1.0 else 0
    left = FACES_EFFORT
    for effort in FACE_EFFORTS:
        for nearer in [each for each in REACHES if each < reach]:
            box = _about(asked, level, nearer, votes)
            found, spent = _to_leave(box, bound, count, min(effort, left), best[1] % count)
            left -= spent
            if found == count:
                return box, count
            best = max(best, (box, found), key=lambda each: each[1])
    return best


def _about(asked: Equations, level: FloatArray, reach: float, votes: float) -> Box:
    """Reach so far to all sides; and where so many votes may leave no tie, to where there is none."""
    low, high = level - reach, level + reach
    if asked.tied and asked.votes[:, TIED].sum() <= votes:
        low[-1] = -FAR
        high[-1] = max(high[-1], MOSTLY_TIES)
    return Box(low, high)


def resistance(asked: Equations, level: FloatArray) -> float:
    """Give the largest resistance at the level fit, beyond all measure where a coordinate is not held."""
    if not len(level):
        return 0.0
    information = asked.information(level)
    moves = asked.free
    if asked.tied:
        one = np.ones((len(moves), 1))
        parts = [(1.0, 0.0), (0.5, 1.0), (0.5, -1.0)]
        moves = np.vstack([np.hstack([part * moves, tie * one]) for part, tie in parts])
    return float((moves @ np.linalg.inv(information) * moves).sum(axis=1).max(initial=0.0))


def _to_leave(box: Box, bound: Bound, count: int, effort: int, enough: int) -> tuple[int, int]:
    """Give a number below which no face is reached, and the effort it took.

    The lower face of ties is none where no tie may be left. Where the number is not to be more than `enough`,
    the other faces are left unseen.
    """
    least, spent = count, 0
    for along, end in product(range(len(box.low)), (box.low, box.high)):
        if end[along] <= -FAR:
            continue
        low, high = box.low.copy(), box.high.copy()
        low[along] = high[along] = end[along]
        search = Search(count, effort)
        least = min(least, search.run(Box(low, high), bound, _no_attempt))
        spent += effort - search.effort
        if least <= enough:
            break
    return least, spent


def _no_attempt(_: FloatArray) -> int:
    return 2**62
