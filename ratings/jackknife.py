"""A jackknife of voters, in one step: how far every coefficient moves when a voter is left out.

u_v = (I - I_v)⁻ s_v: I and I_v are the information of all votes and of the votes of v, s_v is the score of v.
"""

import numpy as np

from ratings.bradley_terry import Strengths, problem_at
from ratings.counts import FloatArray, IntArray, PairCounts
from ratings.errors import NotConverged, NotEnoughVoters
from ratings.linear import times
from ratings.newton import centred_inverse
from ratings.voter_scores import Surprises, VoterRows, information_of_voter, leverages, scores

LIGHT = 0.02
"""A voter on whom the fit leans no further than this is left out as if I_v were zero: 2 % at most."""

MOST_HEAVY = 200
"""At most so many voters, those most leant on, are left out exactly."""

ALONE = 1e8
"""Where a variance grows so many times without a voter, it is not finite without that voter."""


def heavy_voters(rows: VoterRows, strengths: Strengths, surprise: Surprises) -> IntArray:
    """Give the voters that are to be left out exactly, in ascending order."""
    leaning = leverages(rows, strengths, surprise)
    heavy = np.flatnonzero(leaning > LIGHT)
    return np.sort(heavy[np.argsort(-leaning[heavy], kind="stable")[:MOST_HEAVY]])


def moves_without(
    counts: PairCounts, rows: VoterRows, heavy: IntArray, strengths: Strengths, surprise: Surprises
) -> FloatArray:
    """Give how far every coefficient moves when each of the `heavy` voters is left out, shape (H, P)."""
    problem = problem_at(counts, strengths)
    whole = problem.information(strengths.coefficient_vector())
    moves = np.empty((len(heavy), len(whole)))
    for place, voter in enumerate(heavy):
        rest = whole - information_of_voter(rows, voter, strengths)
        score = scores(rows.part(voter, voter + 1), strengths, surprise)[0]
        moves[place] = times(_inverse_without(rest, strengths), score)
    return moves


def _inverse_without(rest: FloatArray, strengths: Strengths) -> FloatArray:
    """Invert the information of all voters but one.

    Raises:
        NotEnoughVoters: it is singular; the one who is left out is needed.
    """
    size = len(strengths.names)
    try:
        inverse = centred_inverse(rest, size, strengths.prior)
    except NotConverged:
        inverse = np.full_like(rest, np.inf)
    growth = np.diag(inverse)[:size] / np.diag(strengths.inverse_information)[:size]
    if not (np.abs(growth) < ALONE).all():
        name = strengths.names[int(np.argmax(np.abs(growth)))]
        raise NotEnoughVoters(f"without a single voter {name!r} could not be rated: there is no interval")
    return inverse
