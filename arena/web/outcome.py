"""The published standings as lay readers see them: a list with bars, and one drawing to take along.

Every bar stands beside its figures in words, so nothing is told by a shape or a shade alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from arena.reporting.tally import Standing, Standings
from arena.web.templates import fill
from arena.web.text import Language
from arena.web.text import standings as text

WORDS: Mapping[Language, Mapping[str, str]] = {"ko": text.KO, "en": text.EN}

MARGIN = 0.06
"""Of the scale, free at both ends."""

WIDTH = 1000
"""Of a bar's own scale, in its units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One contestant's line: its words, and where mark and interval stand, from 0 to `WIDTH`."""

    place: int
    name: str
    team: str
    rating: str
    points: str
    near: bool
    mark: int
    left: int
    length: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The ratings at both ends of all bars."""

    low: float
    high: float

    def place(self, rating: float) -> int:
        """Give where a rating stands, from 0 to `WIDTH`."""
        return round(WIDTH * (rating - self.low) / (self.high - self.low))


def scale_of(rows: Sequence[Standing]) -> Scale:
    """Give a scale on which every interval fits."""
    low, high = min(row.lower for row in rows), max(row.upper for row in rows)
    room = max(high - low, 1.0) * MARGIN
    return Scale(low - room, high + room)


def bars(standings: Standings, language: Language) -> list[Bar]:
    """Give the lines, best first."""
    words, scale = WORDS[language], scale_of(standings.rows)
    near = [False, *(below.upper >= above.lower for above, below in pairwise(standings.rows))]
    return [
        Bar(
            place=place,
            name=row.name,
            team=row.team,
            rating=words["rating"].format(rating=row.rating, lower=row.lower, upper=row.upper),
            points=words["points"].format(points=row.points),
            near=is_near,
            mark=scale.place(row.rating),
            left=scale.place(row.lower),
            length=scale.place(row.upper) - scale.place(row.lower),
        )
        for place, (row, is_near) in enumerate(zip(standings.rows, near, strict=True), start=1)
    ]


def markup(standings: Standings, language: Language) -> str:
    """Write the part of the standings page that is there once they are published."""
    return fill("outcome.html", **_values(standings, language))


def drawing(standings: Standings, language: Language) -> str:
    """Draw the same as one SVG that stands by itself, legible in grey."""
    return fill("outcome_svg.html", **_values(standings, language))


def _values(standings: Standings, language: Language) -> dict[str, object]:
    words, scale = WORDS[language], scale_of(standings.rows)
    return {
        "w": words,
        "language": language,
        "bars": bars(standings, language),
        "width": WIDTH,
        "low": f"{scale.low:.0f}",
        "high": f"{scale.high:.0f}",
        "counted": words["counted"].format(voters=standings.voters, votes=standings.votes),
    }
