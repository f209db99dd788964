"""Columns of outcomes become the same counts as rows."""

from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.battles import MOST_COMBINATIONS
from ratings.coded import Coded
from ratings.columns import count_columns, count_pair_columns
from ratings.counts import EXACT, VERDICTS, Board, PairCounts, Row, Verdict, tally
from ratings.errors import BadOutcome, TooMany

NAMES = ("alder", "birch", "cedar", "duru")

rows = st.lists(
    st.builds(
        lambda voter, seats, verdict, count: (voter, *seats, verdict, count),
        st.sampled_from(["v1", "v2", "v3"]),
        st.sampled_from(list(permutations(NAMES, 2))),
        st.sampled_from(Verdict),
        st.integers(1, 5),
    ),
    max_size=30,
)


def columns(given_rows: list[Row]) -> dict[str, list]:
    keys = ("voter", "a", "b", "verdict", "count")
    return dict(zip(keys, map(list, zip(*given_rows, strict=True)), strict=True)) if given_rows else {}


@given(rows.filter(bool))
def test_columns_are_rows(votes: list[Row]):
    """Columns make the board that the same rows make, with counts and without."""
    each = columns(votes)
    once = {key: each[key] for key in ("voter", "a", "b", "verdict")}

    assert count_columns(**each) == tally(votes)
    assert count_columns(**once) == tally([(*row[:4], 1) for row in votes])


@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.int64, np.uint64])
def test_counts_of_few_bytes(kind):
    """Counts may be whole numbers of any size."""
    votes = [("v", "x", "y", Verdict.A, 3), ("w", "y", "x", Verdict.TIE, 2)]
    each = columns(votes)
    each["count"] = np.array(each["count"], dtype=kind)

    assert count_columns(**each) == tally(votes)


@given(rows.filter(bool))
def test_pairs_alone(votes: list[Row]):
    """Counting pairs only gives the pairs of the board."""
    each = columns(votes)
    del each["voter"]

    assert count_pair_columns(**each) == tally(votes).pairs
    del each["count"]
    assert count_pair_columns(**each) == tally([(*row[:4], 1) for row in votes]).pairs


@given(rows, rows)
def test_boards_add_up(first: list[Row], second: list[Row]):
    """Boards of two parts of the votes add up to the board of all."""
    merged = tally(first) + tally(second)

    assert merged == tally(first + second)
    assert hash(merged) == hash(tally(first + second))


def test_a_board_equals_boards_only():
    """A board is not equal to what is no board."""
    assert tally([]) != "nothing"
    assert tally([]) == Board(PairCounts((), np.zeros((0, 0, 4), dtype=np.int64)), tally([]).voters)


@given(rows.filter(bool), st.randoms(use_true_random=False))
def test_order(votes: list[Row], chance: Random):
    """The order of the rows changes nothing that is counted."""
    assert count_columns(**columns(chance.sample(votes, len(votes)))) == count_columns(**columns(votes))


def test_arrays():
    """Arrays of text, of objects and coded columns say the same, whatever the order of their labels."""
    a, b = np.array(["y", "x", "z"]), np.array(["x", "z", "y"], dtype=object)
    verdict = Coded(np.array([1, 1, 0], dtype=np.int8), ["tie", "a", "never said"])
    voter = Coded(np.array([1, 0, 1]), ["w", "v"])

    board = count_columns(a, b, verdict, voter)

    assert board == tally([("v", "y", "x", "a", 1), ("w", "x", "z", "a", 1), ("v", "z", "y", "tie", 1)])


def test_labels_that_no_row_has():
    """A label without a row is no contestant, no voter, and no error."""
    seats = ["", "x", "y", "nobody"]
    a, b = Coded(np.array([1]), seats), Coded(np.array([2]), seats)
    voter = Coded(np.array([1]), ["absent", "v"])

    board = count_columns(a, b, ["a"], voter)

    assert board == tally([("v", "x", "y", "a", 1)])


def test_each_row_a_voter():
    """Without voters each row is one, in the order of the rows."""
    board = count_columns(["x"] * 11, ["y"] * 11, ["tie"] * 11)

    assert board.voters.voters[:2] == ("row 01", "row 02")
    assert board.voters.count.tolist() == [1] * 11


