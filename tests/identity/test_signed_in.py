"""Sessions of staff: tokens that nobody can make up, and when they end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.identity import signed_in

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


@given(st.binary(min_size=32, max_size=32))
def test_a_token(random):
    """A token has 256 bits; the server keeps its hash, and its pages send back something else."""
    token = signed_in.new_token(random)

    assert signed_in.TOKEN.fullmatch(token)
    assert token not in {signed_in.digest(token), signed_in.csrf(token)}
    assert signed_in.digest(token) != signed_in.csrf(token)


def test_too_little_chance():
    """No token is made of fewer bits."""
    with pytest.raises(ValueError, match="32 bytes"):
        signed_in.new_token(b"x" * 31)


@pytest.mark.parametrize("token", [None, "", "x", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "\n"])
def test_what_is_no_token(token):
    """What is no token is looked up nowhere."""
    assert signed_in.digest(token) is None


@pytest.mark.parametrize(
    ("age", "unused", "over"),
    [
        ({"minutes": 0}, {"minutes": 0}, False),
        ({"hours": 11, "minutes": 59}, {"minutes": 29, "seconds": 59}, False),
        ({"hours": 1}, {"minutes": 30}, True),
        ({"hours": 12}, {"minutes": 0}, True),
    ],
)
def test_when_a_session_is_over(age, unused, over):
    """A session ends when it was unused for 30 minutes, and at the latest after 12 hours."""
    begun, seen = NOON - timedelta(**age), NOON - timedelta(**unused)

    assert signed_in.is_over(begun, seen, NOON) is over
