"""Bayesian bootstrap: strengths refitted to votes under random weights, all rounds at once (Rubin 1981).

by_voter   a round weighs each voter, with all her votes, by an exponential of mean one
by_vote    a round weighs each vote so: a cell of n votes by a gamma of shape n; for independent votes

No weight is zero, so no round falls apart into groups that were never compared, as rounds of votes drawn
with repetition do when votes are few.

Each round is fitted to its end: the strengths of all votes are the start, and steps take the inverse of
the information there, which few rounds are far from; those few are fitted by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from ratings.bradley_terry import Strengths, problem_at
from ratings.comparisons import Comparisons
from ratings.counts import LAYER, VERDICTS, Board, FloatArray, IntArray, PairCounts, Verdict
from ratings.linear import product
from ratings.newton import Problem, climbed
from ratings.tie_models import Votes
from ratings.voter_scores import rows_of

CLOSE = 0.05
"""A round is done when no coefficient moves by more than this part of its standard error; the next move
would be smaller again by as much as the round differs from all votes, some tenfold."""

QUICK_STEPS = 12
"""Steps with the inverse of all votes; a round that they do not settle is fitted by itself."""

MOST_STEPS = 100

CHUNK = 2**18
"""Weighted counts held at a time."""

KINDS = 3
"""A line counts wins of its first contestant, wins of its second, ties."""


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Strengths of every round, shape (rounds, K), in the order of `names`, and what they came from."""

    names: tuple[str, ...]
    values: FloatArray
    seed: int
    by: str

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def covariance(self) -> FloatArray:
        """Give the covariance of the strengths over the rounds, shape (K, K)."""
        away = self.values - self.values.mean(axis=0)
        covariance: FloatArray = np.einsum("ri,rj->ij", away, away) / (len(away) - 1)
        return covariance

    def intervals(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Give the lower and upper quantiles that hold the middle `level` of the rounds, each (K,)."""
        lower, upper = np.quantile(self.values, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
        return lower, upper


def by_vote(counts: PairCounts, strengths: Strengths, *, rounds: int = 1_000, seed: int = 0) -> Replicates:
    """Refit `strengths` to randomly weighted votes.

    Raises:
        NotConverged: the votes of a round are too one-sided for floating-point numbers.
    """
    problem = problem_at(counts, strengths)
    lines = problem.lines
    rng = np.random.Generator(np.random.SFC64(seed))
    shapes = np.concatenate([lines.won, lines.lost, lines.tied])
    occupied = np.flatnonzero(shapes)

    def weigh(size: int) -> FloatArray:
        weighed = np.zeros((len(shapes), size))
        weighed[occupied] = rng.standard_gamma(shapes[occupied, None], (len(occupied), size))
        return weighed

    return Replicates(strengths.names, _refitted(problem, strengths, rounds, weigh), seed, "vote")


def by_voter(board: Board, strengths: Strengths, *, rounds: int = 1_000, seed: int = 0) -> Replicates:
    """Refit `strengths` to the votes of randomly weighted voters.

    Raises:
        NotConverged: the votes of a round are too one-sided for floating-point numbers.
    """
    problem = problem_at(board.pairs, strengths)
    rng = np.random.Generator(np.random.SFC64(seed))
    votes = _by_line_and_voter(problem.lines, board, strengths)

    def weigh(size: int) -> FloatArray:
        weighed: FloatArray = votes @ rng.standard_exponential((votes.shape[1], size))
        return weighed

    return Replicates(strengths.names, _refitted(problem, strengths, rounds, weigh), seed, "voter")


def _by_line_and_voter(lines: Comparisons, board: Board, strengths: Strengths) -> csr_array:
    """Count the votes of each voter by kind and line, shape (KINDS · E, G)."""
    rows = rows_of(board.voters, strengths)
    kind, line = _places(lines)
    voter = np.repeat(np.arange(len(rows.bounds) - 1), np.diff(rows.bounds))
    place = kind.ravel()[rows.cell] * len(lines.first) + line.ravel()[rows.cell]
    shape = (KINDS * len(lines.first), len(rows.bounds) - 1)
    return csr_array((rows.count, (place, voter)), shape=shape)


def _places(lines: Comparisons) -> tuple[IntArray, IntArray]:
    """Give the kind and the line of every contestant on A, contestant on B and verdict, shapes (K, K, 4)."""
    shape = (lines.size, lines.size, len(VERDICTS))
    line, kind = np.zeros(shape, dtype=np.int64), np.full(shape, 2, dtype=np.int64)
    numbers = np.arange(len(lines.first))
    a_is_first = lines.terms[0] > 0.0 if len(lines.terms) else np.ones(len(numbers), dtype=bool)
    for seats, there in (
        ((lines.first, lines.second), a_is_first),
        ((lines.second, lines.first), ~a_is_first if len(lines.terms) else a_is_first),
    ):
        line[seats[0][there], seats[1][there]] = numbers[there, None]
    upper = np.triu(np.ones(shape[:2], dtype=np.int64), 1)
    kind[:, :, LAYER[Verdict.A]] = 1 - upper
    kind[:, :, LAYER[Verdict.B]] = upper
    return kind, line


def _refitted(
    problem: Problem[Comparisons], strengths: Strengths, rounds: int, weigh: Callable[[int], FloatArray]
) -> FloatArray:
    values = np.empty((rounds, len(strengths.names)))
    height = max(1, CHUNK // (KINDS * len(problem.lines.first)))
    for start in range(0, rounds, height):
        weighed = weigh(min(height, rounds - start))
        values[start : start + height] = _climbed(problem, strengths, weighed)
    return values


def _climbed(problem: Problem[Comparisons], strengths: Strengths, weighed: FloatArray) -> FloatArray:
    """Fit weighted counts, shape (KINDS · E, rounds); gives strengths, shape (rounds, K)."""
    size = len(strengths.names)
    inverse = strengths.inverse_information
    enough = CLOSE * np.sqrt(np.diag(inverse))
    values = np.tile(strengths.coefficient_vector(), (weighed.shape[1], 1))
    won, lost, tied = np.split(weighed, KINDS)
    sums = _incidence(problem.lines)
    far = np.ones(len(values), dtype=bool)
    for _ in range(QUICK_STEPS):
        gradients = _gradients(problem, sums, np.ascontiguousarray(values.T), (won, lost, tied))
        move = product(np.ascontiguousarray(gradients.T), inverse)
        values += move
        far[:] = (np.abs(move) > enough).any(axis=1)
        if not far.any():
            break
    for row in np.flatnonzero(far):
        lines = replace(problem.lines, won=won[:, row], lost=lost[:, row], tied=tied[:, row])
        alone = replace(problem, lines=lines)
        values[row] = climbed(alone, strengths.coefficient_vector(), float(enough.min()), MOST_STEPS).values
    found: FloatArray = values[:, :size] - values[:, :size].mean(axis=1, keepdims=True)
    return found


def _incidence(lines: Comparisons) -> csr_array:
    """Give what adds lines up for contestants: 1 at the first, -1 at the second, shape (K, E)."""
    numbers = np.arange(len(lines.first))
    signs = np.repeat([1.0, -1.0], len(numbers))
    where = (np.concatenate([lines.first, lines.second]), np.concatenate([numbers, numbers]))
    return csr_array((signs, where), shape=(lines.size, len(numbers)))


def _gradients(
    problem: Problem[Comparisons], sums: csr_array, values: FloatArray, votes: Votes
) -> FloatArray:
    """Give the slopes of all rounds, shape (P, rounds), at `values` of the same shape."""
    lines, size = problem.lines, problem.lines.size
    odds = values[lines.first]
    odds -= values[lines.second]
    after = size + problem.model.has_parameter
    for term, coefficient in zip(lines.terms, values[after:], strict=True):
        odds += term[:, None] * coefficient
    slopes = problem.model.slopes(odds, values[size:after].sum(axis=0), votes)
    parts: list[FloatArray] = [sums @ slopes.by_d - problem.prior * values[:size]]
    if problem.model.has_parameter:
        parts.append(slopes.by_t.sum(axis=0, keepdims=True))
    parts += [(slopes.by_d * term[:, None]).sum(axis=0, keepdims=True) for term in lines.terms]
    return np.concatenate(parts)
