from datetime import timedelta

from hypothesis import given

from tests.strategies import rules

TICK = timedelta(microseconds=1)


@given(rules())
def test_open_from_the_first_moment_to_the_last(rules):
    """Votes count from the opening moment on, and the closing moment is outside."""
    moments = (rules.opens - TICK, rules.opens, rules.closes - TICK, rules.closes)

    assert [rules.open_at(moment) for moment in moments] == [False, True, True, False]