def test_many_chunks():
    """More rows than are numbered at a time are counted as one."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 3, 600_000)
    a, b = Coded(codes, NAMES[:3]), Coded((codes + 1) % 3, NAMES[:3])
    verdict, voter = Coded(rng.integers(0, 4, 600_000), VERDICTS), Coded(codes % 2, ["v", "w"])

    board = count_columns(a, b, verdict, voter)

    assert board.pairs == count_pair_columns(a, b, verdict)
    assert board.pairs.votes == board.voters.count.sum() == 600_000


def test_named_contestants():
    """Named contestants are all there, and nobody else may be."""
    board = count_columns(["birch"], ["alder"], ["a"], ["v"], names=NAMES)

    assert board.pairs.names == NAMES
    with pytest.raises(BadOutcome, match="'alder' is not a contestant"):
        count_columns(["birch"], ["alder"], ["a"], ["v"], names=["birch", "cedar"])


NAN = float("nan")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"a": ["x", ""]}, "the contestant on A has no name"),
        ({"b": ["y", NAN]}, "the contestant on B has no name"),
        ({"b": ["y", None]}, "the contestant on B has no name"),
        ({"a": ["x", "y"]}, "'y' is compared with itself"),
        ({"verdict": ["a", "better"]}, "'better' is not a verdict; verdicts are 'a', 'b', 'both_bad', 'tie'"),
        ({"verdict": ["a", NAN]}, "nan is not a verdict; verdicts are 'a', 'b', 'both_bad', 'tie'"),
        ({"verdict": Coded(np.array([0, -1]), ["a"])}, "the verdict is missing"),
        ({"a": Coded(np.array([0, -1]), ["x"])}, "the contestant on A is missing"),
        ({"b": ["y"]}, "the columns are not equally long"),
        ({"voter": ["v"]}, "the columns are not equally long"),
        ({"count": [1]}, "the columns are not equally long"),
        ({"voter": ["v", " "]}, "the voter has no name"),
        ({"voter": ["v", NAN]}, "the voter has no name"),
        ({"voter": Coded(np.array([0, -1]), ["v"])}, "the voter has no name"),
        ({"count": [1, 0]}, "0 is not a number of votes"),
        ({"count": np.array([3, -7])}, "-7 is not a number of votes"),
        ({"count": [1, EXACT]}, "there are more votes than can be counted exactly"),
    ],
)
def test_what_is_no_outcome(bad: dict, why: str):
    """A row that is no outcome is refused with its number and the reason, never guessed at."""
    good = {"a": ["x", "x"], "b": ["y", "y"], "verdict": ["a", "b"], "voter": ["v", "w"]}

    with pytest.raises(BadOutcome) as refusal:
        count_columns(**{**good, **bad})

    assert (refusal.value.row, refusal.value.why) == (2, why)


def test_counts_that_are_no_numbers():
    """Counts that are not whole are refused."""
    with pytest.raises(BadOutcome, match=r"row 1: 1\.5 is not a number of votes"):
        count_columns(["x"], ["y"], ["a"], ["v"], [1.5])


def test_late_row():
    """A wrong row far into the columns is found by its number."""
    codes = np.zeros(300_000, dtype=np.int64)
    verdict = codes.copy()
    verdict[299_998] = 1

    with pytest.raises(BadOutcome) as refusal:
        count_pair_columns(Coded(codes, ["x"]), Coded(codes, ["y"]), Coded(verdict, ["a", "?"]))

    assert refusal.value.row == 299_999


def test_too_many_labels():
    """Columns of so many names that a table of them would not fit are refused, as are so many contestants."""
    many = int(MOST_COMBINATIONS**0.5) + 1
    labels = [f"c{number}" for number in range(many)]

    with pytest.raises(TooMany, match="too many names"):
        count_pair_columns(Coded(np.array([0]), labels), Coded(np.array([1]), labels), ["a"])
    with pytest.raises(TooMany, match="more than 1000"):
        count_pair_columns(labels[:1001], labels[1:1002], ["a"] * 1001)
