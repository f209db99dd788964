"""Plain charts as values: bars, fields of numbers, intervals; whoever draws them decides how they look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bars:
    """For each label a bar of the series' numbers, one on the other; lying where labels are long."""

    labels: Sequence[str]
    series: Mapping[str, Sequence[float]]
    across: str
    lying: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(any(numbers) for numbers in self.series.values())


@dataclass(frozen=True, slots=True)
class Field:
    """Numbers by row and column; None where there is none."""

    rows: Sequence[str]
    columns: Sequence[str]
    numbers: Sequence[Sequence[float | None]]
    down: str
    across: str

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(number is not None for row in self.numbers for number in row)


@dataclass(frozen=True, slots=True)
class Intervals:
    """For each label a value with its lower and upper end; `mark` is a value to compare with."""

    labels: Sequence[str]
    values: Sequence[tuple[float, float, float]]
    across: str
    mark: float

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not self.values


Chart = Bars | Field | Intervals
"""Any of them."""
