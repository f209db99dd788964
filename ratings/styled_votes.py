"""Votes and how their two replies differ in style, sorted by who was preferred to whom.

Sums by pair are sums of runs, and whoever was preferred is the first of two: the verdict says no more than
whether anybody was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ratings.coded import Column, voters_of
from ratings.columns import SPELLINGS, numbered
from ratings.counts import LAYER, VERDICTS, Board, FloatArray, IntArray, PairCounts, Verdict, grouped
from ratings.errors import BadOutcome, NotConnected
from ratings.grouping import CellArray, joined, seats, starts_of
from ratings.linear import times

ROW_BITS = 39
"""Bits that number a row where cell, row and seat are one number; one is for the seat, 23 for the cell."""

AT_ONCE = 2**15
"""Differences that are put in order together; few enough to stay in the processor's cache."""

TURNED: dict[Verdict, Verdict] = {
    Verdict.A: Verdict.B,
    Verdict.B: Verdict.A,
    Verdict.TIE: Verdict.TIE,
    Verdict.BOTH_BAD: Verdict.BOTH_BAD,
}


@dataclass(frozen=True, slots=True, eq=False)
class StyledVotes:
    """Votes and how their two replies differ in style, sorted by verdict and pair.

    The first of two contestants is the one who was preferred, or, where neither was, the one whose name
    comes first. Votes with the same first, second and verdict are a run: `cells`, shape (R,), number these
    three in one, as if first had sat on A; `bounds`, shape (R + 1,), are where runs start and the last ends.
    `seat`, shape (N,), is 1 where first did sit on A and -1 where it sat on B. `differences` has shape
    (Q, N): style of first less that of second, divided by `spreads`, shape (Q,); `reach`, shape (Q,), is
    how large they get. `voter` numbers the voters, whose names are in `voters`, or nowhere if each vote is
    one.
    """

    pairs: PairCounts
    cells: CellArray
    bounds: IntArray
    seat: FloatArray
    voter: IntArray
    voters: tuple[str, ...]
    terms: tuple[str, ...]
    differences: FloatArray
    spreads: FloatArray
    reach: FloatArray

    @property
    def cell(self) -> CellArray:
        """Give the cell of each vote, shape (N,)."""
        return np.repeat(self.cells, np.diff(self.bounds))

    @property
    def board(self) -> Board:
        """Count the votes by pair and voter."""
        size = len(self.pairs.names)
        cell = np.where(self.seat > 0.0, self.cell, _turned(size).take(self.cell))
        voters = self.voters or voters_of(None, len(cell))[0]
        return grouped(self.pairs.names, voters, joined(self.voter.copy(), cell, size))


def styled(
    a: Column,
    b: Column,
    verdict: Column,
    differences: Mapping[str, FloatArray],
    voter: Column | None = None,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> StyledVotes:
    """Check columns of outcomes, and of `differences` in style by name, style of A less that of B.

    Without `voter` each row is a voter of its own.

    Raises:
        BadOutcome, TooMany: as `count_columns`; or a difference is not a finite number.
        NotConnected: a style never differs, so that nothing can be said of it.
    """
    pairs, cell = numbered(a, b, verdict, names=names, spellings=spellings)
    voters, who = ((), None) if voter is None else voters_of(voter, len(cell))
    order, cells, bounds, seat = _in_runs(cell, len(pairs.names))
    scaled = np.empty((len(differences), len(cell)))
    spreads, reach = np.empty(len(differences)), np.empty(len(differences))
    for place, (term, given) in enumerate(differences.items()):
        column = np.asarray(given, dtype=np.float64)
        spreads[place] = _spread_of(term, column, len(cell))
        reach[place] = _put_in_order(column, order, seat, spreads[place], scaled[place])
    who = order if who is None else who.take(order)
    return StyledVotes(pairs, cells, bounds, seat, who, voters, tuple(differences), scaled, spreads, reach)


def _put_in_order(
    column: FloatArray, order: IntArray, seat: FloatArray, spread: float, out: FloatArray
) -> float:
    """Put differences in order, as those of first less second, in spreads; give how large they get."""
    reach = 0.0
    for start in range(0, len(order), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        part = out[rows]
        column.take(order[rows], out=part, mode="clip")
        part *= seat[rows]
        part /= spread
        reach = max(reach, float(part.max()), -float(part.min()))
    return reach


def _turned(size: int) -> CellArray:
    """Give for each cell the one that says the same with the seats changed."""
    a, b, verdict = seats(np.arange(size * size * len(VERDICTS)), size)
    turned = np.array([LAYER[TURNED[each]] for each in VERDICTS])
    cells: CellArray = ((b * size + a) * len(VERDICTS) + turned.take(verdict)).astype(np.int32)
    return cells


def _in_runs(cell: CellArray, size: int) -> tuple[IntArray, CellArray, IntArray, FloatArray]:
    """Sort rows by verdict and pair; give the order, the runs' cells and bounds, and the seat of first.

    Cell, row and seat are sorted as one number: so the order is one, and processors sort numbers fastest.
    """
    every = np.arange(size * size * len(VERDICTS), dtype=np.int32)
    a, b, verdict = seats(every, size)
    on_a = (verdict == LAYER[Verdict.A]) | ((verdict != LAYER[Verdict.B]) & (a < b))
    first, second, said = seats(np.where(on_a, every, _turned(size)), size)
    keys = ((said.astype(np.int64) * size + first) * size + second) << (ROW_BITS + 1)
    packed = (keys + ~on_a).take(cell)
    packed += np.arange(0, 2 * len(cell), 2)
    packed.sort()
    key, seat = np.empty(len(cell), dtype=np.int32), np.empty(len(cell))
    for start in range(0, len(cell), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        part = packed[rows]
        key[rows] = part >> (ROW_BITS + 1)
        np.multiply(part & 1, -2.0, out=seat[rows])
        part >>= 1
        part &= (1 << ROW_BITS) - 1
    seat += 1.0
    starts = starts_of(key)
    said, pair = np.divmod(key[starts], max(1, size * size))
    return packed, pair * len(VERDICTS) + said, np.append(starts, len(cell)), seat


def _spread_of(term: str, given: FloatArray, rows: int) -> float:
    """Give the root mean square of the differences.

    Raises:
        BadOutcome: they are not as many as the rows, or one is not a finite number.
        NotConnected: they are all zero.
    """
    if len(given) != rows:
        raise BadOutcome(min(len(given), rows) + 1, "the columns are not equally long")
    spread = float(np.sqrt(times(given[None, :], given)[0] / max(1, rows)))
    if not (np.isfinite(spread) or np.isfinite(given).all()):
        raise BadOutcome(int(np.argmin(np.isfinite(given))) + 1, f"{term!r} is not a finite number")
    if spread == 0.0:
        raise NotConnected(f"the style {term!r} never differs; nothing can be said of it")
    return spread
