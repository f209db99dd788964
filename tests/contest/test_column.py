"""Columns take little memory and say what was put in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.column import Column, Numbers


@given(st.lists(st.text(max_size=3)))
def test_rows(labels):
    """A column gives its rows back in their order, and names each label once."""
    column = Column(labels)

    assert list(column) == labels
    assert len(column) == len(labels)
    assert column.labels == list(dict.fromkeys(labels))


def test_many_labels():
    """However many labels there are, each row keeps its own, in as few bytes as it takes."""
    labels = [str(number) for number in range(70_000)]
    sizes = {most: Column(labels[:most]).codes.itemsize for most in (256, 257, 65_536, 65_537)}

    assert sizes == {256: 1, 257: 2, 65_536: 2, 65_537: 4}
    assert list(Column(labels)) == labels


def test_changed_rows():
    """A row may be given another label, new or known."""
    column = Column(["a", "b", "a"])
    column[0] = "c"
    column[2] = "b"

    assert [column[row] for row in range(3)] == ["c", "b", "b"]
    assert column.labels == ["a", "b", "c"]


@given(st.lists(st.integers(-(2**63), 2**63 - 1)), st.integers(-(2**63), 2**63 - 1))
def test_numbers(added, changed):
    """A column of whole numbers gives them back, and a row may be given another."""
    column = Numbers()
    for number in [0, *added]:
        column.add(number)
    column[0] = changed

    assert list(column) == [changed, *added]
    assert [column[row] for row in range(len(column))] == [changed, *added]


def test_width_of_numbers():
    """Rows of whole numbers take as few bytes as the largest does."""
    sizes = {}
    for largest in (127, 128, -(2**15), 2**15, 2**31 - 1, 2**31):
        column = Numbers()
        column.add(largest)
        sizes[largest] = column.values.itemsize

    assert sizes == {127: 1, 128: 2, -(2**15): 2, 2**15: 4, 2**31 - 1: 4, 2**31: 8}


def test_number_too_large():
    """A number of more than 64 bits is refused."""
    with pytest.raises(OverflowError):
        Numbers().add(2**63)
