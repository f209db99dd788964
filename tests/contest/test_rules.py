from datetime import timedelta

from hypothesis import given

from arena.contest.rules import Seal
from tests.strategies import rules

TICK = timedelta(microseconds=1)


@given(rules())
def test_open_from_the_first_moment_to_the_last(rules):
    """Votes count from the opening moment on, and the closing moment is outside."""
    moments = (rules.opens - TICK, rules.opens, rules.closes - TICK, rules.closes)

    assert [rules.open_at(moment) for moment in moments] == [False, True, True, False]


@given(rules())
def test_sealed_until_the_close(rules):
    """Standings that the rules seal are read by nobody before the close, and by everybody after it."""
    sealed = rules.standings is Seal.SEALED
    moments = (rules.opens - TICK, rules.opens, rules.closes - TICK, rules.closes)

    assert [rules.sealed_at(moment) for moment in moments] == [sealed, sealed, sealed, False]
