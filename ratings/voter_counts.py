"""Voter counts: the pair counts of each voter, as rows of cells."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ratings.grouping import LAYERS, CellArray, IntArray, seats


@dataclass(frozen=True, eq=False)
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

    def cells(self) -> IntArray:
        """Sum over voters, shape (K, K, 4)."""
        # whole numbers of votes, which fit into a float exactly, are what bincount adds up
        cells = np.bincount(self.cell, self.count, self.size**2 * LAYERS).astype(np.int64)
        return cells.reshape(self.size, self.size, LAYERS)

    @cached_property
    def index(self) -> IntArray:
        """Give voter, contestant on A, contestant on B and verdict of each row by number, shape (R, 4)."""
        index = np.empty((4, len(self.cell)), dtype=np.int64)
        index[0] = np.repeat(np.arange(len(self.voters)), np.diff(self.bounds))
        index[1:] = seats(self.cell, self.size)
        index.flags.writeable = False
        return index.T
