"""How sure the strengths are, when the votes of one voter hang together.

clustered: covariance = (G-1)/G · Σ_v u_v u_vᵀ,  u_v = (I - I_v)⁻ s_v     (CR3: Bell and McCaffrey 2002)

s_v sums the scores of all votes of voter v, I_v their information, I that of all votes, G counts the
voters. u_v is how far the strengths move, to first order, when v is left out: a jackknife of voters. A
voter with many votes pulls the fit near; without (I - I_v) in place of I, the pull would look like
agreement, and intervals would be too short just where a few voters cast most votes.

Intervals take Student's t with (Σ n_v)² / Σ n_v² - 1 degrees of freedom, n_v being the votes of v on the
contestant: the effective number of voters less one. The sum over voters is in truth one over the few who
voted most; counting all G would promise more than there is.

`tests/bench/calibration.py` shows how often the intervals hold the truth, beside those of
  cr1           G/(G-1) · I⁻ (Σ_v s_v s_vᵀ) I⁻                       (Liang and Zeger 1986)
  sandwich      I⁻ (Σ s sᵀ over votes) I⁻, each vote by itself
  by_information   I⁻
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit

from ratings import half_wins
from ratings.bradley_terry import Strengths, problem_at
from ratings.comparisons import information
from ratings.counts import Board, FloatArray, IntArray, PairCounts
from ratings.errors import NotEnoughVoters
from ratings.jackknife import heavy_voters, moves_without
from ratings.linear import between, gram
from ratings.voter_scores import VoterRows, rows_of, scores, squares, surprises
from ratings.voter_sums import (
    check_voters,
    check_voters_on_each,
    effective_together,
    summed_over_voters,
)

NO_SPREAD = 1e-9
"""A standard error below this says that the voters' differences cancelled, not that we are that sure."""


class Method(StrEnum):
    """How a covariance was estimated."""

    JACKKNIFE = "jackknife of voters"
    CR1 = "clustered by voter, CR1"
    SANDWICH = "sandwich"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """The covariance of the strengths, and what intervals from it may count on.

    `covariance` has shape (K, K), natural-log units squared, in the order of the strengths; `whole`,
    shape (P, P), that of all coefficients. `voters` counts those with a vote in the fit,
    `effective_voters` corrects it for unequal numbers of votes; `freedoms`, shape (K,), are the degrees
    of freedom contestant by contestant.
    """

    whole: FloatArray
    voters: int
    effective_voters: float
    freedoms: FloatArray
    method: Method

    def __post_init__(self) -> None:
        self.whole.flags.writeable = False
        self.freedoms.flags.writeable = False

    @property
    def covariance(self) -> FloatArray:
        """Give the covariance of the strengths, shape (K, K)."""
        return self.whole[: len(self.freedoms), : len(self.freedoms)]

    @property
    def freedom(self) -> float:
        """Give the fewest degrees of freedom of any contestant: those of a statement on all at once."""
        return float(self.freedoms.min())

    def standard_errors(self) -> FloatArray:
        """Give the standard errors of the strengths, shape (K,)."""
        errors: FloatArray = np.sqrt(np.diag(self.covariance))
        return errors

    def reach(self, level: float) -> FloatArray:
        """Give how many standard errors an interval of this `level` reaches to each side, shape (K,)."""
        return _quantiles(level, self.freedoms)

    def difference_errors(self) -> FloatArray:
        """Give the standard errors of strength of row less that of column, shape (K, K)."""
        own = np.diag(self.covariance)
        squared = own[:, None] + own[None, :] - 2.0 * self.covariance
        errors: FloatArray = np.sqrt(np.maximum(squared, 0.0))
        return errors

    def difference_freedoms(self) -> FloatArray:
        """Give the degrees of freedom of differences, shape (K, K): a mean by each one's variance."""
        own = np.diag(self.covariance)
        each = own / self.freedoms
        freedoms: FloatArray = (own[:, None] + own[None, :]) / (each[:, None] + each[None, :])
        return freedoms

    def difference_reach(self, level: float) -> FloatArray:
        """Give how many standard errors the intervals of differences reach to each side, shape (K, K)."""
        return _quantiles(level, self.difference_freedoms())


def _quantiles(level: float, freedoms: FloatArray) -> FloatArray:
    quantiles: FloatArray = np.asarray(stdtrit(freedoms, 0.5 + level / 2.0))
    return quantiles


