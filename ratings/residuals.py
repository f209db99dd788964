"""Residuals: what voters said beyond what the strengths expect, and whether sums of it are chance.

A residual is a vote's score for side A (a tie is a half) less its expectation. A sum of residuals, each
with a sign, over chosen votes is zero but for chance where the model holds. It is taken voter by voter,
less what fitting the strengths takes out of it; then Hotelling's test says whether several sums at once
are too far from zero for so many voters.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from ratings.bradley_terry import BothBad, Strengths, Ties, fit, half_wins, information, inverse, weights
from ratings.counts import Board, FloatArray, IntArray
from ratings.errors import BadSettings
from ratings.grouping import LAYERS, CellArray, seats, starts_of
from ratings.voter_counts import lots

VANISHING = 1e-9
"""A share of the variance before the fit below which a direction has none after it: it was fitted away."""


class Lot(NamedTuple):
    """The rows of the voters from `start` to before `end`, shapes (R,), with their residuals.

    `voter` counts from `start`; `single` is the residual of one vote of the row.
    """

    start: int
    end: int
    voter: IntArray
    a: CellArray
    b: CellArray
    period: CellArray
    votes: IntArray
    single: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """The rows of a board, voter by voter, with their residuals under its half-win fit.

    `cell`, `count` and `period` have shape (R,), without votes that are left out; the rows of voter v stand
    from `bounds[v]` to before `bounds[v + 1]`. `single`, shape (K, K, 4), is the residual of one vote of each
    cell. `effective` is the effective number of voters.
    """

    strengths: Strengths
    bounds: IntArray
    cell: CellArray
    count: IntArray
    period: CellArray
    single: FloatArray
    bread: FloatArray
    effective: float

    @property
    def voters(self) -> int:
        """Count the voters."""
        return len(self.bounds) - 1

    def lots(self) -> Iterator[Lot]:
        """Give the rows a lot of voters at a time: what is worked out of each takes far more than is kept."""
        for start, end in lots(self.bounds):
            bounds = self.bounds[start : end + 1]
            rows = slice(bounds[0], bounds[-1])
            a, b, _ = seats(self.cell[rows], len(self.single))
            yield Lot(
                start=start,
                end=end,
                voter=np.repeat(np.arange(end - start), np.diff(bounds)),
                a=a,
                b=b,
                period=self.period[rows],
                votes=self.count[rows],
                single=self.single.reshape(-1).take(self.cell[rows]),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums of residuals, shape (F,), their parts by voter, shape (G, F), and the test that all are zero.

    `p` is None where there are too few voters, or nothing is left to test after the fit.
    """

    values: FloatArray
    parts: FloatArray
    freedom: int
    p: float | None


def residuals(board: Board, both_bad: BothBad, periods: Sequence[Board] = ()) -> Residuals:
    """Fit a board with ties as half a win and give what is left, row by row of its `periods` if there are.

    Raises:
        NotConnected, NotConverged: as `fit`.
        BadSettings: the periods do not add up to the board.
    """
    strengths = fit(board.pairs, ties=Ties.HALF, both_bad=both_bad)
    wins = half_wins(board.pairs, both_bad)
    score, counted = weights(both_bad)
    rows = _of_periods(board, periods) if periods else _of_board(board)
    kept = np.tile(counted > 0.0, board.voters.size**2).take(rows.cell)
    if not kept.all():
        rows = rows.chosen(kept)
    bounds = np.append(starts_of(rows.voter), len(rows.voter))
    by_voter = np.add.reduceat(rows.votes, bounds[:-1]).astype(np.float64)
    return Residuals(
        strengths=strengths,
        bounds=bounds,
        cell=rows.cell,
        count=rows.votes,
        period=rows.period,
        single=score - strengths.chances()[:, :, None],
        bread=inverse(information(wins, strengths.values)),
        effective=float(by_voter.sum() ** 2 / (by_voter**2).sum()),
    )


Design = Callable[[Lot], Iterable[tuple[IntArray, FloatArray]]]
"""Says into which column each row of a lot is summed, and with which sign; it may be several times."""


