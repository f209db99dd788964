"""Coded columns: small numbers, and once what each stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import lt
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from ratings.counts import EXACT, IntArray
from ratings.errors import BadOutcome

ILLEGAL = -1
"""The number of a label that has none."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column as numbers, shape (N,), and the labels that they stand for; a number below 0 is no value."""

    codes: NDArray[np.integer]
    labels: Sequence[object]


Column = Coded | Sequence[object] | NDArray[np.generic]


def coded(column: Column) -> Coded:
    """Code a column, if it is not."""
    if isinstance(column, Coded):
        return column
    if isinstance(column, np.ndarray) and column.dtype.kind == "U":
        labels, codes = np.unique(column, return_inverse=True)
        return Coded(codes, labels.tolist())
    number_of: dict[object, int] = {}
    numbers = [number_of.setdefault(value, len(number_of)) for value in column]
    return Coded(np.array(numbers, dtype=np.int64), list(number_of))


def check_whole(column: Coded, rows: int, why: str) -> None:
    """Check that a column has so many rows and no value is missing.

    Raises:
        BadOutcome: it has not, or one is, with the reason `why`.
    """
    if len(column.codes) != rows:
        raise BadOutcome(min(len(column.codes), rows) + 1, "the columns are not equally long")
    if rows and column.codes.min() < 0:
        raise BadOutcome(int(np.argmax(column.codes < 0)) + 1, why)


def numbers_of(column: Coded, number_of: Mapping[str, int]) -> IntArray:
    """Give the number of each label of a column, `ILLEGAL` where it has none."""
    texts = (label if isinstance(label, str) else "" for label in column.labels)
    return np.array([number_of.get(text, ILLEGAL) for text in texts], dtype=np.int64)


def is_name(label: object) -> TypeGuard[str]:
    """Tell whether a label can name somebody."""
    return isinstance(label, str) and bool(label.strip())


def _are_sorted_names(labels: Sequence[object]) -> TypeGuard[Sequence[str]]:
    """Tell whether labels are names in ascending order, quickly: a million voters are not rare."""
    if not set(map(type, labels)) <= {str}:
        return False
    texts: Sequence[str] = labels  # type: ignore[assignment]  # just seen
    return all(map(str.strip, texts)) and all(map(lt, texts, islice(texts, 1, None)))


def voters_of(column: Column | None, rows: int) -> tuple[tuple[str, ...], IntArray]:
    """Give the sorted voters and the number of the one of each row; without a column, each row is one.

    Raises:
        BadOutcome: a row has no voter, or there are not so many rows.
    """
    if column is None:
        width = len(str(rows))
        return tuple(f"row {row:0{width}}" for row in range(1, rows + 1)), np.arange(rows)
    given = coded(column)
    check_whole(given, rows, "the voter has no name")
    if _are_sorted_names(given.labels):
        return tuple(given.labels), given.codes.astype(np.int64)
    listed = tuple(sorted({label for label in given.labels if is_name(label)}))
    numbers = numbers_of(given, {name: number for number, name in enumerate(listed)})[given.codes]
    if rows and numbers.min() < 0:
        raise BadOutcome(int(np.argmax(numbers < 0)) + 1, "the voter has no name")
    return listed, numbers


def votes_of(count: Column, rows: int) -> IntArray:
    """Check a column of counts.

    Raises:
        BadOutcome: one is not a whole number above zero, or they are too many to be counted exactly.
    """
    votes = np.asarray(count)
    if len(votes) != rows:
        raise BadOutcome(min(len(votes), rows) + 1, "the columns are not equally long")
    wrong = votes < 1 if votes.dtype.kind in "iu" else np.ones(rows, dtype=bool)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadOutcome(row + 1, f"{votes[row].item()!r} is not a number of votes")
    if votes.dtype.itemsize < np.dtype(np.int64).itemsize:
        votes = votes.astype(np.int64)  # `EXACT` fits into no fewer bytes
    over = np.cumsum(np.minimum(votes, EXACT + 1), dtype=np.int64) > EXACT
    if over.any():
        row = int(np.argmax(over))
        raise BadOutcome(row + 1, "there are more votes than can be counted exactly")
    return votes.astype(np.int64)
