"""A column of labels: each row is a small number, each label is kept once.

A million rows take one to four megabytes, by how many labels there are.
"""

from array import array
from collections.abc import Iterable, Iterator

WIDER = {"B": "H", "H": "I"}
"""Kinds of whole numbers, each with the next that holds more."""


class Column:
    """Labels, one for each row, in the order in which they were added."""

    __slots__ = ("_most", "_number_of", "codes")

    def __init__(self, labels: Iterable[str] = ()) -> None:
        """Begin with the rows of `labels`."""
        self.codes = array("B")
        self._most = 2**8 - 1
        self._number_of: dict[str, int] = {}
        self.extend(labels)

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        return map(self.labels.__getitem__, self.codes)

    @property
    def labels(self) -> list[str]:
        """What each number stands for."""
        return list(self._number_of)

    def add(self, label: str) -> None:
        """Add a row."""
        number = self._number_of.setdefault(label, len(self._number_of))
        if number > self._most:
            self.codes = array(WIDER[self.codes.typecode], self.codes)
            self._most = 2 ** (8 * self.codes.itemsize) - 1
        self.codes.append(number)

    def extend(self, labels: Iterable[str]) -> None:
        """Add rows."""
        for label in labels:
            self.add(label)