@dataclass(frozen=True, slots=True, eq=False)
class VoterScores:
    """Scores, shape (G, K), and numbers of votes, shape (G,), of the voters in a fit.

    `voters` are their numbers in the voter counts, shape (G,). To first order, counting voter v once
    more moves the strengths by `inverse_information @ matrix[v]`.
    """

    matrix: FloatArray
    votes: FloatArray
    voters: IntArray


def voter_scores(board: Board, strengths: Strengths) -> VoterScores:
    """Give the scores of the voters of a `board` at fitted `strengths`."""
    rows = rows_of(board.voters, strengths)
    matrix = scores(rows, strengths, surprises(strengths))
    return VoterScores(matrix[:, : rows.size], rows.sums(rows.count), rows.voters)


def clustered(board: Board, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance of fitted `strengths` by a jackknife of the voters of the same `board`.

    Raises:
        NotEnoughVoters: fewer than two effective voters on a contestant, a contestant who cannot be
            rated without one voter, or voters too alike to tell a spread.
    """
    rows = rows_of(board.voters, strengths)
    check_voters(rows)
    surprise = surprises(strengths)
    heavy = heavy_voters(rows, strengths, surprise)
    moves = moves_without(board.pairs, rows, heavy, strengths, surprise)
    middle, effective = summed_over_voters(rows, strengths, surprise, skipped=heavy)
    voters = len(rows.bounds) - 1
    whole = (voters - 1) / voters * (between(strengths.inverse_information, middle) + gram(moves))
    return _concluded(whole, rows, effective, Method.JACKKNIFE, strengths)


def cr1(board: Board, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance clustered by voter with the CR1 factor, as most software does.

    Raises:
        NotEnoughVoters: as `clustered`.
    """
    rows = rows_of(board.voters, strengths)
    check_voters(rows)
    nobody = np.empty(0, dtype=np.int64)
    middle, effective = summed_over_voters(rows, strengths, surprises(strengths), skipped=nobody)
    return by_clusters(middle, rows, effective, strengths)


def by_clusters(
    middle: FloatArray, rows: VoterRows, effective: FloatArray, strengths: Strengths
) -> Uncertainty:
    """Give what the sum over voters of s sᵀ, shape (P, P), says with the CR1 factor.

    `effective` counts the effective voters on each contestant, shape (K,).

    Raises:
        NotEnoughVoters: as `clustered`.
    """
    voters = len(rows.bounds) - 1
    whole = voters / (voters - 1) * between(strengths.inverse_information, middle)
    return _concluded(whole, rows, effective, Method.CR1, strengths)


def sandwich(counts: PairCounts, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance as if each vote were a voter's only one."""
    if strengths.tie is None and strengths.side is None:
        return independent(half_wins.squares(counts, strengths.both_bad, strengths.values), strengths)
    problem = problem_at(counts, strengths)
    lines = problem.lines
    side = np.full(len(lines.terms), strengths.side or 0.0)
    odds = lines.log_odds(strengths.values, side)
    return independent(information(lines, problem.model, squares(lines, strengths, odds)), strengths)


def independent(middle: FloatArray, strengths: Strengths) -> Uncertainty:
    """Give what the sum over votes of s sᵀ, shape (P, P), says."""
    whole = between(strengths.inverse_information, middle)
    return _independent(whole, Method.SANDWICH, strengths)


def by_information(strengths: Strengths) -> Uncertainty:
    """Take the inverse of the observed information for the covariance: votes independent, model true."""
    return _independent(strengths.inverse_information.copy(), Method.INFORMATION, strengths)


def _independent(whole: FloatArray, method: Method, strengths: Strengths) -> Uncertainty:
    freedoms = np.full(len(strengths.names), max(1.0, strengths.votes - 1.0))
    return Uncertainty(whole, strengths.votes, float(strengths.votes), freedoms, method)


def _concluded(
    whole: FloatArray, rows: VoterRows, effective: FloatArray, method: Method, strengths: Strengths
) -> Uncertainty:
    voters = len(rows.bounds) - 1
    check_voters_on_each(strengths.names, effective)
    if np.diag(whole)[: rows.size].min() < NO_SPREAD**2:
        raise NotEnoughVoters(f"the votes of {voters} voters are too alike to say how sure a rating is")
    return Uncertainty(whole, voters, effective_together(rows), effective - 1.0, method)