def sums(left: Residuals, design: Design, size: int) -> Sums:
    """Sum residuals into `size` columns as the `design` says, and test that all sums are zero."""
    raw, fitted = _summed(left, design, size)
    parts = raw - fitted
    values = parts.sum(axis=0)
    freedom, distance = _distance(parts, values, float((raw**2).sum(axis=0).max(initial=0.0)))
    rest = left.effective - freedom
    if freedom == 0 or rest <= 1.0:
        return Sums(values, parts, freedom, None)
    ratio = distance * rest / (freedom * (left.effective - 1.0))
    return Sums(values, parts, freedom, float(fdtrc(freedom, rest, ratio)))


class _Rows(NamedTuple):
    """Rows by the board's numbers, shapes (R,), sorted by voter."""

    voter: IntArray
    cell: CellArray
    votes: IntArray
    period: CellArray

    def chosen(self, which: NDArray[np.generic]) -> "_Rows":
        """Give the rows that are meant, or so numbered."""
        return _Rows(self.voter[which], self.cell[which], self.votes[which], self.period[which])


def _of_board(board: Board) -> _Rows:
    votes = board.voters
    return _Rows(votes.voter, votes.cell, votes.count, np.broadcast_to(np.int32(0), len(votes.cell)))


def _of_periods(board: Board, periods: Sequence[Board]) -> _Rows:
    """Give all rows.

    Raises:
        BadSettings: the periods do not add up to the board.
    """
    voters = {name: number for number, name in enumerate(board.voters.voters)}
    names = {name: number for number, name in enumerate(board.pairs.names)}
    try:
        parts = [_numbered(part, place, voters, names) for place, part in enumerate(periods)]
    except KeyError as error:
        raise BadSettings(f"{error.args[0]!r} is in a period and not in the whole") from error
    rows = _Rows(*map(np.concatenate, zip(*parts, strict=True)))
    cells = np.zeros(board.pairs.cells.size, dtype=np.int64)
    np.add.at(cells, rows.cell, rows.votes)
    if not np.array_equal(cells, board.pairs.cells.ravel()):
        raise BadSettings("the periods do not add up to the whole")
    return rows.chosen(np.argsort(rows.voter, kind="stable"))


def _numbered(part: Board, place: int, voters: dict[str, int], names: dict[str, int]) -> _Rows:
    voter = np.array([voters[name] for name in part.voters.voters], dtype=np.int64)
    name = np.array([names[name] for name in part.pairs.names], dtype=np.int32)
    a, b, verdict = seats(part.voters.cell, part.voters.size)
    return _Rows(
        voter=voter[part.voters.voter],
        cell=(name[a] * len(names) + name[b]) * LAYERS + verdict,
        votes=part.voters.count,
        period=np.full(len(a), place, dtype=np.int32),
    )


def _summed(left: Residuals, design: Design, size: int) -> tuple[FloatArray, FloatArray]:
    """Give each voter's part of each sum, and what the fit takes out of it, shapes (G, F)."""
    contestants, chances = len(left.bread), left.strengths.chances()
    raw, slopes = np.zeros((left.voters, size)), np.zeros((size, contestants))
    scores = np.zeros((left.voters, contestants))
    for lot in left.lots():
        here = slice(lot.start, lot.end)
        surprise, chance = lot.votes * lot.single, chances[lot.a, lot.b]
        np.add.at(scores[here], (lot.voter, lot.a), surprise)
        np.add.at(scores[here], (lot.voter, lot.b), -surprise)
        terms = list(design(lot))
        for column, sign in terms:
            np.add.at(raw[here], (lot.voter, column), sign * surprise)
        slope = lot.votes * chance * (1.0 - chance)
        for seat, way in ((lot.a, 1.0), (lot.b, -1.0)):
            for column, sign in terms:
                np.add.at(slopes, (column, seat), way * sign * slope)
    return raw, np.asarray(scores @ (slopes @ left.bread).T)


def _distance(parts: FloatArray, values: FloatArray, before: float) -> tuple[int, float]:
    """Give in how many directions the sums vary, and their squared distance from zero in these.

    `before` is the largest variance before the fit.
    """
    voters = len(parts)
    off = parts - values / voters
    variances, vectors = np.linalg.eigh(off.T @ off * (voters / max(voters - 1, 1)))
    kept = variances > VANISHING * before
    along = vectors[:, kept].T @ values
    return int(kept.sum()), float((along**2 / variances[kept]).sum())
