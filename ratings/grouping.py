"""Grouping: equal numbers of rows become one row each, sorted.

A cell numbers contestant on A, contestant on B and verdict in one; a code numbers voter and cell in one.
Whole numbers are divided by one number at a time, which processors do many at once; remainders are not.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

LAYERS = 4
"""How many verdicts there are."""


CellArray = NDArray[np.integer]
"""Cells are small enough for four bytes each."""


class Seats(NamedTuple):
    """Contestants on A and on B, and verdicts, by number, shapes (R,)."""

    a: CellArray
    b: CellArray
    verdict: CellArray


def places(of: tuple[str, ...], among: tuple[str, ...]) -> IntArray:
    """Give the place of each name among others."""
    number_of = {name: number for number, name in enumerate(among)}
    return np.array([number_of[name] for name in of], dtype=np.int64)


def code(voter: IntArray, a: IntArray, b: IntArray, verdict: IntArray, size: int) -> IntArray:
    """Give one number for voter, contestant on A, contestant on B and verdict, ordered as they are."""
    return ((voter * size + a) * size + b) * LAYERS + verdict


def seats(cell: CellArray, size: int) -> Seats:
    """Give what cells stand for, among `size` contestants."""
    pair = cell // LAYERS
    a = pair // max(1, size)
    return Seats(a, pair - a * size, cell - pair * LAYERS)


def begins_of(numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Tell of each of sorted numbers whether it is the first of its kind."""
    begins = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=begins[1:])
    return begins


def starts_of(numbers: NDArray[np.integer]) -> IntArray:
    """Give where a new number begins in sorted ones."""
    return np.flatnonzero(begins_of(numbers))


def distinct(codes: IntArray, count: IntArray | None) -> tuple[IntArray, IntArray]:
    """Sort `codes`, shape (N,), and count equal ones, each as often as `count` says, or once.

    `codes` may be sorted in place.
    """
    if count is None:
        codes.sort()
    else:
        order = np.argsort(codes, kind="stable")
        codes, count = codes[order], count[order]
    starts = starts_of(codes)
    if count is not None:
        return codes[starts], np.add.reduceat(count, starts) if len(starts) else count
    if len(starts) == len(codes):
        return codes, np.ones(len(codes), dtype=np.int64)
    return codes[starts], np.diff(starts, append=len(codes))


def parted(codes: IntArray, size: int) -> tuple[IntArray, CellArray]:
    """Part codes into voters, contestants on A and on B, and verdicts, shape (4, R), and give the cells."""
    each = max(1, size * size * LAYERS)
    index = np.empty((4, len(codes)), dtype=np.int64)
    voter = np.floor_divide(codes, each, out=index[0])
    # the last row holds for a moment what would else take memory of its own
    cell = np.subtract(codes, np.multiply(voter, each, out=index[3]), out=index[3]).astype(np.int32)
    for row, part in zip(index[1:], seats(cell, size), strict=True):
        row[:] = part
    return index, cell


def without_absent(voters: tuple[str, ...], voter: IntArray) -> tuple[str, ...]:
    """Leave out voters of whom there is no row, and number the rest anew in `voter`, which is sorted."""
    begins = begins_of(voter)
    present = voter[begins]
    if len(present) == len(voters):
        return voters
    np.cumsum(begins, out=voter)
    voter -= 1
    return tuple(map(voters.__getitem__, present.tolist()))
