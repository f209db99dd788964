"""Style-controlled strengths: what is left of a lead when length, headings, lists and bold are equal.

log-odds of A over B = strength A - strength B + (side) + Σ coefficient · (style A - style B) / spread

Each difference of style is divided by its root mean square over the votes, so a coefficient is the
log-odds of one such step; nothing is subtracted, for a centre would be a side. Coefficients are not
penalised unless a prior is asked for, and the prior is on strengths alone: shrinking them moves ratings.

Style may itself be quality. These strengths are a second look, never the headline.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ratings.bradley_terry import (
    LEFT_OUT,
    BothBad,
    Convention,
    Strengths,
    Ties,
    concluded,
    convention_of,
    problem_of,
)
from ratings.coded import Column
from ratings.columns import SPELLINGS, numbered
from ratings.comparisons import Comparisons, information, summed
from ratings.counts import LAYER, VERDICTS, Board, FloatArray, IntArray, Verdict
from ratings.errors import BadOutcome, NotConnected, NotConverged
from ratings.linear import gram
from ratings.newton import Problem, climbed
from ratings.starts import start
from ratings.uncertainty import Uncertainty, by_clusters, check_voters, independent
from ratings.voter_scores import squares, voter_rows

LEAD_OF_A: dict[Verdict, float] = {
    Verdict.A: 1.0,
    Verdict.B: -1.0,
    Verdict.TIE: 0.0,
    Verdict.BOTH_BAD: 0.0,
}

ENOUGH = 2**16
"""Lines of the sample that the fit of many more starts from."""


@dataclass(frozen=True, slots=True, eq=False)
class StyledVotes:
    """Votes and how their two replies differ in style.

    `cell`, shape (N,), numbers contestant on A, contestant on B and verdict in one; `voter` the voters;
    `differences` has shape (Q, N): style of A less that of B, divided by `spreads`, shape (Q,).
    """

    board: Board
    cell: IntArray
    voter: IntArray
    terms: tuple[str, ...]
    differences: FloatArray
    spreads: FloatArray


def styled(
    a: Column,
    b: Column,
    verdict: Column,
    differences: Mapping[str, FloatArray],
    voter: Column | None = None,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> StyledVotes:
    """Check columns of outcomes, and of `differences` in style by name, style of A less that of B.

    Raises:
        BadOutcome, TooMany: as `count_columns`; or a difference is not a finite number.
        NotConnected: a style never differs, so that nothing can be said of it.
    """
    board, cell, who = numbered(a, b, verdict, voter, names=names, spellings=spellings)
    scaled = np.empty((len(differences), len(cell)))
    for row, (term, given) in zip(scaled, differences.items(), strict=True):
        row[:] = _checked(term, np.asarray(given, dtype=np.float64), len(cell))
    spreads = np.sqrt((scaled**2).mean(axis=1)) if len(cell) else np.zeros(len(scaled))
    for term, spread in zip(differences, spreads, strict=True):
        if spread == 0.0:
            raise NotConnected(f"the style {term!r} never differs; nothing can be said of it")
    scaled /= spreads[:, None]
    return StyledVotes(board, cell, who, tuple(differences), scaled, spreads)


def _checked(term: str, given: FloatArray, rows: int) -> FloatArray:
    if len(given) != rows:
        raise BadOutcome(min(len(given), rows) + 1, "the columns are not equally long")
    if not np.isfinite(given).all():
        raise BadOutcome(int(np.argmin(np.isfinite(given))) + 1, f"{term!r} is not a finite number")
    return given


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
        NotConverged: `limit` steps were not enough, or styles or wins too one-sided for an estimate.
    """
    convention = Convention(ties, both_bad, side, prior, tolerance)
    names = votes.board.pairs.names
    lines = _lines(votes, convention)
    posed = problem_of(names, _by_pair(lines), convention)
    alone = climbed(posed, start(posed), tolerance, limit)
    first = np.concatenate([alone.values, np.zeros(len(lines.terms))])
    problem = Problem(lines, posed.model, prior)
    summit = climbed(problem, _sampled(problem, first), tolerance, limit)
    return concluded(votes.board.pairs, convention, problem, summit, votes.terms)


