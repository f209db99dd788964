"""Columns of outcomes become counts in one pass over the votes.

A column is coded when it holds small numbers and says, once, what each stands for: as in Arrow's
dictionaries, pandas' categories and database enums. Any other column is coded first, which takes longer
than the counting. Rows are counted by their codes; what the codes stand for is looked at once for each
combination that occurs, and no row by itself unless there is one to refuse.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ratings.coded import ILLEGAL, Coded, Column, check_whole, coded, is_name, numbers_of, voters_of, votes_of
from ratings.counts import (
    LAYER,
    VERDICTS,
    Board,
    IntArray,
    PairCounts,
    Verdict,
    check_not_too_many,
    grouped,
)
from ratings.errors import BadOutcome, TooMany
from ratings.grouping import CellArray

SPELLINGS: dict[str, Verdict] = {verdict.value: verdict for verdict in Verdict}

CHUNK = 2**18
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

    def combinations(self, start: int) -> IntArray:
        """Number the combinations of labels of the `CHUNK` of rows from `start`."""
        end = start + CHUNK
        _, on_b, verdicts = self.shape
        numbers = self.a.codes[start:end] * np.int64(on_b)
        numbers += self.b.codes[start:end]
        numbers *= verdicts
        numbers += self.verdict.codes[start:end]
        return numbers

    def times(self, votes: IntArray | None) -> IntArray:
        """Count how often each combination of labels comes, shape as `shape`."""
        times = np.zeros(int(np.prod(self.shape)), dtype=np.int64)
        for start in range(0, len(self), CHUNK):
            numbers = self.combinations(start)
            if votes is None:
                times += np.bincount(numbers, minlength=len(times))
            else:
                np.add.at(times, numbers, votes[start : start + CHUNK])
        return times.reshape(self.shape)

    def looked_up(self, cell_of: CellArray) -> CellArray:
        """Give the cell of each row, shape (N,), where `cell_of` gives that of each combination."""
        cells = np.empty(len(self), dtype=np.int32)
        for start in range(0, len(self), CHUNK):
            cell_of.take(self.combinations(start), out=cells[start : start + CHUNK], mode="clip")
        return cells

    def said(self, row: int) -> tuple[object, object, object]:
        """Give the labels of one row, counted from 0."""
        a, b, verdict = (column.labels[column.codes[row]] for column in (self.a, self.b, self.verdict))
        return a, b, verdict


def count_columns(
    a: Column,
    b: Column,
    verdict: Column,
    voter: Column | None = None,
    count: Column | None = None,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> Board:
    """Count columns of outcomes, shape (N,) each, by pair and by voter.

    Without `voter` each row is a voter of its own; `count` says how many votes a row stands for;
    `names` are the contestants, or those that occur; `spellings` says how verdicts are written.

    Raises:
        BadOutcome: a row names an unknown verdict or contestant, the same contestant twice, nobody, or
            a count that is not a whole number above zero; or a column is shorter than another.
        TooMany: there are more contestants than a table of all pairs can hold.
    """
    votes = None if count is None else votes_of(count, len(a.codes if isinstance(a, Coded) else a))
    battles = _battles(coded(a), coded(b), coded(verdict))
    listed, cell_of = _cells(battles, battles.times(None), names, spellings)
    voters, codes = voters_of(voter, len(battles))
    codes *= len(listed) ** 2 * len(VERDICTS)
    codes += battles.looked_up(cell_of)
    return grouped(listed, voters, codes, votes)


def numbered(
    a: Column,
    b: Column,
    verdict: Column,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> tuple[PairCounts, CellArray]:
    """Count columns by pair, and give the number of the cell of each row, shape (N,).

    Raises:
        BadOutcome, TooMany: as `count_columns`.
    """
    battles = _battles(coded(a), coded(b), coded(verdict))
    times = battles.times(None)
    listed, cell_of = _cells(battles, times, names, spellings)
    return _paired(listed, cell_of, times), battles.looked_up(cell_of)


def count_pair_columns(
    a: Column,
    b: Column,
    verdict: Column,
    count: Column | None = None,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> PairCounts:
    """Count columns of outcomes by pair only: the shortest way to strengths.

    Raises:
        BadOutcome, TooMany: as `count_columns`.
    """
    battles = _battles(coded(a), coded(b), coded(verdict))
    times = battles.times(None if count is None else votes_of(count, len(battles)))
    listed, cell_of = _cells(battles, times, names, spellings)
    return _paired(listed, cell_of, times)


def _paired(listed: tuple[str, ...], cell_of: CellArray, times: IntArray) -> PairCounts:
    cells = np.zeros((len(listed), len(listed), len(VERDICTS)), dtype=np.int64)
    legal = cell_of != ILLEGAL
    np.add.at(cells.reshape(-1), cell_of[legal], times.ravel()[legal])
    return PairCounts(listed, cells)


def _battles(a: Coded, b: Coded, verdict: Coded) -> Battles:
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


def _cells(
    battles: Battles, times: IntArray, names: Iterable[str] | None, spellings: Mapping[str, Verdict]
) -> tuple[tuple[str, ...], CellArray]:
    """Give the contestants, sorted, and the cell of each combination of labels.

    Raises:
        BadOutcome: a row has a combination that is no outcome.
        TooMany: there are more contestants than a table of all pairs can hold.
    """
    listed = tuple(sorted(_occurring(battles, times) if names is None else set(names)))
    check_not_too_many(len(listed))
    place_of = {name: place for place, name in enumerate(listed)}
    layer_of = {said: LAYER[verdict] for said, verdict in spellings.items()}
    a = numbers_of(battles.a, place_of)[:, None, None]
    b = numbers_of(battles.b, place_of)[None, :, None]
    verdict = numbers_of(battles.verdict, layer_of)[None, None, :]
    cell_of = (a * len(listed) + b) * len(VERDICTS) + verdict
    illegal = (a < 0) | (b < 0) | (a == b) | (verdict < 0)
    cell_of[illegal] = ILLEGAL
    if times[illegal].any():
        raise _refusal(battles, illegal.ravel(), set(listed), layer_of.keys())
    return listed, cell_of.ravel().astype(np.int32)


def _occurring(battles: Battles, times: IntArray) -> set[str]:
    seats = ((battles.a, times.sum(axis=(1, 2))), (battles.b, times.sum(axis=(0, 2))))
    return {
        label
        for column, on_seat in seats
        for label, votes in zip(column.labels, on_seat.tolist(), strict=True)
        if votes and isinstance(label, str) and label.strip()
    }


def _refusal(
    battles: Battles, illegal: NDArray[np.bool_], names: AbstractSet[str], verdicts: AbstractSet[str]
) -> BadOutcome:
    """Say what is wrong with the first row of an illegal combination."""
    parts = ((start, illegal[battles.combinations(start)]) for start in range(0, len(battles), CHUNK))
    row = next(start + int(np.argmax(wrong)) for start, wrong in parts if wrong.any())
    return BadOutcome(row + 1, _why(*battles.said(row), names=names, verdicts=verdicts))


def _why(
    a: object, b: object, verdict: object, *, names: AbstractSet[str], verdicts: AbstractSet[str]
) -> str:
    for side, name in (("A", a), ("B", b)):
        if not is_name(name):
            return f"the contestant on {side} has no name"
    if a == b:
        return f"{a!r} is compared with itself"
    for name in (a, b):
        if name not in names:
            return f"{name!r} is not a contestant"
    return f"{verdict!r} is not a verdict; verdicts are {', '.join(map(repr, sorted(verdicts)))}"
