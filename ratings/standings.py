"""Standings: the contestants, best first, each with rating, points, their intervals, and possible ranks.

The public rating is 1000 + 400 / ln 10 · strength: 0 is the mean of the contestants and becomes 1000,
and 400 more means ten times the odds. It is the scale of chess, not its method.
"""

from dataclasses import asdict, dataclass
from math import log

from ratings.bradley_terry import BothBad, Strengths, Ties, fit, half_wins, left_out
from ratings.counts import Board
from ratings.points import Rule, points
from ratings.ranks import SEED, Ranks, ranks
from ratings.uncertainty import Uncertainty, clustered
from ratings.weights import Weights, weighted

CENTRE = 1000.0
SCALE = 400.0 / log(10.0)

DIGITS = 9
"""Figures are rounded here: what lies beyond may differ from one processor to another."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What could change the standings of given votes.

    `rule` and `floor` are those of the points; `seed` is that of the drawn ranks.
    """

    ties: Ties = Ties.HALF
    both_bad: BothBad = BothBad.TIE
    level: float = 0.95
    points: float = 25.0
    tolerance: float = 1e-10
    side: bool = False
    prior: float = 0.0
    rule: Rule = Rule.MEAN_WIN
    floor: float = 0.0
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant's line.

    `strength` and `se` are in natural-log units, `rating` and its interval `lower` to `upper` on the
    public scale; `votes` counts the fitted votes on the contestant. `rank_low` to `rank_high` holds the true
    rank, for all contestants at once with the level of the settings; `p_last` is the chance to be last.
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
    rank_low: int
    rank_high: int
    p_last: float


@dataclass(frozen=True, slots=True)
class Standings:
    """The rows, best first (equals by name), and what they were made from and with.

    `votes` were fitted and `left_out` were not; `voters` cast the fitted ones. `draws` is how many strengths
    were drawn for the ranks, `tie` and `side` are the further parameters of the fit, None if it has none;
    `weights` is how many voters the weighted ones are worth, None where voters have no weights.
    """

    rows: tuple[Row, ...]
    votes: int
    left_out: int
    voters: int
    effective_voters: float
    draws: int
    tie: float | None
    side: float | None
    weights: float | None
    settings: Settings

    def to_json(self) -> dict[str, object]:
        """Give what a JSON file of the standings holds: names, numbers, lists and mappings of them."""
        return {
            "contestants": [asdict(row) for row in self.rows],
            "votes": self.votes,
            "left_out": self.left_out,
            "voters": self.voters,
            "effective_voters": self.effective_voters,
            "draws": self.draws,
            "tie": self.tie,
            "side": self.side,
            "weights": self.weights,
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
    return rated(board, settings).standings


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """The standings and all that they were made from."""

    standings: Standings
    strengths: Strengths
    uncertainty: Uncertainty
    ranks: Ranks


def rated(board: Board, settings: Settings | None = None, weights: Weights | None = None) -> Rated:
    """Rate the contestants of a `board` and keep the fit, its uncertainty and the ranks.

    With `weights` each voter's votes count by weight in the fit and its uncertainty; numbers of votes
    stay those that were cast.

    Raises:
        NotConnected, NotConverged, NotEnoughVoters: as `standings`.
        BadSettings: a voter has no weight.
    """
    chosen = settings or Settings()
    counted = board if weights is None else weighted(board, weights)
    strengths = _fitted(counted, chosen)
    uncertainty = clustered(counted, strengths)
    out = left_out(board.pairs, chosen.both_bad)
    found = ranks(strengths, uncertainty, level=chosen.level, seed=chosen.seed)
    rows = _rows(board, strengths, uncertainty, found, chosen)
    made = Standings(
        rows=tuple(sorted(rows, key=lambda row: (-row.strength, row.name))),
        votes=board.pairs.votes - out,
        left_out=out,
        voters=uncertainty.voters,
        effective_voters=_figure(uncertainty.effective_voters),
        draws=found.draws,
        tie=None if strengths.tie is None else _figure(strengths.tie),
        side=None if strengths.side is None else _figure(strengths.side),
        weights=None if weights is None else _figure(weights.effective),
        settings=chosen,
    )
    return Rated(made, strengths, uncertainty, found)


def _fitted(board: Board, chosen: Settings) -> Strengths:
    return fit(
        board.pairs,
        ties=chosen.ties,
        both_bad=chosen.both_bad,
        side=chosen.side,
        prior=chosen.prior,
        tolerance=chosen.tolerance,
    )


def _rows(
    board: Board, strengths: Strengths, uncertainty: Uncertainty, found: Ranks, chosen: Settings
) -> list[Row]:
    errors = uncertainty.standard_errors()
    reach = uncertainty.reach(chosen.level) * errors
    scored = points(
        strengths,
        uncertainty,
        chosen.rule,
        maximum=chosen.points,
        floor=chosen.floor,
        level=chosen.level,
    )
    wins = half_wins(board.pairs, chosen.both_bad)
    votes = (wins + wins.T).sum(axis=1)
    return [
        Row(
            name=name,
            strength=_figure(strengths.values[i]),
            se=_figure(errors[i]),
            rating=_figure(rating(strengths.values[i])),
            lower=_figure(rating(strengths.values[i] - reach[i])),
            upper=_figure(rating(strengths.values[i] + reach[i])),
            votes=int(votes[i]),
            points=_figure(scored.values[i]),
            points_lower=_figure(scored.lower[i]),
            points_upper=_figure(scored.upper[i]),
            rank_low=int(found.low[i]),
            rank_high=int(found.high[i]),
            p_last=_figure(found.last[i]),
        )
        for i, name in enumerate(strengths.names)
    ]


def _figure(value: float) -> float:
    """Round to `DIGITS`, with one zero only."""
    return round(float(value), DIGITS) + 0.0
