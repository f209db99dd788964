"""Votes and how their two replies differ in style, sorted by pair, so that sums by pair are sums of runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ratings.coded import Column, voters_of
from ratings.columns import SPELLINGS, numbered
from ratings.counts import LAYER, VERDICTS, Board, FloatArray, IntArray, PairCounts, Verdict, grouped
from ratings.errors import BadOutcome, NotConnected
from ratings.grouping import CellArray, joined, seats
from ratings.linear import times

ROW_BITS = 40
"""Bits that number a row where cell and row are one number; 23 are left for the cell."""

TURNED: dict[Verdict, Verdict] = {
    Verdict.A: Verdict.B,
    Verdict.B: Verdict.A,
    Verdict.TIE: Verdict.TIE,
    Verdict.BOTH_BAD: Verdict.BOTH_BAD,
}


@dataclass(frozen=True, slots=True, eq=False)
class StyledVotes:
    """Votes and how their two replies differ in style, sorted by pair.

    The first of two contestants is the one whose name comes first; `cell`, shape (N,), numbers first,
    second and verdict in one, the verdict as if first had sat on A. `seat` is 1 where it did and -1 where it
    sat on B. `differences` has shape (Q, N): style of first less that of second, divided by `spreads`, shape
    (Q,). `voter` numbers the voters, whose names are in `voters`, or nowhere if each vote is one.
    """

    pairs: PairCounts
    cell: CellArray
    seat: FloatArray
    voter: IntArray
    voters: tuple[str, ...]
    terms: tuple[str, ...]
    differences: FloatArray
    spreads: FloatArray

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
    order, cell, seat = _in_pairs(cell, len(pairs.names))
    scaled, spreads = np.empty((len(differences), len(cell))), np.empty(len(differences))
    for place, (term, given) in enumerate(differences.items()):
        row = scaled[place]
        _checked(term, np.asarray(given, dtype=np.float64), len(cell)).take(order, out=row, mode="clip")
        row *= seat
        spreads[place] = _spread_of(term, row)
        row /= spreads[place]
    who = order if who is None else who.take(order)
    return StyledVotes(pairs, cell, seat, who, voters, tuple(differences), scaled, spreads)


def _turned(size: int) -> CellArray:
    """Give for each cell the one that says the same with the seats changed."""
    a, b, verdict = seats(np.arange(size * size * len(VERDICTS)), size)
    turned = np.array([LAYER[TURNED[each]] for each in VERDICTS])
    cells: CellArray = ((b * size + a) * len(VERDICTS) + turned.take(verdict)).astype(np.int32)
    return cells


def _in_pairs(cell: CellArray, size: int) -> tuple[IntArray, CellArray, FloatArray]:
    """Sort rows by pair and verdict; give the order, the cells as if first sat on A, and the seat of first.

    Cell and row are sorted as one number: so the order is one, and processors sort numbers fastest.
    """
    every = np.arange(size * size * len(VERDICTS), dtype=np.int32)
    a, b, _ = seats(every, size)
    as_first = np.where(a < b, every, _turned(size)).astype(np.int64) << ROW_BITS
    packed = as_first.take(cell)
    packed |= np.arange(len(cell))
    packed.sort()
    order = packed & ((1 << ROW_BITS) - 1)
    seat = np.where(a < b, 1.0, -1.0).take(cell.take(order))
    packed >>= ROW_BITS
    return order, packed.astype(np.int32), seat


def _spread_of(term: str, differences: FloatArray) -> float:
    spread = float(np.sqrt(times(differences[None, :], differences)[0] / max(1, len(differences))))
    if spread == 0.0:
        raise NotConnected(f"the style {term!r} never differs; nothing can be said of it")
    return spread


def _checked(term: str, given: FloatArray, rows: int) -> FloatArray:
    if len(given) != rows:
        raise BadOutcome(min(len(given), rows) + 1, "the columns are not equally long")
    if not np.isfinite(given).all():
        raise BadOutcome(int(np.argmin(np.isfinite(given))) + 1, f"{term!r} is not a finite number")
    return given
