"""Style-controlled strengths: what is left of a lead when length, headings, lists and bold are equal.

log-odds of A over B = strength A - strength B + (side) + Σ coefficient · (style A - style B) / spread

Each difference of style is divided by its root mean square over the votes, so a coefficient is the
log-odds of one such step; nothing is subtracted, for a centre would be a side. Coefficients are not
penalised unless a prior is asked for, and the prior is on strengths alone: shrinking them moves ratings.

Style may itself be quality. These strengths are a second look, never the headline.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np

from ratings.bradley_terry import (
    LEFT_OUT,
    SIDE,
    UNDECIDED,
    BothBad,
    Convention,
    Strengths,
    Ties,
    concluded,
    convention_of,
    posed,
)
from ratings.comparisons import Comparisons
from ratings.counts import VERDICTS, FloatArray, Verdict
from ratings.errors import NotConverged
from ratings.grouping import seats
from ratings.linear import gram, inverse_of, times
from ratings.newton import Problem, Summit, climbed
from ratings.separation import climbed_finitely
from ratings.starts import start
from ratings.styled_votes import StyledVotes, styled
from ratings.tie_models import TieModel
from ratings.uncertainty import Uncertainty, by_clusters, independent
from ratings.vote_lines import VoteLines
from ratings.voter_scores import voter_rows
from ratings.voter_sums import check_voters, effective_by_contestant

__all__ = ["StyledVotes", "cr1_styles", "fit_styles", "sandwich_styles", "styled"]

ENOUGH = 2**14
"""Votes that the terms' first coefficients are taken from."""

FIRST_STEPS = 3

FARTHEST_START = 3.0
"""The largest first coefficient: its style would decide nearly all votes."""

NEARBY = 0.3
"""A first move further than this is left to the climb, which does not overshoot."""


def fit_styles(
    votes: StyledVotes,
    *,
    ties: Ties = Ties.HALF,
    both_bad: BothBad = BothBad.TIE,
    side: bool = False,
    prior: float = 0.0,
    tolerance: float = 1e-10,
    limit: int = 1_000,
) -> Strengths:
    """Fit log-strengths and coefficients of style; otherwise as `bradley_terry.fit`.

    Raises:
        NotConnected: the votes do not compare all contestants.
        Separated: styles or side tell winners and losers apart; the message names which.
        NotConverged: `limit` steps were not enough, or styles or wins too one-sided for an estimate.
    """
    convention = Convention(ties, both_bad, side, prior, tolerance)
    plain = posed(votes.pairs, replace(convention, side=False))
    alone = climbed(plain, start(plain), tolerance, limit)
    lines = _lines(votes, convention)
    problem = Problem(lines, plain.model, prior)
    first = _first(problem, alone, _lines(_some(votes), convention))
    summit = climbed_finitely(problem, first, (SIDE,) * side + votes.terms, tolerance, limit)
    return concluded(votes.pairs, convention, problem, summit, votes.terms)


def _lines(votes: StyledVotes, convention: Convention) -> VoteLines:
    """Give the votes as they are looked at; one that is left out is neither won, lost nor tied."""
    size = len(votes.pairs.names)
    a, b, verdict = seats(votes.cells, size)
    first, second = a.astype(np.int64), b.astype(np.int64)
    kinds = ({Verdict.A}, {Verdict.B}, UNDECIDED - LEFT_OUT[convention.both_bad])
    won, lost, tied = (_is_one_of(verdicts).take(verdict) for verdicts in kinds)
    runs = Comparisons(size, first, second, won, lost, tied, np.empty((0, len(first))))
    if not convention.side:
        return VoteLines(runs, votes.bounds, votes.differences, votes.reach)
    terms = np.concatenate([votes.seat[None, :], votes.differences])
    return VoteLines(runs, votes.bounds, terms, np.append(1.0, votes.reach))


