"""Bradley-Terry strengths by maximum likelihood, a tie being half a win for each side.

P(i beats j) + P(i ties with j) / 2 = 1 / (1 + exp(strength j - strength i))

Rule 1: a finite estimate exists if and only if, for every way to part the contestants in two, each
        part has won or tied against the other (Ford 1957). Otherwise there is no answer.
Rule 2: strengths are natural logarithms and their mean is zero.
"""

from dataclasses import dataclass
from enum import StrEnum

import choix
import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from ratings.counts import LAYER, VERDICTS, FloatArray, PairCounts, Verdict
from ratings.errors import NotConnected, NotConverged


class Ties(StrEnum):
    """The tie model of the fit."""

    HALF = "half"


class BothBad(StrEnum):
    """How "both are bad" enters the fit."""

    TIE = "tie"
    DROPPED = "dropped"


SCORE_OF_A: dict[Verdict, float] = {
    Verdict.A: 1.0,
    Verdict.B: 0.0,
    Verdict.TIE: 0.5,
    Verdict.BOTH_BAD: 0.5,
}

LEFT_OUT: dict[BothBad, frozenset[Verdict]] = {
    BothBad.TIE: frozenset(),
    BothBad.DROPPED: frozenset({Verdict.BOTH_BAD}),
}


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """Fitted log-strengths and how they came about.

    `values` has shape (K,), in the order of `names`, natural-log units, mean zero. `votes` is the
    number of votes fitted, `steps` that of Newton steps.
    """

    names: tuple[str, ...]
    values: FloatArray
    votes: int
    ties: Ties
    both_bad: BothBad
    tolerance: float
    steps: int

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def chances(self) -> FloatArray:
        """Give P(row beats column) with ties shared, shape (K, K), one half on the diagonal."""
        return _chances(self.values)


def weights(both_bad: BothBad) -> tuple[FloatArray, FloatArray]:
    """Give, for each of `VERDICTS`, what it scores for A and whether it is counted (0 or 1), shapes (4,)."""
    score = np.array([SCORE_OF_A[verdict] for verdict in VERDICTS])
    counted = np.array([float(verdict not in LEFT_OUT[both_bad]) for verdict in VERDICTS])
    return score, counted


def half_wins(counts: PairCounts, both_bad: BothBad) -> FloatArray:
    """Give the wins of row over column, a tie counting one half for each, shape (K, K)."""
    score, counted = weights(both_bad)
    on_a = counts.cells @ (score * counted)
    on_b = counts.cells @ ((1.0 - score) * counted)
    wins: FloatArray = on_a + on_b.T
    return wins


def left_out(counts: PairCounts, both_bad: BothBad) -> int:
    """Count the votes that `both_bad` keeps out of the fit."""
    return sum(int(counts.cells[:, :, LAYER[verdict]].sum()) for verdict in LEFT_OUT[both_bad])


def fit(
    counts: PairCounts,
    *,
    both_bad: BothBad = BothBad.TIE,
    tolerance: float = 1e-10,
    limit: int = 1_000,
) -> Strengths:
    """Fit log-strengths: a spectral start (Maystre and Grossglauser 2015), then damped Newton steps.

    The fit ends when a Newton step moves no strength by more than `tolerance`; convergence is
    quadratic, so what is left is far smaller.

    Raises:
        NotConnected: wins and ties do not connect all contestants; no finite estimate exists.
        NotConverged: `limit` steps were not enough, or the wins too one-sided for floating point.
    """
    wins = half_wins(counts, both_bad)
    check_connected(counts.names, wins)
    values, steps = _climbed(wins, _start(wins), tolerance, limit)
    votes = counts.votes - left_out(counts, both_bad)
    return Strengths(counts.names, values, votes, Ties.HALF, both_bad, tolerance, steps)


def check_connected(names: tuple[str, ...], wins: FloatArray) -> None:
    """Check that a finite estimate exists.

    Raises:
        NotConnected: it does not; the message names the groups that are apart.
    """
    if len(names) < 2 or not wins.any():
        raise NotConnected("it takes votes on at least two contestants to rate them")
    groups, group_of = connected_components(wins, directed=True, connection="strong")
    if groups == 1:
        return
    members: list[list[str]] = [[] for _ in range(groups)]
    for name, group in zip(names, group_of, strict=True):
        members[group].append(name)
    listed = " | ".join(sorted(", ".join(group) for group in members))
    raise NotConnected(
        f"no finite ratings exist: between these groups, all wins go one way or there are none: {listed}"
    )


def information(wins: FloatArray, values: FloatArray) -> FloatArray:
    """Give the observed information of the strengths, shape (K, K), rows summing to zero."""
    chances = _chances(values)
    variances = (wins + wins.T) * chances * chances.T
    laplacian: FloatArray = np.diag(variances.sum(axis=1)) - variances
    return laplacian


def inverse(laplacian: FloatArray) -> FloatArray:
    """Invert an information matrix among strengths of mean zero (its pseudo-inverse), shape (K, K).

    The constant vector is its only null direction, so filling it in and taking it out again is exact;
    no cut-off has to guess which small eigenvalues are zero.

    Raises:
        NotConverged: the matrix is singular in floating point.
    """
    size = len(laplacian)
    scale = np.trace(laplacian) / size
    constant = np.full((size, size), 1.0 / size)
    try:
        pseudo: FloatArray = np.linalg.inv(laplacian + scale * constant) - constant / scale
    except np.linalg.LinAlgError as error:
        raise NotConverged("the wins are too one-sided for floating-point numbers") from error
    return pseudo


def _chances(values: FloatArray) -> FloatArray:
    chances: FloatArray = expit(values[:, None] - values[None, :])
    return chances


def _start(wins: FloatArray) -> FloatArray:
    """Take one spectral solve, or zeros where very one-sided wins make it singular in floating point."""
    try:
        with np.errstate(all="ignore"):
            values: FloatArray = choix.lsr_pairwise_dense(wins)
    except ValueError:
        return np.zeros(len(wins))
    return values if np.isfinite(values).all() else np.zeros(len(wins))


def _climbed(wins: FloatArray, values: FloatArray, tolerance: float, limit: int) -> tuple[FloatArray, int]:
    for step in range(1, limit + 1):
        move = _newton(wins, values)
        values = values + _damping(move) * move
        values = values - values.mean()
        if np.abs(move).max() <= tolerance:
            return values, step
    raise NotConverged(f"{limit} Newton steps were not enough")


def _newton(wins: FloatArray, values: FloatArray) -> FloatArray:
    """Give the full Newton step; each vote's surprise is summed, so that large counts do not cancel."""
    chances = _chances(values)
    surprise = wins * chances.T - wins.T * chances
    move: FloatArray = inverse(information(wins, values)) @ surprise.sum(axis=1)
    return move


def _damping(move: FloatArray) -> float:
    """Give the step length that never overshoots: the logistic loss is self-concordant (Bach 2010)."""
    span = float(move.max() - move.min())
    return float(np.log1p(span)) / span if span > 0.0 else 1.0
