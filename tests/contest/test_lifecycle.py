from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.lifecycle import NEXT, OVER, SERVED, SETTLED, TRANSITIONS, Phase, Step, advice, after
from arena.errors import NotAtThisPhase

TABLE = """
            new     freeze  open    close   exclude remove  commit-result publish   forget
new         new     frozen  -       -       -       -       -             -         -
frozen      -       -       open    -       -       -       -             -         -
open        -       -       -       closed  -       -       -             -         -
closed      -       -       -       -       closed  closed  committed     -         -
committed   -       -       -       -       closed  closed  -             published -
published   -       -       -       -       closed  closed  -             -         forgotten
forgotten   -       -       -       -       -       -       -             -         -
"""


def cells():
    """Every cell of the table: phase, step and where it leads ("-" for nowhere)."""
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    return [(phase, step, to) for phase, *tos in rows for step, to in zip(head, tos, strict=True)]


@pytest.mark.parametrize(("phase", "step", "to"), cells())
def test_every_step_at_every_phase(phase, step, to):
    """A step is taken at the phases that the table names, and refused with what comes next at all others."""
    if to != "-":
        assert after(Phase(phase), Step(step)) is Phase(to)
        return
    with pytest.raises(NotAtThisPhase, match=f"the round is {phase}; {advice(Phase(phase))}"):
        after(Phase(phase), Step(step))


def test_the_table_is_whole():
    """The table above names every phase and every step."""
    assert {(Phase(phase), Step(step)) for phase, step, _ in cells()} == {
        (phase, step) for phase in Phase for step in Step
    }


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_a_closed_round_stays_closed(steps):
    """Whatever is asked for, a round that was closed is never open again, and no phase is skipped."""
    phases = [Phase.NEW]
    for step in steps:
        to = TRANSITIONS.get((phases[-1], step))
        phases += [to] if to else []

    closed = [phase in OVER for phase in phases]
    assert closed == sorted(closed)
    order = list(Phase)
    assert all(order.index(to) <= order.index(at) + 1 for at, to in pairwise(phases))


def test_what_comes_next():
    """From every phase but the last, the command that is named leads on."""
    for phase, step in NEXT.items():
        assert after(phase, step) is list(Phase)[list(Phase).index(phase) + 1]
        assert f"`arena round {step.value}`" in advice(phase)
    assert advice(Phase.FORGOTTEN) == "nothing comes next"


def test_sets_of_phases():
    """A result stands only where the round is over, and a server needs an opened round and its pepper."""
    assert SETTLED < OVER
    assert OVER | {Phase.OPEN} == SERVED | {Phase.FORGOTTEN}
