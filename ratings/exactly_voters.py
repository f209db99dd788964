"""The least number of voters who change or take away all their votes, from above and from below.

At any place where the two are level, and at any prices, each voter is worth so much of what is missing; it
takes no fewer voters than those worth most until nothing is missing. Over a box of places that holds with
the most that each may be worth and the least that may be missing. From above, those worth most are tried.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ratings.changes import by_voter
from ratings.closing import Move, programme
from ratings.counts import LAYER, FloatArray, IntArray, Verdict
from ratings.enclosures import Box, Enclosure, enclosed
from ratings.equations import LOST, OUT, TIED, WON, Equations
from ratings.exactly import NONE, level_fit, provable
from ratings.gaps import Change, Gap
from ratings.least import Least
from ratings.proofs import Search, place_of_all
from ratings.relaxations import Relaxed

EFFORT = 100
"""Boxes looked at most for one number."""

ROUNDS = 3
"""How often voters are ordered anew, by what they are worth where the order before closes the gap."""


@dataclass(frozen=True)
class Voters:
    """The votes of each voter, by the lines of the equations."""

    gap: Gap
    asked: Equations
    move: Move

    @cached_property
    def states(self) -> tuple[IntArray, IntArray]:
        """Give line and state of a vote of each cell, shapes (K, K, 4)."""
        size = len(self.gap.strengths.names)
        place = np.zeros((size, size, len(Verdict), 2), dtype=np.int64)
        for line in range(len(self.asked.votes)):
            for state in (WON, LOST, TIED, OUT):
                for cell in self.asked.cells(line, state):
                    place[cell] = line, state
        return place[..., 0], place[..., 1]

    def worth(self, prices: FloatArray, box: Box) -> tuple[FloatArray, float]:
        """Give the most that each voter may be worth, shape (G,), and the least that may be missing."""
        line, state = self.states
        said = self.asked.sayings(prices)
        held = enclosed(self.asked, said, box)
        most = self.best(said)[0]
        if self.move is Move.CHANGED:
            gains = np.column_stack([most[:, None] - said, most - held.low])
        else:
            gains = np.column_stack([held.high[:, None] - said, np.zeros(len(said))])
        return self.gap.board.voters.summed(gains[line, state]), self._missing(said, held, box)

    def _missing(self, said: FloatArray, held: Enclosure, box: Box) -> float:
        votes = self.asked.fitted
        by_line = votes @ held.low
        reach = 0.5 * (box.high - box.low)
        by_mean = votes @ (held.at - held.bent) - np.abs(votes @ held.slope) @ reach
        return float(max(by_line, by_mean) - (self.asked.votes[:, :OUT] * said).sum())

    def best(self, said: FloatArray) -> tuple[FloatArray, IntArray]:
        """Give what the best verdict on each line is worth, and which it is, shapes (E,)."""
        there = said if self.asked.tied else said[:, :TIED]
        return there.max(axis=1), there.argmax(axis=1)

    def fewest(self, prices: FloatArray, box: Box) -> float:
        """Give a number of voters below which none reach a place in the box."""
        each, missing = self.worth(prices, box)
        if missing <= 0.0:
            return 0.0
        together = np.cumsum(np.sort(np.maximum(each, 0.0))[::-1])
        return float("inf") if together[-1] < missing else 1.0 + float((together < missing).sum())

    def bound(self, box: Box, *, merged: bool = False) -> Relaxed:
        """Bound the number over a box by prices in its middle; if `merged`, the gap need not be closed."""
        middle, pair = box.middle, (self.asked.above, self.asked.below)
        if merged:
            face = self.asked.others[int((box.high - box.low).argmin())]
            given = [{**dict.fromkeys(pair, 0.0), face: sign} for sign in (1.0, -1.0)]
        else:
            given = [dict(zip(pair, (-0.5, 0.5), strict=True))]
        least = max(self.fewest(self.asked.even_prices(middle, each), box) for each in given)
        if not merged:
            least = max(least, self.fewest(programme(self.asked, self.move, middle).prices, box))
        return Relaxed(least, middle, np.ones(len(middle)))

    def change(self, place: FloatArray) -> tuple[Change, IntArray]:
        """Give the change made by voters, those worth most at a place first, and their order."""
        prices = programme(self.asked, self.move, place).prices
        each, _ = self.worth(prices, Box(place, place))
        order = np.argsort(-each, kind="stable")
        if self.move is Move.REMOVED:
            return by_voter(self.gap, order, None), order
        line, _ = self.states
        to = self.best(self.asked.sayings(prices))[1][line]
        layers = np.array([LAYER[Verdict.A], LAYER[Verdict.B], LAYER[Verdict.TIE]])
        turned = np.arange(len(line))[:, None, None] != self.asked.first[line]
        to = np.where((to == TIED) | ~turned, to, 1 - to)
        return by_voter(self.gap, order, layers[to]), order


def exact_voters(gap: Gap, move: Move, known: Least, effort: int = EFFORT) -> Least:
    """Sharpen what is `known` of a number of voters."""
    if known.exact or not provable(gap):
        return known
    asked = Equations.of(gap.board.pairs.cells, gap.strengths, gap.above, gap.below)
    voters = Voters(gap, asked, move)
    level = level_fit(asked, gap)
    count, place = known.count, level
    for _ in range(ROUNDS):
        change, _ = voters.change(place)
        if not gap.closed(change(count)):
            break
        count = gap.first(change, count)
        cells = change(count)
        place = Equations.of(cells, gap.strengths, gap.above, gap.below).settled(place)
    search = Search(count, effort)
    votes = np.sort(gap.votes)[::-1]
    box, outside = place_of_all(
        asked, level, float(votes[: count - 1].sum()), partial(voters.bound, merged=True), count
    )
    at_least = search.run(box, voters.bound, lambda place: _attempt(voters, search.count, place))
    return Least(search.count, min(search.count, max(known.at_least, min(at_least, outside))))


def _attempt(voters: Voters, count: int, place: FloatArray) -> int:
    change, _ = voters.change(place)
    return voters.gap.first(change, count - 1) if voters.gap.closed(change(count - 1)) else NONE
