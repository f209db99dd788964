"""What each voter's votes say of a fit: scores, numbers of votes, and how far the fit leans on the voter.

The score of a vote is the slope of its log-likelihood by every coefficient; that of a voter sums those of
the voter's votes. Voters are put in an order of their own, by what they voted: renaming them does not
change a bit of what is summed over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import LEFT_OUT, Strengths
from ratings.comparisons import Comparisons, information, summed
from ratings.counts import LAYER, VERDICTS, FloatArray, IntArray, Verdict
from ratings.grouping import CellArray, Seats, ranges, seats, sides, starts_of
from ratings.tie_models import Bends
from ratings.voter_counts import VoterCounts, lots

BLOCK = 2**17
"""Scores held at a time while summing over voters; few enough to stay in the processor's cache."""

MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Surprises:
    """For each contestant on A, contestant on B and verdict, slopes and bends of a vote, shapes (K, K, 4)."""

    by_d: FloatArray
    by_t: FloatArray
    bends: Bends


@dataclass(frozen=True, slots=True, eq=False)
class VoterRows:
    """The rows of voter counts that are in a fit, voter by voter; `bounds`, shape (G + 1,), parts them.

    `cell` numbers contestant on A, contestant on B and verdict in one.
    """

    size: int
    bounds: IntArray
    cell: CellArray
    count: FloatArray
    voters: IntArray

    @property
    def seats(self) -> Seats:
        """Give contestants on A and on B, and verdicts, by number."""
        return seats(self.cell, self.size)

    def sums(self, amounts: FloatArray) -> FloatArray:
        """Sum `amounts` of rows voter by voter, shape (G,)."""
        sums: FloatArray = np.add.reduceat(amounts, self.bounds[:-1])
        return sums

    def part(self, start: int, end: int) -> "VoterRows":
        """Give the rows of the voters from `start` to before `end`."""
        rows = slice(self.bounds[start], self.bounds[end])
        bounds = self.bounds[start : end + 1] - self.bounds[start]
        return VoterRows(self.size, bounds, self.cell[rows], self.count[rows], self.voters[start:end])

    def lots(self, width: int) -> Iterator[tuple[int, int]]:
        """Part the voters, so that `width` numbers for each of a part are at most `BLOCK`."""
        voters, height = len(self.bounds) - 1, max(1, BLOCK // width)
        for start in range(0, voters, height):
            yield start, min(start + height, voters)

    def chosen(self, voters: IntArray) -> "VoterRows":
        """Give the rows of some voters, which ascend."""
        lengths = np.diff(self.bounds)[voters]
        rows = ranges(self.bounds[voters], lengths)
        bounds = np.concatenate([[0], np.cumsum(lengths)])
        return VoterRows(self.size, bounds, self.cell[rows], self.count[rows], self.voters[voters])

    def places(self) -> IntArray:
        """Give, in a table of voters and contestants, the places of those on A and on B, shape (2, R)."""
        places = np.empty((2, len(self.cell)), dtype=np.int64)
        table = np.repeat(np.arange(0, self.length, self.size), np.diff(self.bounds))
        for place, side in zip(places, sides(self.cell, self.size), strict=True):
            np.add(table, side, out=place)
        return places

    @property
    def length(self) -> int:
        """Give the size of a table of voters and contestants."""
        return (len(self.bounds) - 1) * self.size

    def tabled(self, amounts: FloatArray, places: IntArray) -> FloatArray:
        """Sum what rows say of their contestants, shape (2, R), by voter and contestant, shape (G, K)."""
        return summed(places.ravel(), amounts.ravel(), self.length).reshape(-1, self.size)

    def tabled_against(self, amounts: FloatArray, places: IntArray) -> FloatArray:
        """Sum what rows say of A, and the opposite of B, shape (R,), as `tabled`."""
        both = np.empty((2, len(amounts)))
        both[0] = amounts
        np.negative(amounts, out=both[1])
        return self.tabled(both, places)


def surprises(strengths: Strengths) -> Surprises:
    """Give the slopes of one vote on each pair; zero for verdicts that are left out of the fit."""
    odds = strengths.differences() + (strengths.side or 0.0)
    one, none = np.ones_like(odds), np.zeros_like(odds)
    said = {
        Verdict.A: (one, none, none),
        Verdict.B: (none, one, none),
        Verdict.TIE: (none, none, one),
        Verdict.BOTH_BAD: (none, none, none if _left_out(strengths)[LAYER[Verdict.BOTH_BAD]] else one),
    }
    tie, votes = strengths.tie_value, [said[verdict] for verdict in VERDICTS]
    slopes = [strengths.model.slopes(odds, tie, each) for each in votes]
    bends = [strengths.model.bends(odds, tie, each) for each in votes]
    return Surprises(
        by_d=np.stack([slope.by_d for slope in slopes], axis=2),
        by_t=np.stack([slope.by_t for slope in slopes], axis=2),
        bends=Bends(
            dd=np.stack([bend.dd for bend in bends], axis=2),
            dt=np.stack([bend.dt for bend in bends], axis=2),
            tt=np.stack([bend.tt for bend in bends], axis=2),
        ),
    )


def _left_out(strengths: Strengths) -> NDArray[np.bool_]:
    return np.array([verdict in LEFT_OUT[strengths.both_bad] for verdict in VERDICTS])


def rows_of(counts: VoterCounts, strengths: Strengths) -> VoterRows:
    """Give the rows of the voters in a fit, voters sorted by what they voted."""
    cell, count, left_out = counts.cell, counts.count, _left_out(strengths)
    starts, lengths = counts.bounds[:-1], np.diff(counts.bounds)
    voters = np.arange(len(starts))
    if left_out.any():
        kept = np.flatnonzero(~left_out[seats(cell, counts.size).verdict])
        edges = np.searchsorted(kept, counts.bounds)
        voters = np.flatnonzero(np.diff(edges))
        starts, lengths = edges[voters], np.diff(edges)[voters]
        cell, count = cell[kept], count[kept]
    order = np.argsort(_fingerprints(cell, count, starts, counts.size), kind="stable")
    starts, lengths = starts[order], lengths[order]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    put = VoterRows(counts.size, bounds, np.empty_like(cell), np.empty(len(count)), voters[order])
    for start, end in lots(bounds):
        rows, here = ranges(starts[start:end], lengths[start:end]), slice(bounds[start], bounds[end])
        put.cell[here], put.count[here] = cell.take(rows), count.take(rows)
    return put


def voter_rows(size: int, voter: IntArray, cell: CellArray) -> VoterRows:
    """Give the rows of single votes that are sorted by voter."""
    starts = starts_of(voter)
    return VoterRows(size, np.append(starts, len(voter)), cell, np.ones(len(cell)), voter[starts])


def _fingerprints(cell: CellArray, count: IntArray, starts: IntArray, size: int) -> NDArray[np.uint64]:
    """Mix the cells of each voter into one number; equal ones come, but for rare chance, of equal votes."""
    mixed = np.arange(1, size * size * len(VERDICTS) + 1, dtype=np.uint64) * MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= MIX
    mixed ^= mixed >> np.uint64(32)
    ends = np.append(starts, len(cell))
    prints = np.empty(len(starts), dtype=np.uint64)
    for start, end in lots(ends):
        rows = slice(ends[start], ends[end])
        here = mixed.take(cell[rows])
        here *= count[rows].astype(np.uint64)
        prints[start:end] = np.add.reduceat(here, starts[start:end] - starts[start])
    return prints


def scores(
    rows: VoterRows, strengths: Strengths, surprise: Surprises, places: IntArray | None = None
) -> FloatArray:
    """Give the scores of voters by every coefficient, shape (G, P); `places` are the rows', if known."""
    by_d = surprise.by_d.take(rows.cell)
    by_d *= rows.count
    by_strength = rows.tabled_against(by_d, rows.places() if places is None else places)
    rest = []
    if strengths.tie is not None:
        rest.append(rows.sums(rows.count * surprise.by_t.take(rows.cell)))
    if strengths.side is not None:
        rest.append(rows.sums(by_d))
    return np.column_stack([by_strength, *rest]) if rest else by_strength


def leverages(rows: VoterRows, strengths: Strengths, surprise: Surprises) -> FloatArray:
    """Give how far the fitted log-odds lean on each voter, shape (G,); over all voters about K - 1."""
    inverse = strengths.inverse_information[: rows.size, : rows.size]
    own = np.diag(inverse)
    spread = own[:, None] + own[None, :] - 2.0 * inverse
    leaning = (surprise.bends.dd * spread[:, :, None]).take(rows.cell)
    leaning *= rows.count
    return rows.sums(leaning)


def information_of_voter(rows: VoterRows, voter: int, strengths: Strengths) -> FloatArray:
    """Give what the votes of one voter add to the information, shape (P, P)."""
    mine = rows.part(voter, voter + 1)
    first, second, verdict = mine.seats
    won, lost = (mine.count * (verdict == LAYER[said]) for said in (Verdict.A, Verdict.B))
    tied = mine.count - won - lost
    terms = np.ones((int(strengths.side is not None), len(verdict)))
    lines = Comparisons(rows.size, first.astype(np.int64), second.astype(np.int64), won, lost, tied, terms)
    side = np.full(len(terms), strengths.side or 0.0)
    odds = lines.log_odds(strengths.values, side)
    bends = strengths.model.bends(odds, strengths.tie_value, lines.votes)
    return information(lines, strengths.model, bends)


def squares(lines: Comparisons, strengths: Strengths, odds: FloatArray) -> Bends:
    """Give the sums over votes of the products of their slopes, in the places of second derivatives."""
    one, none = np.ones(()), np.zeros(())
    dd, dt, tt = (np.zeros_like(odds) for _ in range(3))
    for times, said in zip(
        lines.votes, ((one, none, none), (none, one, none), (none, none, one)), strict=True
    ):
        slope = strengths.model.slopes(odds, strengths.tie_value, said)
        dd += times * slope.by_d**2
        if strengths.model.has_parameter:
            dt += times * slope.by_d * slope.by_t
            tt += times * slope.by_t**2
    return Bends(dd, dt, tt)
