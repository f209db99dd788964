from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.exclusion import Cast, Rule, derived
from arena.contest.rules import Exclusions, Verdict

VOTES = st.lists(
    st.tuples(
        st.sampled_from(["ANNA", "BORA"]),
        st.sampled_from([Verdict.A, Verdict.A, Verdict.B, Verdict.TIE]),
        st.integers(0, 3),
    ),
    max_size=25,
).map(lambda rows: [Cast(n, voter, said, minute * 60) for n, (voter, said, minute) in enumerate(rows)])
RULES = st.builds(Exclusions, st.integers(0, 4), st.integers(0, 8))


def cast(*rows):
    """Votes as (voter, verdict, minute), in the order of the ledger, from sequence 10 on."""
    return [Cast(n, voter, Verdict(said), minute * 60) for n, (voter, said, minute) in enumerate(rows, 10)]


@pytest.mark.parametrize(
    ("per_minute", "one_sided", "votes", "found"),
    [
        (2, 0, [("V", "a", 1), ("V", "b", 1), ("V", "a", 1), ("V", "a", 2)], {"votes_per_minute": (12,)}),
        (1, 0, [("V", "a", 1), ("W", "a", 1), ("W", "b", 1)], {"votes_per_minute": (12,)}),
        (0, 0, [("V", "a", 1)] * 9, {}),
        (0, 3, [("V", "a", 1), ("V", "a", 2), ("V", "a", 3)], {"one_sided_from": (10, 11, 12)}),
        (0, 3, [("V", "b", 1), ("V", "b", 2), ("V", "b", 3)], {"one_sided_from": (10, 11, 12)}),
        (0, 3, [("V", "a", 1), ("V", "a", 2), ("V", "tie", 3)], {}),
        (0, 3, [("V", "tie", 1), ("V", "tie", 2), ("V", "tie", 3)], {}),
        (0, 3, [("V", "a", 1), ("V", "a", 2), ("W", "a", 3)], {}),
        (0, 1, [("V", "a", 1), ("W", "b", 1)], {"one_sided_from": (10, 11)}),
        (
            1,
            3,
            [("V", "a", 1), ("V", "a", 1), ("V", "a", 3)],
            {"votes_per_minute": (11,), "one_sided_from": (10, 12)},
        ),
        (1, 1, [], {}),
    ],
)
def test_rules(per_minute, one_sided, votes, found):
    """Too many votes in a minute and one-sided voters are found, each vote under its first rule."""
    named = derived(Exclusions(per_minute, one_sided), cast(*votes))

    assert {rule.value: sequences for rule, sequences in named.items()} == found


@given(RULES, VOTES, st.randoms(use_true_random=False))
def test_order_does_not_matter(rules, votes, random):
    """Whoever reads the votes in another order derives the same."""
    shuffled = random.sample(votes, len(votes))

    assert derived(rules, shuffled) == derived(rules, votes)


@given(RULES, VOTES)
def test_each_vote_stands_under_one_rule(rules, votes):
    """No vote is excluded twice; a rule's votes are ascending; a rule that finds none is not named."""
    named = derived(rules, votes)

    everything = [sequence for sequences in named.values() for sequence in sequences]
    assert len(everything) == len(set(everything))
    assert all(sequences == tuple(sorted(sequences)) and sequences for sequences in named.values())
    assert set(everything) <= {vote.sequence for vote in votes}


@given(st.integers(1, 4), VOTES)
def test_what_is_left_keeps_the_pace(most, votes):
    """Of no voter more than so many votes in a minute are left, and of those with fewer all are."""
    out = derived(Exclusions(most, 0), votes).get(Rule.VOTES_PER_MINUTE, ())

    before = Counter((vote.voter, vote.time) for vote in votes)
    left = Counter((vote.voter, vote.time) for vote in votes if vote.sequence not in out)
    assert left == Counter({key: min(count, most) for key, count in before.items()})


@given(VOTES)
def test_rules_that_are_off(votes):
    """Rules that are off exclude nothing."""
    assert derived(Exclusions(0, 0), votes) == {}
