"""The least number of votes, exactly where it can be proved: a number that does it, and that none below does.

The way of moving votes is the solution of a linear programme, rounded, at a place that branch and bound
comes upon; it counts only when the board so changed was fitted again.
"""

from functools import partial
from math import ceil

import numpy as np

from ratings.bradley_terry import Ties
from ratings.closing import Move, Programme, moved, programme
from ratings.counts import FloatArray, IntArray
from ratings.equations import Equations
from ratings.gaps import Gap
from ratings.least import Least
from ratings.proofs import FAR, ROUNDING, Search, place_of_all
from ratings.relaxations import relaxed

MOST_CONTESTANTS = 8
"""With more, the programmes take too long and their boxes have too many sides."""

EFFORT = 200
"""Relaxations solved at most for one number: about a second."""

NONE = 2**62

PROVABLE = frozenset({Ties.HALF, Ties.DAVIDSON})


def provable(gap: Gap) -> bool:
    """Tell whether there is a proof for a gap: for half wins and Davidson's model, without a prior."""
    few = len(gap.strengths.names) <= MOST_CONTESTANTS
    return few and gap.strengths.ties in PROVABLE and gap.strengths.prior == 0.0


def level_fit(asked: Equations, gap: Gap) -> FloatArray:
    """Fit the two as one, shape (D,)."""
    strengths, pair = gap.strengths, [gap.above, gap.below]
    place = np.delete(strengths.values, pair) - strengths.values[pair].mean()
    if strengths.side is not None:
        place = np.append(place, strengths.side)
    if asked.tied:
        place = np.append(place, -FAR if strengths.tie is None else strengths.tie)
    return asked.settled(place)


def exact_votes(gap: Gap, move: Move, known: Least, effort: int = EFFORT) -> Least:
    """Sharpen what is `known` of a number of votes."""
    if known.exact or not provable(gap):
        return known
    asked = Equations.of(gap.board.pairs.cells, gap.strengths, gap.above, gap.below)
    level = level_fit(asked, gap)
    count = min(known.count, attempt(gap, asked, move, known.count, level))
    search = Search(count, effort)
    bound = partial(relaxed, asked, move, count - 1)
    box, outside = place_of_all(asked, level, count - 1, partial(bound, merged=True), count)
    at_least = search.run(box, bound, lambda place: attempt(gap, asked, move, search.count, place))
    return Least(search.count, min(search.count, max(known.at_least, min(at_least, outside))))


def attempt(gap: Gap, asked: Equations, move: Move, count: int, place: FloatArray) -> int:
    """Give a number below `count` that closes the gap about a place, or `NONE`."""
    solved = programme(asked, move, place)
    fewest = ceil(solved.least - ROUNDING)
    tried = (
        (number, moved(gap.board.pairs.cells, asked, solved, amounts))
        for number in range(fewest, min(fewest + 2, count))
        for amounts in rounded(asked, solved, number)
    )
    return next((number for number, cells in tried if gap.closed(cells)), NONE)


def rounded(asked: Equations, solved: Programme, number: int) -> list[IntArray]:
    """Round the amounts of a solution in parts to `number` votes in all, in a few ways."""
    whole = np.floor(solved.amount + ROUNDING).astype(np.int64)
    rest = number - int(whole.sum())
    room = asked.room(solved.line, solved.source)
    used = np.flatnonzero(solved.amount > ROUNDING)
    by_part = used[np.argsort(-(solved.amount - whole)[used], kind="stable")]
    by_amount = used[np.argsort(-solved.amount[used], kind="stable")]
    ways = []
    for order in (by_part, by_amount):
        amounts, left = whole.copy(), rest
        for kind in [*order, *order]:
            held = amounts[(solved.line == solved.line[kind]) & (solved.source == solved.source[kind])].sum()
            more = int(min(left if order is by_amount else 1, room[kind] - held, left))
            amounts[kind] += max(more, 0)
            left -= max(more, 0)
        ways.append(amounts)
    return [amounts for amounts in ways if amounts.sum() == number]
