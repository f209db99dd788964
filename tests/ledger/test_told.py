"""The rule under which a vote is left out, where there are several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.exclusion import Rule
from arena.ledger.told import first_rule


@pytest.mark.parametrize(
    ("named", "is_of_removed", "first"),
    [
        (None, False, None),
        (None, True, Rule.CONTESTANT_REMOVED),
        ("votes_per_minute", False, Rule.VOTES_PER_MINUTE),
        ("one_sided_from", True, Rule.ONE_SIDED),
        ("decision", False, Rule.DECISION),
        ("decision", True, Rule.CONTESTANT_REMOVED),
    ],
)
def test_first_rule(named, is_of_removed, first):
    """A vote that several rules leave out stands under the first of them, one that none does counts."""
    assert first_rule(named, is_of_removed=is_of_removed) is first


@given(st.sampled_from(Rule))
def test_removal_never_hides_an_earlier_rule(rule):
    """A contestant that is removed changes the rule of a vote only to one that comes before it."""
    order = list(Rule)
    both = first_rule(rule.value, is_of_removed=True)

    assert order.index(both) <= order.index(rule)
