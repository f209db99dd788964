from dataclasses import replace

import pytest
from hypothesis import given

from arena.contest.roster import ContestantId, Roster
from tests.strategies import IDS, rosters


@given(rosters())
def test_contestants_are_found_by_id(roster):
    """Each contestant is found by its id, and the order is that of the declaration."""
    found = tuple(roster[name] for name in roster.ids)

    assert found == roster.contestants
    assert roster.ids == IDS[: len(found)]


@given(rosters())
def test_a_stranger_is_not_guessed(roster):
    """An id that is not on the roster is an error, not some other contestant."""
    with pytest.raises(KeyError, match="nobody"):
        roster[ContestantId("nobody")]


@given(rosters())
def test_every_name_is_to_be_masked(roster):
    """Names, teams, served models and aliases of all contestants are hidden in replies, each once."""
    last = replace(roster.contestants[-1], team=roster.contestants[0].team)
    names = Roster((*roster.contestants[:-1], last)).names
    wanted = {name for each in roster.contestants for name in (each.name, each.served_model, *each.aliases)}

    assert wanted < set(names)
    assert len(names) == len(set(names))
