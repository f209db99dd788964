"""Rows of coded columns are picked and put in order by their labels."""

from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ratings.coded import coded
from ratings.rows import column_of, holding, in_order, labels_of, picked

ROWS = st.lists(st.tuples(st.text(max_size=2), st.sampled_from("abc"), st.booleans()))


def columns(rows):
    return [coded([row[place] for row in rows]) for place in (0, 1)]


@given(ROWS)
def test_order(rows):
    """Rows that are meant come in the order of their labels, the first column first."""
    among = np.array([row[2] for row in rows], dtype=bool)
    first, second = columns(rows)
    order = in_order([first, second], among)
    found = list(zip(labels_of(first, order), labels_of(second, order), strict=True))

    assert found == sorted((one, other) for one, other, meant in rows if meant)


@given(ROWS)
def test_picked(rows):
    """Rows are meant by their labels, and picked as they stand."""
    first, second = columns(rows)
    among = holding(second, {"a", "c"})
    left = picked(first, among)

    assert labels_of(left, np.arange(len(left.codes))) == [one for one, other, _ in rows if other in "ac"]


def test_buffer():
    """Numbers that stand in an array are a column as they are, and are not copied."""
    numbers = array("B", [1, 0, 1])
    column = column_of(numbers, ["no", "yes"])

    assert labels_of(column, np.arange(3)) == ["yes", "no", "yes"]
    assert np.shares_memory(column.codes, np.asarray(numbers))
