"""Battles: coded columns of contestants and verdicts, and the combinations of labels that they hold."""

from dataclasses import dataclass

import numpy as np

from ratings.coded import Coded, check_whole
from ratings.counts import IntArray
from ratings.errors import TooMany
from ratings.grouping import CellArray

CHUNK = 2**17
"""Rows that are numbered at a time; few enough for the numbers to stay in the processor's cache."""

MOST_COMBINATIONS = 2**24
"""Of labels of contestants and verdicts; a table of so many takes 128 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Battles:
    """Columns of equal length, in which no value is missing."""

    a: Coded
    b: Coded
    verdict: Coded

    def __len__(self) -> int:
        return len(self.a.codes)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Give the numbers of labels: on A, on B, of verdicts."""
        return len(self.a.labels), len(self.b.labels), len(self.verdict.labels)

    def combinations(self, start: int) -> CellArray:
        """Number the combinations of labels of the `CHUNK` of rows from `start`."""
        end = start + CHUNK
        _, on_b, verdicts = self.shape
        numbers = self.a.codes[start:end] * np.int32(on_b)
        numbers += self.b.codes[start:end]
        numbers *= np.int32(verdicts)
        numbers += self.verdict.codes[start:end]
        return numbers

    def times(self, votes: IntArray | None, numbered: CellArray | None = None) -> IntArray:
        """Count each combination, shape as `shape`; `numbered` takes the number of each row's."""
        times = np.zeros(int(np.prod(self.shape)), dtype=np.int64)
        for start in range(0, len(self), CHUNK):
            numbers = self.combinations(start)
            if numbered is not None:
                numbered[start : start + CHUNK] = numbers
            if votes is None:
                times += np.bincount(numbers, minlength=len(times))
            else:
                np.add.at(times, numbers, votes[start : start + CHUNK])
        return times.reshape(self.shape)

    def said(self, row: int) -> tuple[object, object, object]:
        """Give the labels of one row, counted from 0."""
        a, b, verdict = (column.labels[column.codes[row]] for column in (self.a, self.b, self.verdict))
        return a, b, verdict


def battles_of(a: Coded, b: Coded, verdict: Coded) -> Battles:
    """Put columns together.

    Raises:
        BadOutcome: they are not equally long, or a value is missing.
        TooMany: a table of all their labels would not fit into memory.
    """
    for what, column in (("contestant on A", a), ("contestant on B", b), ("verdict", verdict)):
        check_whole(column, len(a.codes), f"the {what} is missing")
    battles = Battles(a, b, verdict)
    if np.prod(battles.shape, dtype=np.float64) > MOST_COMBINATIONS:
        raise TooMany(f"there are too many names of contestants and verdicts: {battles.shape}")
    return battles