def _kept(votes: StyledVotes, both_bad: BothBad) -> IntArray:
    kept = np.ones(len(VERDICTS), dtype=bool)
    kept[[LAYER[verdict] for verdict in LEFT_OUT[both_bad]]] = False
    return np.flatnonzero(kept[votes.cell % len(VERDICTS)])


def _lines(votes: StyledVotes, convention: Convention) -> Comparisons:
    """Give each vote a line of its own."""
    size = len(votes.board.pairs.names)
    rows = _kept(votes, convention.both_bad)
    pair, verdict = np.divmod(votes.cell[rows], len(VERDICTS))
    a, b = np.divmod(pair, size)
    sign = np.where(a < b, 1.0, -1.0)
    lead = sign * np.array([LEAD_OF_A[each] for each in VERDICTS])[verdict]
    seats = [sign] if convention.side else []
    return Comparisons(
        size=size,
        first=np.minimum(a, b),
        second=np.maximum(a, b),
        won=(lead > 0.0).astype(np.float64),
        lost=(lead < 0.0).astype(np.float64),
        tied=(lead == 0.0).astype(np.float64),
        terms=np.array([*seats, *(sign * difference[rows] for difference in votes.differences)]),
    )


def _by_pair(lines: Comparisons) -> Comparisons:
    """Fold the lines to one for each pair, without their terms."""
    size = lines.size
    pair = lines.first * size + lines.second
    won, lost, tied = (summed(pair, each, size * size) for each in lines.votes)
    there = np.flatnonzero(won + lost + tied)
    first, second = np.divmod(there, size)
    return Comparisons(size, first, second, won[there], lost[there], tied[there], np.empty((0, len(there))))


def _sampled(problem: Problem, values: FloatArray) -> FloatArray:
    """Come closer on every so many-th line first, where there are very many; else stay."""
    lines = problem.lines
    every = len(lines.first) // ENOUGH
    if every < 2:
        return values
    few = Comparisons(
        size=lines.size,
        first=lines.first[::every].copy(),
        second=lines.second[::every].copy(),
        won=lines.won[::every].copy(),
        lost=lines.lost[::every].copy(),
        tied=lines.tied[::every].copy(),
        terms=lines.terms[:, ::every].copy(),
    )
    try:
        return climbed(Problem(few, problem.model, problem.prior), values, tolerance=1e-4, limit=50).values
    except NotConverged:
        return values


def sandwich_styles(votes: StyledVotes, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance as if each vote were a voter's only one."""
    problem = _problem(votes, strengths)
    odds, _ = problem.where(strengths.coefficient_vector())
    middle = information(problem.lines, problem.model, squares(problem.lines, strengths, odds))
    return independent(middle, strengths)


def cr1_styles(votes: StyledVotes, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance clustered by voter with the CR1 factor.

    Raises:
        NotEnoughVoters: fewer than two effective voters on a contestant.
    """
    problem = _problem(votes, strengths)
    lines = problem.lines
    slopes = problem.model.slopes(*problem.where(strengths.coefficient_vector()), lines.votes)
    kept = _kept(votes, strengths.both_bad)
    order = np.argsort(votes.voter[kept], kind="stable")
    rows = voter_rows(lines.size, votes.voter[kept][order], votes.cell[kept][order])
    by_d = np.where(rows.first < rows.second, slopes.by_d[order], -slopes.by_d[order])
    rest = [slopes.by_t[order]] if problem.model.has_parameter else []
    rest += [(slopes.by_d * term)[order] for term in lines.terms]
    check_voters(rows)
    middle = np.zeros(strengths.inverse_information.shape)
    for begin, end in rows.lots(len(middle)):
        lot, part = slice(rows.bounds[begin], rows.bounds[end]), rows.part(begin, end)
        by_strength = part.by_contestant(by_d[lot], -by_d[lot])
        middle += gram(np.column_stack([by_strength, *(part.sums(each[lot]) for each in rest)]))
    return by_clusters(middle, rows, strengths)


def _problem(votes: StyledVotes, strengths: Strengths) -> Problem:
    return Problem(_lines(votes, convention_of(strengths)), strengths.model, strengths.prior)
