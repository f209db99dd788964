"""Columns of labels take little memory and say what was put in."""

from hypothesis import given
from hypothesis import strategies as st

from arena.contest.column import Column


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
