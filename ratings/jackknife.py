"""A jackknife of voters, in one step: how far every coefficient moves when a voter is left out.

u_v = (I - I_v)⁻ s_v: I and I_v are the information of all votes and of the votes of v, s_v is the score of v.

It is the sum of (I⁻ I_v)ⁿ I⁻ s_v over n = 0, 1, …, all voters at once; where a fit leans so much on a voter
that the sum does not end soon, the matrix is inverted.
"""

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import Strengths, problem_at
from ratings.counts import FloatArray, IntArray, PairCounts
from ratings.errors import NotConverged, NotEnoughVoters
from ratings.linear import product, times
from ratings.newton import centred_inverse
from ratings.tie_models import Bends
from ratings.voter_scores import Surprises, VoterRows, information_of_voter, leverages, scores

LIGHT = 0.02
"""A voter on whom the fit leans no further than this is left out as if I_v were zero: 2 % at most."""

MOST_HEAVY = 200
"""At most so many voters, those most leant on, are left out exactly."""

TERMS = 30
"""Of a series; a voter for whom so many are not enough is left out by an inverse."""

NOTHING = 1e-17
"""A series ends with a term that is no more than this part of its sum."""

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
    mine = rows.chosen(heavy)
    score = scores(mine, strengths, surprise)
    moves, ended = _series(mine, score, strengths, surprise)
    if not ended.all():
        problem = problem_at(counts, strengths)
        whole = problem.information(strengths.coefficient_vector())
        for voter in np.flatnonzero(~ended).tolist():
            rest = whole - information_of_voter(mine, voter, strengths)
            moves[voter] = times(_inverse_without(rest, strengths), score[voter])
    return moves


def _series(
    rows: VoterRows, score: FloatArray, strengths: Strengths, surprise: Surprises
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Sum the series of each voter, shape (H, P), and tell which have ended, shape (H,)."""
    places, inverse = rows.places(), strengths.inverse_information
    term = product(score, inverse)
    moves, ended = term, np.zeros(len(score), dtype=np.bool_)
    for _ in range(TERMS):
        term = product(_pulled(rows, places, term, strengths, surprise.bends), inverse)
        moves = moves + term
        ended = np.abs(term).max(axis=1) <= NOTHING * np.abs(moves).max(axis=1)
        if ended.all():
            break
    return moves, ended


def _pulled(
    rows: VoterRows, places: IntArray, moves: FloatArray, strengths: Strengths, bends: Bends
) -> FloatArray:
    """Multiply what each voter's votes add to the information by that voter's moves, shape (H, P)."""
    lengths = np.diff(rows.bounds)
    of_a, of_b = np.ascontiguousarray(moves[:, : rows.size]).take(places)
    odds = of_a - of_b
    if strengths.side is not None:
        odds += np.repeat(moves[:, -1], lengths)
    by_odds = rows.count * bends.dd.take(rows.cell)
    pulled, rest = by_odds * odds, []
    if strengths.tie is not None:
        tie = np.repeat(moves[:, rows.size], lengths)
        both, by_tie = (rows.count * each.take(rows.cell) for each in (bends.dt, bends.tt))
        rest.append(rows.sums(both * odds + by_tie * tie))
        pulled += both * tie
    if strengths.side is not None:
        rest.append(rows.sums(pulled))
    return np.column_stack([rows.tabled_against(pulled, places), *rest])


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
