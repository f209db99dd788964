"""The gap between two contestants, and what it takes to close it.

The gap is closed when the one above is no longer strictly above in strengths fitted anew; where no finite
strengths are left, in the limit of a prior that vanishes. No number of votes below `Gap.bound_*` closes it,
whatever is done: at a closed gap each opponent k is expected to give the one above no more, vote for vote,
than the one below, so

    score above - score below <= sum over others k of max(votes of above with k - votes of below with k, 0)

must hold, and a vote moves the two sides together by 1 at most, by 2 if it is changed within the pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from ratings.bradley_terry import Strengths, Ties, fit, half_wins, information, inverse, weights
from ratings.counts import LAYER, Board, FloatArray, IntArray, PairCounts, Verdict
from ratings.errors import BadSettings, NotConnected, NotConverged, Separated

EQUAL = 1e-9
"""Strengths that differ by no more are equal: a fit does not tell them apart."""

Change = Callable[[int], IntArray]
"""From how many are changed to the cells, shape (K, K, 4), that are then counted."""


WEAK = 1e-6
"""Precision of a prior by which a board that has no finite strengths shows where they run off to."""


def refit(counts: PairCounts, like: Strengths, prior: float = 0.0) -> Strengths:
    """Fit other counts in the way that `like` was fitted, with at least so much of a prior."""
    return fit(
        counts,
        ties=like.ties,
        both_bad=like.both_bad,
        side=like.side is not None,
        prior=max(prior, like.prior),
        tolerance=like.tolerance,
    )


@dataclass(frozen=True)
class Gap:
    """Two contestants by number, `above` and `below`, on a board with its fitted strengths.

    Raises:
        BadSettings: a name is not a contestant's, or `above` is not above `below`.
    """

    board: Board
    strengths: Strengths
    above: int
    below: int

    @classmethod
    def between(cls, board: Board, strengths: Strengths, above: str, below: str) -> "Gap":
        """Name the two."""
        for name in (above, below):
            if name not in strengths.names:
                raise BadSettings(f"{name!r} is not a contestant")
        i, j = strengths.names.index(above), strengths.names.index(below)
        if i == j or strengths.values[i] < strengths.values[j]:
            raise BadSettings(f"{above!r} is not above {below!r}")
        return cls(board, strengths, i, j)

    @cached_property
    def wins(self) -> FloatArray:
        """Give the half wins, shape (K, K)."""
        return half_wins(self.board.pairs, self.strengths.both_bad)

    @cached_property
    def potential(self) -> FloatArray:
        """Give how the gap moves when one win more is moved to each contestant, shape (K,)."""
        return potential(self.wins, self.strengths.values, self.above, self.below)

    @cached_property
    def bounded(self) -> bool:
        """Tell whether the bounds hold: they do where strengths are ordered as expected scores are."""
        plain = self.strengths.side is None and self.strengths.prior == 0.0
        return plain and self.strengths.ties in BOUNDED

    @cached_property
    def others(self) -> list[int]:
        """List the contestants that are neither."""
        return [k for k in range(len(self.wins)) if k not in (self.above, self.below)]

    @cached_property
    def needed(self) -> float:
        """Give by how much the scores of the two must come together, at least."""
        votes = self.wins + self.wins.T
        uneven = np.maximum(votes[self.above] - votes[self.below], 0.0)[self.others].sum()
        return float(self.wins[self.above].sum() - self.wins[self.below].sum() - uneven)

    @cached_property
    def sign(self) -> FloatArray:
        """Give 1 for the one above, -1 for the one below and 0 for the others, shape (K,)."""
        sign = np.zeros(len(self.wins))
        sign[self.above], sign[self.below] = 1.0, -1.0
        return sign

    @cached_property
    def verdict_weights(self) -> tuple[FloatArray, FloatArray]:
        """Give what each verdict scores for A and whether it counts, shapes (4,)."""
        return weights(self.strengths.both_bad)

    @property
    def voters(self) -> int:
        """Count the voters."""
        return len(self.board.voters.voters)

    @cached_property
    def votes(self) -> FloatArray:
        """Count the votes of each voter, shape (G,)."""
        return self.board.voters.summed(np.ones(self.board.pairs.cells.shape))

    @cached_property
    def won(self) -> int:
        """Count the votes that the one above won against the one below."""
        cells = self.board.pairs.cells
        on_a = cells[self.above, self.below, LAYER[Verdict.A]]
        return int(on_a + cells[self.below, self.above, LAYER[Verdict.B]])

    @cached_property
    def least(self) -> int:
        """Give what it takes in any case: nothing where the two are level, or else one."""
        return int(self.strengths.values[self.above] - self.strengths.values[self.below] > EQUAL)

    def bound_changed(self) -> int:
        """Give a number of changed votes below which none closes the gap."""
        if not self.bounded:
            return self.least
        within = min(self.won, ceil(self.needed / 2.0))
        return max(self.least, within + ceil(max(self.needed - 2.0 * within, 0.0)))

    def bound_moved(self) -> int:
        """Give a number of added or of removed votes below which none closes the gap."""
        return max(self.least, ceil(self.needed)) if self.bounded else self.least

    def bound_voters(self, reach: FloatArray) -> int:
        """Give a number of voters below which none closes it; `reach`, shape (G,), is what each can do."""
        if not self.bounded:
            return self.least
        together = np.cumsum(np.sort(np.maximum(reach, 0.0))[::-1])
        return min(self.least + int((together < self.needed).sum()), len(reach))

    def closed(self, cells: IntArray) -> bool:
        """Tell whether the gap is closed on other cells."""
        counts = PairCounts(self.strengths.names, cells)
        try:
            values = refit(counts, self.strengths).values
        except (NotConnected, NotConverged):
            return self._closed_in_the_limit(counts)
        return float(values[self.above] - values[self.below]) <= EQUAL

    def _closed_in_the_limit(self, counts: PairCounts) -> bool:
        try:
            values = refit(counts, self.strengths, prior=WEAK).values
        except (Separated, NotConverged):  # the side tells winners and losers apart: nothing is shown
            return False
        except NotConnected:  # every vote left is a tie, or none is left: all are equal
            return True
        return float(values[self.above] - values[self.below]) <= EQUAL

    def first(self, change: Change, most: int | None = None) -> int:
        """Find a number at which the gap is closed, and is not with one less, by halving.

        Without `most`, at which it is closed, that is found by doubling.
        """
        if self.closed(change(0)):
            return 0
        low, high = 0, most or 1
        while most is None and not self.closed(change(high)):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.closed(change(middle)) else (middle, high)
        return high


BOUNDED = frozenset({Ties.HALF, Ties.DAVIDSON})
"""Tie models by which a higher strength means a higher expected score against each opponent."""


def potential(wins: FloatArray, values: FloatArray, above: int, below: int) -> FloatArray:
    """Give how the gap between two moves when one win more is moved to each contestant, shape (K,)."""
    bread = inverse(information(wins, values))
    return np.asarray(bread[:, above] - bread[:, below])


def pulls(gap: Gap, values: FloatArray) -> FloatArray:
    """Give by how much, to first order at these strengths, each voter holds the gap open, shape (G,)."""
    score, counted = gap.verdict_weights
    height = potential(gap.wins, values, gap.above, gap.below)
    chance = 1.0 / (1.0 + np.exp(values[None, :] - values[:, None]))
    surprise = counted * (score - chance[:, :, None])
    return gap.board.voters.summed(surprise * (height[:, None] - height[None, :])[:, :, None])
