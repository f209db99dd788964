"""Residuals: what voters said beyond what the strengths expect, and whether sums of it are chance.

A residual is a vote's score for side A (a tie is a half) less its expectation. A sum of residuals, each
with a sign, over chosen votes is zero but for chance where the model holds. It is taken voter by voter,
less what fitting the strengths takes out of it; then Hotelling's test says whether several sums at once
are too far from zero for so many voters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import fdtrc

from ratings.bradley_terry import BothBad, Strengths, Ties, fit, half_wins, information, inverse, weights
from ratings.counts import Board, FloatArray, IntArray
from ratings.errors import BadSettings
from ratings.grouping import CellArray, seats

VANISHING = 1e-9
"""A share of the variance before the fit below which a direction has none after it: it was fitted away."""


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """The rows of a board with their residuals under its half-win fit.

    `voter`, `a`, `b`, `period`, `count` and `single` have shape (R,), without votes that are left out;
    `single` is the residual of one vote of the row. `effective` is the effective number of voters.
    """

    strengths: Strengths
    voter: IntArray
    a: CellArray
    b: CellArray
    period: CellArray
    count: FloatArray
    single: FloatArray
    bread: FloatArray
    voters: int
    effective: float


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
    rows = _rows(board, periods or (board,))
    kept = counted[rows.verdict] > 0.0
    voter, a, b, verdict, votes, period = (column[kept] for column in rows)
    count = votes.astype(np.float64)
    present, number = np.unique(voter, return_inverse=True)
    by_voter = np.bincount(number, count)
    return Residuals(
        strengths=strengths,
        voter=number.astype(np.int64),
        a=a,
        b=b,
        period=period,
        count=count,
        single=score[verdict] - strengths.chances()[a, b],
        bread=inverse(information(wins, strengths.values)),
        voters=len(present),
        effective=float(by_voter.sum() ** 2 / (by_voter**2).sum()),
    )


def sums(left: Residuals, rows: IntArray, columns: IntArray, signs: FloatArray, size: int) -> Sums:
    """Sum residuals of `rows` with `signs` into `size` `columns` and test that all sums are zero."""
    surprise = left.count * left.single
    raw = np.zeros((left.voters, size))
    np.add.at(raw, (left.voter[rows], columns), signs * surprise[rows])
    parts = raw - _fitted_away(left, rows, columns, signs, size)
    values = parts.sum(axis=0)
    freedom, distance = _distance(parts, values, float((raw**2).sum(axis=0).max(initial=0.0)))
    rest = left.effective - freedom
    if freedom == 0 or rest <= 1.0:
        return Sums(values, parts, freedom, None)
    ratio = distance * rest / (freedom * (left.effective - 1.0))
    return Sums(values, parts, freedom, float(fdtrc(freedom, rest, ratio)))


class _Rows(NamedTuple):
    """Rows by the board's numbers, shapes (R,), in four bytes each but for `votes`."""

    voter: CellArray
    a: CellArray
    b: CellArray
    verdict: CellArray
    votes: IntArray
    period: CellArray


def _rows(board: Board, periods: Sequence[Board]) -> _Rows:
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
    rows = parts[0] if len(parts) == 1 else _Rows(*map(np.concatenate, zip(*parts, strict=True)))
    cells = np.zeros(board.pairs.cells.shape, dtype=np.int64)
    np.add.at(cells, (rows.a, rows.b, rows.verdict), rows.votes)
    if not np.array_equal(cells, board.pairs.cells):
        raise BadSettings("the periods do not add up to the whole")
    return rows


def _numbered(part: Board, place: int, voters: dict[str, int], names: dict[str, int]) -> _Rows:
    voter = np.array([voters[name] for name in part.voters.voters], dtype=np.int32)
    name = np.array([names[name] for name in part.pairs.names], dtype=np.int32)
    sat = seats(part.voters.cell, part.voters.size)
    return _Rows(
        voter=np.repeat(voter, np.diff(part.voters.bounds)),
        a=name[sat.a],
        b=name[sat.b],
        verdict=sat.verdict,
        votes=part.voters.count,
        period=np.full(len(sat.a), place, dtype=np.int32),
    )


def _fitted_away(
    left: Residuals, rows: IntArray, columns: IntArray, signs: FloatArray, size: int
) -> FloatArray:
    """Give what the fit took out of each voter's part of each sum, shape (G, F)."""
    contestants = len(left.bread)
    surprise = left.count * left.single
    scores = np.zeros((left.voters, contestants))
    np.add.at(scores, (left.voter, left.a), surprise)
    np.add.at(scores, (left.voter, left.b), -surprise)
    chance = left.strengths.chances()[left.a, left.b]
    slope = (left.count * chance * (1.0 - chance))[rows] * signs
    slopes = np.zeros((size, contestants))
    np.add.at(slopes, (columns, left.a[rows]), slope)
    np.add.at(slopes, (columns, left.b[rows]), -slope)
    return np.asarray(scores @ (slopes @ left.bread).T)


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
