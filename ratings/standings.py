"""Standings: the contestants, best first, each with rating, points and their intervals.

The public rating is 1000 + 400 / ln 10 · strength: 0 is the mean of the contestants and becomes 1000,
and 400 more means ten times the odds. It is the scale of chess, not its method.
"""

from dataclasses import asdict, dataclass
from math import log

from ratings.bradley_terry import BothBad, Strengths, Ties, fit, half_wins, left_out
from ratings.counts import Board, FloatArray
from ratings.points import Points, mean_win_probability
from ratings.uncertainty import Uncertainty, clustered

CENTRE = 1000.0
SCALE = 400.0 / log(10.0)

DIGITS = 9
"""Figures are rounded here: what lies beyond may differ from one processor to another."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What could change the standings of given votes."""

    ties: Ties = Ties.HALF
    both_bad: BothBad = BothBad.TIE
    level: float = 0.95
    points: float = 25.0
    tolerance: float = 1e-10


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant's line.

    `strength` and `se` are in natural-log units, `rating` and its interval `lower` to `upper` on the
    public scale; `votes` counts the fitted votes on the contestant.
    """

    name: str
    strength: float
    se: float
    rating: float
    lower: float
    upper: float
    votes: int
    points: float
    points_lower: float
    points_upper: float


@dataclass(frozen=True, slots=True)
class Standings:
    """The rows, best first (equals by name), and what they were made from and with.

    `votes` were fitted and `left_out` were not; `voters` cast the fitted ones.
    """

    rows: tuple[Row, ...]
    votes: int
    left_out: int
    voters: int
    effective_voters: float
    settings: Settings

    def to_json(self) -> dict[str, object]:
        """Give what a JSON file of the standings holds: names, numbers, lists and mappings of them."""
        return {
            "contestants": [asdict(row) for row in self.rows],
            "votes": self.votes,
            "left_out": self.left_out,
            "voters": self.voters,
            "effective_voters": self.effective_voters,
            "settings": {**asdict(self.settings), "centre": CENTRE, "scale": "400 / ln 10"},
        }


def rating(strength: float) -> float:
    """Give the public rating of a log-strength."""
    return CENTRE + SCALE * strength


def standings(board: Board, settings: Settings | None = None) -> Standings:
    """Rate the contestants of a `board`; without `settings`, by their defaults.

    Raises:
        NotConnected: no finite estimate exists.
        NotConverged: the fit took too many steps.
        NotEnoughVoters: the votes hang on too few voters for an interval.
    """
    chosen = settings or Settings()
    strengths = fit(board.pairs, both_bad=chosen.both_bad, tolerance=chosen.tolerance)
    uncertainty = clustered(board, strengths)
    points = mean_win_probability(strengths, uncertainty, maximum=chosen.points, level=chosen.level)
    wins = half_wins(board.pairs, chosen.both_bad)
    rows = _rows(strengths, uncertainty, points, (wins + wins.T).sum(axis=1), chosen.level)
    return Standings(
        rows=tuple(sorted(rows, key=lambda row: (-row.strength, row.name))),
        votes=strengths.votes,
        left_out=left_out(board.pairs, chosen.both_bad),
        voters=uncertainty.voters,
        effective_voters=_figure(uncertainty.effective_voters),
        settings=chosen,
    )


def _rows(
    strengths: Strengths, uncertainty: Uncertainty, points: Points, votes: FloatArray, level: float
) -> list[Row]:
    errors = uncertainty.standard_errors()
    reach = uncertainty.reach(level) * errors
    return [
        Row(
            name=name,
            strength=_figure(strengths.values[i]),
            se=_figure(errors[i]),
            rating=_figure(rating(strengths.values[i])),
            lower=_figure(rating(strengths.values[i] - reach[i])),
            upper=_figure(rating(strengths.values[i] + reach[i])),
            votes=int(votes[i]),
            points=_figure(points.values[i]),
            points_lower=_figure(points.lower[i]),
            points_upper=_figure(points.upper[i]),
        )
        for i, name in enumerate(strengths.names)
    ]


def _figure(value: float) -> float:
    """Round to `DIGITS`, with one zero only."""
    return round(float(value), DIGITS) + 0.0
