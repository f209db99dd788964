"""Outcomes become pair counts."""

from collections.abc import Iterable
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.counts import (
    EXACT,
    LAYER,
    MOST_CONTESTANTS,
    Board,
    Outcome,
    PairCounts,
    Verdict,
    count_pairs,
    tally,
)
from ratings.errors import BadOutcome, TooMany

NAMES = ("alder", "birch", "cedar", "duru")

outcomes = st.builds(
    lambda seats, verdict, voter: Outcome(*seats, verdict, voter),
    st.sampled_from(list(permutations(NAMES, 2))),
    st.sampled_from(Verdict),
    st.sampled_from(["v1", "v2", "v3"]),
)


def rows(votes: Iterable[Outcome]) -> Board:
    return tally((vote.as_row() for vote in votes), NAMES)


def test_a_verdict_has_its_cell():
    """A vote is counted once, under who sat on A, who on B, and what was said."""
    counts = count_pairs([Outcome("birch", "alder", Verdict.TIE, "v1")])

    assert counts.names == ("alder", "birch")
    assert counts.cells[1, 0, LAYER[Verdict.TIE]] == 1
    assert counts.votes == 1


@given(st.lists(outcomes, max_size=30), st.lists(outcomes, max_size=30))
def test_merge(first: list[Outcome], second: list[Outcome]):
    """Counts of two parts of the votes add up to the counts of all."""
    merged = count_pairs(first) + count_pairs(second)

    assert merged == count_pairs(first + second)
    assert hash(merged) == hash(count_pairs(first + second))


@given(st.lists(outcomes, max_size=30), st.randoms(use_true_random=False))
def test_order(votes: list[Outcome], chance: Random):
    """The order in which votes were cast changes nothing that is counted."""
    shuffled = chance.sample(votes, len(votes))

    one, other = rows(votes), rows(shuffled)

    assert one.pairs == other.pairs
    assert one.voters.voters == other.voters.voters
    assert np.array_equal(one.voters.index, other.voters.index)
    assert np.array_equal(one.voters.count, other.voters.count)


@given(st.lists(outcomes, max_size=30))
def test_voters_add_up(votes: list[Outcome]):
    """The counts of the voters add up to the pair counts."""
    board = rows(votes)
    cells = np.zeros_like(board.pairs.cells)

    np.add.at(cells, tuple(board.voters.index[:, 1:].T), board.voters.count)

    assert np.array_equal(cells, board.pairs.cells)


def test_grouped_rows():
    """Rows that a database has grouped count as many votes as they say."""
    board = tally([("v1", "alder", "birch", Verdict.A, 3), ("v1", "alder", "birch", Verdict.A, 2)])

    assert board.pairs.votes == 5
    assert board.voters.count.tolist() == [5]


def test_named_contestants_are_all_there():
    """A contestant without votes has a place on the board when it is named."""
    counts = count_pairs([Outcome("alder", "birch", Verdict.A, "v1")], names=["cedar", "birch", "alder"])

    assert counts.names == ("alder", "birch", "cedar")


def test_counts_cannot_be_changed():
    """Counts are a value: nobody who holds them can alter a cell."""
    counts = count_pairs([Outcome("alder", "birch", Verdict.A, "v1")])

    with pytest.raises(ValueError, match="read-only"):
        counts.cells[0, 1, 0] = 9


def test_counts_equal_counts_only():
    """Counts are not equal to what is no count."""
    assert PairCounts((), np.zeros((0, 0, 4), dtype=np.int64)) != "nothing"


GOOD = ("v1", "alder", "birch", Verdict.A, 1)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (("", "alder", "birch", "a", 1), "the voter has no name"),
        ((float("nan"), "alder", "birch", "a", 1), "the voter has no name"),
        (("v1", " ", "birch", "a", 1), "the contestant on A has no name"),
        (("v1", "alder", None, "a", 1), "the contestant on B has no name"),
        (("v1", "alder", "alder", "a", 1), "'alder' is compared with itself"),
        (("v1", "alder", "elm", "a", 1), "'elm' is not a contestant"),
        (("v1", "alder", "birch", "better", 1), "'better' is not a verdict"),
        (("v1", "alder", "birch", float("nan"), 1), "nan is not a verdict"),
        (("v1", "alder", "birch", "a", 0), "0 is not a number of votes"),
        (("v1", "alder", "birch", "a", 1.0), "1.0 is not a number of votes"),
        (("v1", "alder", "birch", "a", EXACT), "there are more votes than can be counted exactly"),
    ],
)
def test_what_is_not_an_outcome(bad: tuple, why: str):
    """A row that is not an outcome is refused with its number, never guessed at."""
    with pytest.raises(BadOutcome) as refusal:
        tally([GOOD, bad], NAMES)

    assert (refusal.value.row, refusal.value.why) == (2, why)


def test_too_many_contestants():
    """More contestants than any contest has are refused before they fill the memory."""
    names = [f"c{number}" for number in range(MOST_CONTESTANTS + 1)]

    with pytest.raises(TooMany, match="1001 contestants"):
        tally([], names)
