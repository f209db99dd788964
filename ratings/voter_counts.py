"""Voter counts: the pair counts of each voter, as rows of cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ratings.grouping import LAYERS, CellArray, IntArray, seats

LOT = 2**17
"""Rows that are looked at at a time: what is worked out for each row takes ten times what is kept of it."""


@dataclass(frozen=True, slots=True, eq=False)
class VoterCounts:
    """The pair counts of each voter, without the empty cells, of `size` contestants.

    `voters` are sorted; the rows of voter v stand from `bounds[v]` to before `bounds[v + 1]`, shape (G + 1,).
    `cell`, shape (R,), numbers contestant on A, contestant on B and verdict in one and ascends within a
    voter; `count`, shape (R,), holds how often.
    """

    voters: tuple[str, ...]
    size: int
    bounds: IntArray
    cell: CellArray
    count: IntArray

    def __post_init__(self) -> None:
        for each in (self.bounds, self.cell, self.count):
            each.flags.writeable = False

    def cells(self, among: NDArray[np.bool_] | None = None) -> IntArray:
        """Sum over voters, or those of them that are meant, shape (G,); shape (K, K, 4)."""
        size = self.size**2 * LAYERS
        cells = np.zeros(size, dtype=np.int64)
        for start, end, part in self.lots():
            count = part.count
            if among is not None:
                count = count * np.repeat(among[start:end], np.diff(part.bounds))
            # whole numbers of votes, which fit into a float exactly, are what bincount adds up
            cells += np.bincount(part.cell, count, size).astype(np.int64)
        return cells.reshape(self.size, self.size, LAYERS)

    def summed(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over the votes of each voter, shape (G,), what a `table` says of a cell, shape (K, K, 4)."""
        sums = np.empty(len(self.voters))
        for start, end, part in self.lots():
            amounts = table.reshape(-1).take(part.cell)
            amounts *= part.count
            sums[start:end] = np.bincount(part.voter, amounts, end - start)
        return sums

    def lots(self) -> Iterator[tuple[int, int, "VoterCounts"]]:
        """Part the voters: the first and past the last of a lot, and their counts."""
        for start, end in lots(self.bounds, max(LOT, self.size**2 * LAYERS)):
            bounds = self.bounds[start : end + 1]
            held = slice(bounds[0], bounds[-1])
            voters, cell, count = self.voters[start:end], self.cell[held], self.count[held]
            yield start, end, VoterCounts(voters, self.size, bounds - bounds[0], cell, count)

    @property
    def voter(self) -> IntArray:
        """Give the voter of each row by number, shape (R,)."""
        return np.repeat(np.arange(len(self.voters)), np.diff(self.bounds))

    @property
    def index(self) -> IntArray:
        """Give voter, contestant on A, contestant on B and verdict of each row by number, shape (R, 4)."""
        index = np.empty((4, len(self.cell)), dtype=np.int64)
        index[0] = self.voter
        index[1:] = seats(self.cell, self.size)
        index.flags.writeable = False
        return index.T


def lots(bounds: IntArray, rows: int = LOT) -> Iterator[tuple[int, int]]:
    """Part voters so that a lot has about as many `rows`; `bounds`, shape (G + 1,), part their rows."""
    marks = np.searchsorted(bounds, np.arange(0, bounds[-1], rows))
    yield from pairwise(np.unique(np.append(marks, len(bounds) - 1)).tolist())
