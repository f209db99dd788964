"""Columns: rows of labels or of whole numbers, in as few bytes as they take.

A column of labels has a small number for each row and keeps each label once: a million rows take one to
four megabytes, by how many labels there are.
"""

from array import array
from collections.abc import Iterable, Iterator

WIDER = {"B": "H", "H": "I", "b": "h", "h": "i", "i": "q"}
"""Kinds of whole numbers, each with the next that holds more."""


class Column:
    """Labels, one for each row, in the order in which they were added; `labels` says each once."""

    __slots__ = ("_most", "_number_of", "codes", "labels")

    def __init__(self, labels: Iterable[str] = ()) -> None:
        """Begin with the rows of `labels`."""
        self.codes = array("B")
        self.labels: list[str] = []
        self._most = 2**8 - 1
        self._number_of: dict[str, int] = {}
        self.extend(labels)

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        return map(self.labels.__getitem__, self.codes)

    def __getitem__(self, row: int) -> str:
        return self.labels[self.codes[row]]

    def __setitem__(self, row: int, label: str) -> None:
        self.codes[row] = self._number(label)

    def add(self, label: str) -> None:
        """Add a row."""
        number = self._number(label)
        self.codes.append(number)

    def extend(self, labels: Iterable[str]) -> None:
        """Add rows."""
        for label in labels:
            self.add(label)

    def _number(self, label: str) -> int:
        """Give the number of a label; of a new one it may take wider rows."""
        number = self._number_of.get(label)
        if number is not None:
            return number
        number = self._number_of[label] = len(self.labels)
        self.labels.append(label)
        if number > self._most:
            self.codes = array(WIDER[self.codes.typecode], self.codes)
            self._most = 2 ** (8 * self.codes.itemsize) - 1
        return number


class Numbers:
    """Whole numbers of 64 bits at most, one for each row, in the order in which they were added."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        """Begin without rows."""
        self.values = array("b")

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[int]:
        return iter(self.values)

    def __getitem__(self, row: int) -> int:
        return self.values[row]

    def __setitem__(self, row: int, number: int) -> None:
        try:
            self.values[row] = number
        except OverflowError:
            self._widen()
            self[row] = number

    def add(self, number: int) -> None:
        """Add a row."""
        try:
            self.values.append(number)
        except OverflowError:
            self._widen()
            self.add(number)

    def _widen(self) -> None:
        """Take wider rows.

        Raises:
            OverflowError: there are none.
        """
        if self.values.typecode not in WIDER:
            raise OverflowError("a number of more than 64 bits")
        self.values = array(WIDER[self.values.typecode], self.values)
