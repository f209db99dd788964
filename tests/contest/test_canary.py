"""The plan of the canaries: how much of the chance of a false alarm each look may use."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.canary import Look, Plan
from arena.contest.roster import ContestantId
from arena.errors import BadSetting, Fault

LOOK = Look(ContestantId("one"), 1, 1e-5)


@given(st.integers(1, 200), st.integers(2, 10), st.floats(0.01, 0.5))
def test_level(looks, endpoints, alpha):
    """All looks at all endpoints together use no more than alpha."""
    plan = Plan(looks, endpoints, alpha)

    assert plan.level * looks * endpoints == pytest.approx(alpha)


@pytest.mark.parametrize(
    ("looks", "endpoints", "alpha"), [(0, 2, 0.01), (1, 2, 0.0), (1, 2, 1.0), (10_000, 5, 0.01)]
)
def test_bad_plan(looks, endpoints, alpha):
    """A plan that promises nothing, or that no number of draws could keep, is refused."""
    with pytest.raises(BadSetting):
        Plan(looks, endpoints, alpha)


@pytest.mark.parametrize(
    ("look", "alarms"),
    [
        (replace(LOOK, p_value=1e-5), True),
        (replace(LOOK, p_value=1.1e-5), False),
        (replace(LOOK, fault=Fault.BUSY), False),
    ],
)
def test_alarm(look, alarms):
    """A look alarms from its level on; a server that does not answer is a fault and no alarm."""
    assert look.alarms is alarms
