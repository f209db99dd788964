"""Rows of coded columns: which are meant, and in which order their labels put them."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.coded import Coded
from ratings.counts import IntArray

Mask = NDArray[np.bool_]
"""For each row whether it is meant, shape (N,)."""


def column_of(codes: Any, labels: Sequence[object]) -> Coded:
    """Give whole numbers that stand in a buffer, an array's say, as a column; they are not copied."""
    return Coded(np.asarray(codes), labels)


def holding(column: Coded, labels: Collection[object]) -> Mask:
    """Mean the rows whose label is one of these."""
    known = np.array([label in labels for label in column.labels], dtype=np.bool_)
    return known.take(column.codes)


def picked(column: Coded, among: Mask) -> Coded:
    """Give of a column the rows that are meant."""
    return Coded(column.codes[among], column.labels)


def labels_of(column: Coded, rows: IntArray) -> list[object]:
    """Give the labels of some rows."""
    return [column.labels[code] for code in column.codes[rows].tolist()]


def in_order(columns: Sequence[Coded], among: Mask) -> IntArray:
    """Number the rows that are meant, in the order of their labels as texts, the first column first."""
    rows = np.flatnonzero(among)
    return rows[np.lexsort([_places(column)[column.codes[rows]] for column in reversed(columns)])]


def _places(column: Coded) -> NDArray[np.integer]:
    """Give the place of each label among all, in as few bytes as it takes."""
    texts = [str(label) for label in column.labels]
    places = np.empty(len(texts), dtype=np.min_scalar_type(len(texts)))
    places[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return places
