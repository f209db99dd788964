"""A least number, and what is proved of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Least:
    """The least number found that does it, and a number below which none does."""

    count: int
    at_least: int

    @property
    def exact(self) -> bool:
        """Tell whether it is proved that no smaller number does it."""
        return self.count == self.at_least
