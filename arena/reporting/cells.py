"""Rows of cells that come one by one, and are written as CSV in the order of their cells.

A row takes some bytes, not some hundred: of each column numbers are kept, and every label once.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from arena.contest.column import Column
from ratings.coded import Coded
from ratings.rows import column_of, holding, in_order, labels_of

Pieces = Iterator[bytes]
"""A file, piece by piece."""

ROWS = 2**14
"""Rows of a piece."""


class Cells:
    """Rows of cells under `heads`."""

    def __init__(self, heads: Sequence[str]) -> None:
        """Begin without rows."""
        self._columns = {head: Column() for head in heads}

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __getitem__(self, head: str) -> Column:
        return self._columns[head]

    def add(self, row: Sequence[str]) -> None:
        """Add a row: a cell for each head."""
        for column, cell in zip(self._columns.values(), row, strict=True):
            column.add(cell)

    def csv(self, heads: Sequence[str], where: str, said: str) -> Pieces:
        """Write the columns of `heads` of the rows that say `said` under `where`, sorted cell by cell."""
        columns = [coded(self[head]) for head in heads]
        order = in_order(columns, holding(coded(self[where]), {said}))
        yield _lines([heads])
        for start in range(0, len(order), ROWS):
            rows = order[start : start + ROWS]
            yield _lines(zip(*(labels_of(column, rows) for column in columns), strict=True))


def coded(column: Column) -> Coded:
    """Give a column as `ratings` takes it, without copying."""
    return column_of(column.codes, column.labels)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
