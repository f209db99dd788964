"""Grouping: equal numbers of rows become one row each, sorted.

A cell numbers contestant on A, contestant on B and verdict in one; a code numbers voter and cell in one.
Whole numbers are divided by one number at a time, which processors do many at once; remainders are not.
"""

from itertools import compress
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


def shift(size: int) -> int:
    """Give how many bits the cells of `size` contestants take."""
    return (size * size * LAYERS).bit_length()


def joined(voter: IntArray, cell: CellArray, size: int) -> IntArray:
    """Give one number for voter and cell, ordered as they are; `voter` may be changed in place."""
    voter <<= shift(size)
    voter += cell
    return voter


def code(voter: IntArray, a: IntArray, b: IntArray, verdict: IntArray, size: int) -> IntArray:
    """Give one number for voter, contestant on A, contestant on B and verdict, ordered as they are."""
    return joined(voter.copy(), (a * size + b) * LAYERS + verdict, size)


def seats(cell: CellArray, size: int) -> Seats:
    """Give what cells stand for, among `size` contestants."""
    a, b = sides(cell, size)
    return Seats(a, b, cell - cell // LAYERS * LAYERS)


def sides(cell: CellArray, size: int) -> tuple[CellArray, CellArray]:
    """Give the contestants on A and on B that cells stand for, among `size` contestants."""
    pair = cell // LAYERS
    a = pair // max(1, size)
    pair -= a * size
    return a, pair


def starts_of(numbers: NDArray[np.integer]) -> IntArray:
    """Give where a new number begins in sorted ones."""
    begins = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def ranges(starts: IntArray, lengths: IntArray) -> IntArray:
    """Number the rows of ranges, one range after the other."""
    ends = np.cumsum(lengths)
    rows = np.repeat(starts - (ends - lengths), lengths)
    rows += np.arange(len(rows))
    return rows


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
    times = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=times[:-1])
    times[-1:] = len(codes) - starts[-1:]
    return codes.take(starts), times


def parted(codes: IntArray, size: int) -> tuple[IntArray, CellArray]:
    """Part codes into voters and cells, shapes (R,); `codes` are changed in place."""
    voter = codes >> shift(size)
    codes &= (1 << shift(size)) - 1
    return voter, codes.astype(np.int32)


def named(voters: tuple[str, ...], present: IntArray) -> tuple[str, ...]:
    """Give those voters that are `present`, by number."""
    there = np.zeros(len(voters), dtype=np.bool_)
    there[present] = True
    return voters if there.all() else tuple(compress(voters, there.tolist()))
