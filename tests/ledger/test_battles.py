"""Battles that are over are told as they were, though little of them is kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ledger.battles import Battles, Fought

WORDS = st.text(max_size=4)
WHOLE = st.integers(0, 2**53)
OPENED = st.builds(Fought, WHOLE, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, WHOLE)
ENDS = st.tuples(st.sampled_from(["goes on", "over", "withdrawn"]), WHOLE, WHOLE, WORDS, WHOLE)


@pytest.fixture
def opened():
    """Two battles that have just been opened."""
    battles = Battles()
    for number, id_ in enumerate(("one", "two"), 1):
        battles.open(id_, Fought(number, "open", "jay", "kite", "ANNA", "law", "ko", number))
    return battles


@given(st.lists(st.tuples(OPENED, ENDS), max_size=8))
def test_told_as_they_were(rounds):
    """Whatever becomes of each battle, all are told in the order in which they were opened."""
    battles, expected = Battles(), []
    for place, (battle, _) in enumerate(rounds):
        battles.open(str(place), replace(battle))
    for place, (battle, (end, turns, vote, verdict, time)) in enumerate(rounds):
        found = battles.get(str(place))
        found.turns, found.vote, found.verdict, found.time = turns, vote, verdict, time
        if end != "goes on":
            battles.end(str(place))
        if end == "withdrawn":
            battles.withdraw(str(place))
        became = replace(battle, turns=turns, vote=vote, verdict=verdict, time=time)
        expected.append(replace(became, is_over=end != "goes on", is_withdrawn=end == "withdrawn"))

    assert list(battles) == expected
    assert [battles.get(str(place)) for place in range(len(rounds))] == expected


def test_found_by_id(opened):
    """A battle is found by its id, whether it is over or not, and no other is."""
    opened.end("one")

    assert "one" in opened
    assert "two" in opened
    assert "three" not in opened
    assert opened.get("three") is None
    assert len(opened) == 2


def test_found_by_vote(opened):
    """Battles are found by the places of their votes."""
    opened.get("two").vote = 7
    opened.end("two")
    opened.end("one")

    assert [battle.number for battle in opened.voted({7, 8})] == [2]
