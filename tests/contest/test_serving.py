"""Numbers of what endpoints served."""

from math import inf

import pytest

from arena.contest.serving import FIRSTS, Service
from arena.errors import Fault

NOTHING = Service(0, 0, 0, 0, 0.0, (0,) * (len(FIRSTS) + 1), {})


def test_shares_begin_within_an_edge():
    """The time within which a share of replies begins is the edge of its count."""
    firsts = (0, 0, 90, 0, 9, *(0,) * 7, 1)
    served = Service(100, 95, 1, 600, 30.0, firsts, {Fault.CUT: 4})

    assert [served.first_within(share) for share in (0.5, 0.95, 1.0)] == [0.3, 0.7, inf]
    assert served.pieces_a_second == pytest.approx(20)
    assert served.failed == 4


def test_nothing_served():
    """Of nothing no time and no pace is told."""
    assert (NOTHING.first_within(0.5), NOTHING.pieces_a_second, NOTHING.failed) == (None, None, 0)
