"""Ids without an object each are found as in a table that keeps them whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ledger.ids import Ids


@given(st.lists(st.text(max_size=4), unique=True), st.text(max_size=4))
def test_numbered_in_order(added, other):
    """Every id has the number at which it came, and no other id has one."""
    ids = Ids()
    given_numbers = [ids.add(id_) for id_ in added]

    assert given_numbers == list(range(len(added)))
    assert [ids[id_] for id_ in added] == given_numbers
    assert ids.get(other) == (added.index(other) if other in added else None)
    assert len(ids) == len(added)


def test_many():
    """However many ids there are, each is found under its number, and those that were not added are not."""
    ids = Ids()
    for number in range(5000):
        ids.add(str(number))

    assert [ids[str(number)] for number in range(5000)] == list(range(5000))
    assert all(ids.get(str(number)) is None for number in range(5000, 10_000))


def test_never_added():
    """An id that was never added has no number to be asked for."""
    with pytest.raises(KeyError):
        Ids()["one"]
