"""Bradley-Terry ratings for blind comparisons; knows nothing of any arena.

    from ratings import rated, read_votes

    found = rated(read_votes(Path("votes.csv")).board)
    for row in found.standings.rows:
        print(row.name, row.rating, row.lower, row.upper, row.rank_low, row.rank_high)

Votes       counts, columns, votes_file, arrow: outcomes, arrays, files → pair counts, and the same by voter
Fit         bradley_terry, tie_models, covariates: pair counts → log-strengths
Doubt       uncertainty, bootstrap, ranks: log-strengths → intervals, rank sets, P(each rank)
Standings   standings, points, composite: all of it, best first; points; the whole with other components
Decision    influence, decision: how few votes or voters change the last place, and what that carries
Sample      weights, pooling: voters that stand for the people; categories drawn together
Checks      diagnostics, blinding_index, two_samples: what the ratings cannot say, rigging, guesses, sources
Before      power, simulate: how many votes it takes; known strengths → outcomes
"""

from ratings.blinding_index import Guesses, blinding_indices
from ratings.bradley_terry import BothBad, Strengths, Ties, fit
from ratings.composite import Component, totals
from ratings.counts import Board, Outcome, PairCounts, Verdict, tally
from ratings.decision import Certainty, Decision, Thresholds, decide
from ratings.diagnostics import diagnose
from ratings.errors import RatingsError
from ratings.influence import Fragility, fragility, last_place
from ratings.points import Rule
from ratings.pooling import pool
from ratings.power import Plan, need, separable_margin
from ratings.standings import Rated, Row, Settings, Standings, rated
from ratings.uncertainty import Uncertainty, clustered
from ratings.votes_file import read_votes
from ratings.weights import rake, weighted

__all__ = [
    "Board",
    "BothBad",
    "Certainty",
    "Component",
    "Decision",
    "Fragility",
    "Guesses",
    "Outcome",
    "PairCounts",
    "Plan",
    "Rated",
    "RatingsError",
    "Row",
    "Rule",
    "Settings",
    "Standings",
    "Strengths",
    "Thresholds",
    "Ties",
    "Uncertainty",
    "Verdict",
    "blinding_indices",
    "clustered",
    "decide",
    "diagnose",
    "fit",
    "fragility",
    "last_place",
    "need",
    "pool",
    "rake",
    "rated",
    "read_votes",
    "separable_margin",
    "tally",
    "totals",
    "weighted",
]
