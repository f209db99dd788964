"""What audits of blindness say; apart from the programs, which take scikit-learn and a second to import."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PERMUTATIONS = 19
"""So many shuffles of who sat where; no shuffle as good is a chance of one in twenty."""

Watch = Callable[[], None]
"""Hears of each fit."""


@dataclass(frozen=True, slots=True)
class Audit:
    """How often a program named the right contestant, of replies to questions that it had not seen.

    `chance` is what naming the most frequent contestant always would give; `shuffled` what the same program
    reached after the seats were shuffled among battles. `found` is the share by contestant; `telling` are
    the pieces of text that speak most for each.
    """

    replies: int
    questions: int
    share: float
    lower: float
    upper: float
    chance: float
    shuffled: tuple[float, ...]
    found: Mapping[str, float]
    telling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Tell whether contestants were told apart better than by chance."""
        return self.lower > self.chance and self.share > max(self.shuffled)


@dataclass(frozen=True, slots=True)
class TooFew:
    """Why nothing can be said: `number` of `what`, where `needed` are needed."""

    what: str
    number: int
    needed: int
