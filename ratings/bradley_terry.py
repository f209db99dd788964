"""Bradley-Terry strengths by maximum likelihood, with ties by one of three models.

log-odds of A over B = strength A - strength B  (+ what side A is worth)

Rule 1: where no finite estimate exists there is no answer (`existence` says when).
Rule 2: strengths are natural logarithms and their mean is zero.
"""

from dataclasses import dataclass

import numpy as np

from ratings import tie_models
from ratings.comparisons import Comparisons, folded
from ratings.counts import LAYER, VERDICTS, FloatArray, PairCounts
from ratings.errors import NotConnected
from ratings.existence import check_connected, check_ties_bounded
from ratings.half_wins import HalfWins, half_wins, has_ties
from ratings.newton import Lines, Problem, Summit, centred_inverse, climbed
from ratings.separation import climbed_finitely
from ratings.starts import settled, start
from ratings.strengths import LEFT_OUT, MODELS, SCORE_OF_A, UNDECIDED, BothBad, Strengths, Ties

__all__ = [
    "LEFT_OUT",
    "MODELS",
    "SCORE_OF_A",
    "SIDE",
    "UNDECIDED",
    "BothBad",
    "Convention",
    "Strengths",
    "Ties",
    "concluded",
    "convention_of",
    "fit",
    "half_wins",
    "information",
    "inverse",
    "left_out",
    "posed",
    "problem_at",
    "weights",
]


SIDE = "side"
"""What the term for side A is called."""


def weights(both_bad: BothBad) -> tuple[FloatArray, FloatArray]:
    """Give, for each of `VERDICTS`, what it scores for A and whether it is counted (0 or 1), shapes (4,)."""
    score = np.array([SCORE_OF_A[verdict] for verdict in VERDICTS])
    counted = np.array([float(verdict not in LEFT_OUT[both_bad]) for verdict in VERDICTS])
    return score, counted


def left_out(counts: PairCounts, both_bad: BothBad) -> int:
    """Count the votes that `both_bad` keeps out of the fit."""
    return sum(int(counts.cells[:, :, LAYER[verdict]].sum()) for verdict in LEFT_OUT[both_bad])


@dataclass(frozen=True, slots=True)
class Convention:
    """What is fitted: tie model, place of "both bad", a term for the side, a prior, and how exactly."""

    ties: Ties
    both_bad: BothBad
    side: bool
    prior: float
    tolerance: float


def fit(
    counts: PairCounts,
    *,
    ties: Ties = Ties.HALF,
    both_bad: BothBad = BothBad.TIE,
    side: bool = False,
    prior: float = 0.0,
    tolerance: float = 1e-10,
    limit: int = 1_000,
) -> Strengths:
    """Fit log-strengths by damped Newton steps, with a term for side A if `side`.

    `prior` is the precision (1 / variance) of a normal prior on each strength; 0 means none. The fit
    ends when a Newton step moves no coefficient by more than `tolerance`; convergence is quadratic, so
    what is left is far smaller.

    Raises:
        NotConnected: the votes do not compare all contestants; no finite estimate exists.
        Separated: nor does one where the side tells winners and losers apart.
        NotConverged: `limit` steps were not enough, or the wins too one-sided for floating point.
    """
    convention = Convention(ties, both_bad, side, prior, tolerance)
    if not side and (ties is Ties.HALF or not has_ties(counts, both_bad)):
        return _fit_half_wins(counts, convention, limit)
    problem = posed(counts, convention)
    summit = climbed_finitely(problem, start(problem), (SIDE,) * side, tolerance, limit)
    return concluded(counts, convention, problem, summit)


def _fit_half_wins(counts: PairCounts, convention: Convention, limit: int) -> Strengths:
    table = HalfWins(half_wins(counts, convention.both_bad))
    if convention.prior == 0.0 or not table.wins.any():
        check_connected(counts.names, table.wins)
    problem = Problem(table, tie_models.HALF, convention.prior)
    summit = climbed(problem, settled(table, convention.prior), convention.tolerance, limit)
    return concluded(counts, convention, problem, summit)


def convention_of(strengths: Strengths) -> Convention:
    """Give what `strengths` were fitted with."""
    side = strengths.side is not None
    return Convention(strengths.ties, strengths.both_bad, side, strengths.prior, strengths.tolerance)


def posed(counts: PairCounts, convention: Convention) -> Problem[Comparisons]:
    """Pose what is to be climbed.

    Raises:
        NotConnected: no finite estimate exists.
    """
    lines = folded(counts, UNDECIDED - LEFT_OUT[convention.both_bad], side=convention.side)
    return problem_of(counts.names, lines, convention)


def problem_at(counts: PairCounts, strengths: Strengths) -> Problem[Comparisons]:
    """Pose again what `strengths` were fitted to."""
    convention = convention_of(strengths)
    lines = folded(counts, UNDECIDED - LEFT_OUT[convention.both_bad], side=convention.side)
    return Problem(lines, strengths.model, convention.prior)


def problem_of(names: tuple[str, ...], lines: Comparisons, convention: Convention) -> Problem[Comparisons]:
    """Pose the climb of `lines`; without ties, the tie model is the one that has no parameter.

    Raises:
        NotConnected: no finite estimate exists. A prior makes the strengths finite.
    """
    if convention.prior == 0.0 or not len(lines.first):
        check_connected(names, lines.wins())
    model = MODELS[convention.ties]
    if not (model.has_parameter and lines.tied.any()):
        return Problem(lines, tie_models.HALF, convention.prior)
    if not (lines.won.any() or lines.lost.any()):
        raise NotConnected("all votes are ties: the parameter of this tie model is not finite")
    if convention.prior == 0.0:
        check_ties_bounded(lines)
    return Problem(lines, model, convention.prior)


def concluded(
    counts: PairCounts,
    convention: Convention,
    problem: Problem[Lines],
    summit: Summit,
    terms: tuple[str, ...] = (),
) -> Strengths:
    """Say what was found, and with what."""
    size = len(counts.names)
    rest = summit.values[size:].tolist()
    return Strengths(
        names=counts.names,
        values=summit.values[:size].copy(),
        votes=counts.votes - left_out(counts, convention.both_bad),
        ties=convention.ties,
        both_bad=convention.both_bad,
        tolerance=convention.tolerance,
        steps=summit.steps,
        inverse_information=summit.inverse,
        tie=rest.pop(0) if problem.model.has_parameter else None,
        side=rest.pop(0) if convention.side else None,
        coefficients=tuple(rest),
        terms=terms,
        prior=convention.prior,
    )


def information(wins: FloatArray, values: FloatArray) -> FloatArray:
    """Give the observed information of strengths fitted with ties as half a win, shape (K, K).

    Its rows sum to zero.
    """
    return HalfWins(wins).information(tie_models.HALF, values)


def inverse(laplacian: FloatArray) -> FloatArray:
    """Invert an information matrix among strengths of mean zero (its pseudo-inverse), shape (K, K).

    Raises:
        NotConverged: the matrix is singular in floating point.
    """
    return centred_inverse(laplacian, len(laplacian))