def _some(votes: StyledVotes) -> StyledVotes:
    """Give every so many-th vote where there are very many."""
    stride = max(1, len(votes.seat) // ENOUGH)
    every = slice(None, None, stride)
    bounds = -(-votes.bounds // stride)
    there = np.flatnonzero(np.diff(bounds))
    return replace(
        votes,
        cells=votes.cells[there],
        bounds=np.append(bounds[there], bounds[-1]),
        seat=votes.seat[every],
        voter=votes.voter[every],
        differences=votes.differences[:, every],
    )


def _first(problem: Problem[VoteLines], alone: Summit, some: VoteLines) -> FloatArray:
    """Give coefficients to start from: strengths `alone`, terms as on some votes, both moved once by all.

    Strengths and terms are moved as if they had nothing to do with each other. Where terms run away on some
    votes they start from nothing, and the climb takes longer.
    """
    terms = _terms_alone(some, problem.model, alone.values)
    if terms is None:
        return np.concatenate([alone.values, np.zeros(len(some.terms))])
    values = np.concatenate([alone.values, terms.values])
    strengths, rest = slice(problem.lines.size), slice(len(alone.values), None)
    slope, move = problem.gradient(values), np.zeros_like(values)
    move[strengths] = times(alone.inverse[strengths, strengths], slope[strengths])
    move[rest] = times(terms.inverse, slope[rest]) * (some.bounds[-1] / problem.lines.bounds[-1])
    return values + move if float(np.abs(move).max()) < NEARBY else values


def _terms_alone(some: VoteLines, model: TieModel, alone: FloatArray) -> Summit | None:
    """Move terms from nothing, strengths staying as they are; None where they run away."""
    values = np.concatenate([alone, np.zeros(len(some.terms))])
    rest = slice(len(alone), None)
    for _ in range(FIRST_STEPS):
        try:
            inverse = inverse_of(some.information(model, values)[rest, rest])
        except NotConverged:
            return None
        values[rest] += times(inverse, some.gradient(model, values)[rest])
        if not (np.abs(values[rest]) < FARTHEST_START).all():
            return None
    return Summit(values[rest], inverse, FIRST_STEPS)


def _is_one_of(verdicts: AbstractSet[Verdict]) -> FloatArray:
    """Give 1 where each of `VERDICTS` is one of these and 0 where it is not, shape (4,)."""
    return np.array([float(verdict in verdicts) for verdict in VERDICTS])


def sandwich_styles(votes: StyledVotes, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance as if each vote were a voter's only one."""
    lines = _lines(votes, convention_of(strengths))
    return independent(lines.squares(strengths.model, strengths.coefficient_vector()), strengths)


def cr1_styles(votes: StyledVotes, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance clustered by voter with the CR1 factor.

    Raises:
        NotEnoughVoters: fewer than two effective voters on a contestant.
    """
    convention = convention_of(strengths)
    lines = _lines(votes, convention)
    slopes = lines.slopes(strengths.model, strengths.coefficient_vector())
    cell = votes.cell
    left_out = _is_one_of(LEFT_OUT[convention.both_bad]).take(seats(cell, lines.size).verdict)
    kept = np.flatnonzero(left_out == 0.0)
    order = kept[np.argsort(votes.voter[kept], kind="stable")]
    rows = voter_rows(lines.size, votes.voter[order], cell[order])
    check_voters(rows)
    by_d = slopes.by_d[order]
    rest = [slopes.by_t[order]] if strengths.model.has_parameter else []
    rest += [by_d * term[order] for term in lines.terms]
    middle = np.zeros(strengths.inverse_information.shape)
    for begin, end in rows.lots(len(middle)):
        lot, part = slice(rows.bounds[begin], rows.bounds[end]), rows.part(begin, end)
        by_strength = part.tabled_against(by_d[lot], part.places())
        middle += gram(np.column_stack([by_strength, *(part.sums(each[lot]) for each in rest)]))
    return by_clusters(middle, rows, effective_by_contestant(rows), strengths)
