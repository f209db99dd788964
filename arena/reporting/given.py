"""Given scores: the parts of the whole that others score, the benchmark and the experts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from arena.contest.roster import ContestantId
from arena.ledger.canonical import canonical
from arena.ledger.checks import Words
from arena.ledger.entries import commitment


class Part(StrEnum):
    """A part of the whole that is given; the users' part comes from the votes."""

    BENCHMARK = "benchmark"
    EXPERT = "expert"


MAXIMA: Mapping[Part, int] = {Part.BENCHMARK: 40, Part.EXPERT: 35}
PARTS: Mapping[Part, Words] = {
    Part.BENCHMARK: Words("벤치마크", "benchmark"),
    Part.EXPERT: Words("전문가", "expert"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What each contestant got in each part."""

    scores: Mapping[Part, Mapping[ContestantId, Decimal]]

    def document(self) -> dict[str, dict[str, str]]:
        """Give it as names and texts of numbers, in order."""
        return {
            part.value: {name: str(score) for name, score in sorted(self.scores[part].items())}
            for part in Part
        }

    def commitment(self, salt: bytes) -> str:
        """Give what stands for the scores on record, hex; without the salt they could be guessed."""
        return commitment(salt, canonical(dict(self.document())))


def given_of(document: Mapping[str, Mapping[str, str]]) -> Given:
    """Read back what `Given.document` gives.

    Raises:
        KeyError: a part is not there.
        ArithmeticError: a score is no number.
    """
    return Given(
        {
            part: {ContestantId(name): Decimal(score) for name, score in document[part.value].items()}
            for part in Part
        }
    )
