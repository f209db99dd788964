"""Votes of more voters than are looked at at a time come to the same as all at once."""

from itertools import pairwise

import numpy as np
import pytest

from ratings.bradley_terry import BothBad, Ties, fit
from ratings.coded import Coded
from ratings.columns import count_columns
from ratings.counts import Board, Verdict
from ratings.habits import leanings
from ratings.residuals import residuals, sums
from ratings.voter_counts import LOT, lots
from ratings.voter_scores import rows_of

NAMES = ("alder", "birch", "cedar", "duru")
VOTERS = LOT // 8


@pytest.fixture(scope="module")
def board() -> Board:
    """Votes that are several lots."""
    chance = np.random.default_rng(11)
    votes = 2 * LOT + 1000
    a = chance.integers(0, 4, votes)
    b = (a + chance.integers(1, 4, votes)) % 4
    voter = chance.integers(0, VOTERS, votes)
    names = tuple(f"voter {number:06}" for number in range(VOTERS))
    columns = Coded(a, NAMES), Coded(b, NAMES), Coded(chance.integers(0, 4, votes), tuple(Verdict))
    return count_columns(*columns, Coded(voter, names), names=NAMES)


@pytest.mark.parametrize("rows", [1, 3, 4, 100])
def test_lots(rows: int):
    """Every voter is in one lot, in order, however many rows one has."""
    bounds = np.array([0, 2, 9, 10, 11, 30])
    found = list(lots(bounds, rows))

    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == 5
    assert all(start < end for start, end in found)


def test_nobody():
    """Without voters there is no lot."""
    assert list(lots(np.array([0]))) == []


def test_sums_by_voter(board: Board):
    """What a table says of votes is summed for each voter, whichever lot the voter is in."""
    table = np.random.default_rng(12).normal(size=board.pairs.cells.shape)
    voter, a, b, verdict = board.voters.index.T
    expected = np.bincount(voter, board.voters.count * table[a, b, verdict])

    assert len(list(board.voters.lots())) > 1
    assert np.array_equal(board.voters.summed(table), expected)


def test_cells_of_some(board: Board):
    """The votes of some voters are counted by cell, and all votes of all."""
    among = np.random.default_rng(13).random(len(board.voters.voters)) < 0.3
    voter, a, b, verdict = board.voters.index.T
    expected = np.zeros_like(board.pairs.cells)
    np.add.at(expected, (a, b, verdict), board.voters.count * among[voter])

    assert np.array_equal(board.voters.cells(among), expected)
    assert np.array_equal(board.voters.cells(), board.pairs.cells)


def test_rows_of_voters(board: Board):
    """Voters put in another order keep their votes."""
    rows = rows_of(board.voters, fit(board.pairs, ties=Ties.HALF, both_bad=BothBad.TIE))
    votes = {}
    for place, voter in enumerate(rows.voters.tolist()):
        mine = slice(rows.bounds[place], rows.bounds[place + 1])
        votes[voter] = list(zip(rows.cell[mine].tolist(), rows.count[mine].tolist(), strict=True))
    expected = {
        voter: list(zip(board.voters.cell[first:end].tolist(), board.voters.count[first:end], strict=True))
        for voter, (first, end) in enumerate(pairwise(board.voters.bounds))
    }

    assert votes == expected


def test_residuals(board: Board):
    """Residuals are summed for each voter, whichever lot the voter is in."""
    left = residuals(board, BothBad.TIE)
    single = left.single.reshape(-1)[left.cell]
    voter = np.repeat(np.arange(left.voters), np.diff(left.bounds))
    surplus = np.bincount(voter, left.count * single)

    found = sums(left, lambda lot: [(np.zeros_like(lot.voter), np.ones(len(lot.voter)))], 1)

    assert sum(len(lot.voter) for lot in left.lots()) == len(left.cell)
    assert found.values == pytest.approx(surplus.sum(), rel=1e-9)
    assert [one.name for one in leanings(left)] == list(NAMES)
