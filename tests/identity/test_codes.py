"""One-time codes: by the clock, taken once, and out of no copy of the database."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.identity import codes

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
STEP = int(NOON.timestamp()) // 30
SHARED = codes.secret(b"k" * 32, "A" * 26, b"s" * 16)


def code(step):
    """The code of a step."""
    return pyotp.TOTP(SHARED).generate_otp(step)


def test_as_the_standard_says():
    """Codes are those of RFC 6238, appendix B, in six digits."""
    rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert codes.step_of(rfc, "287082", datetime.fromtimestamp(59, UTC), 0) == 1
    assert codes.step_of(rfc, "081804", datetime.fromtimestamp(1111111109, UTC), 0) == 37037036


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_clocks_that_are_off(off):
    """A clock may be a step off, either way, and no more."""
    found = codes.step_of(SHARED, code(STEP + off), NOON, 0)

    assert found == (STEP + off if abs(off) <= 1 else None)


def test_taken_once():
    """A code is not taken again, nor one before it; the next one is."""
    assert codes.step_of(SHARED, code(STEP), NOON, STEP) is None
    assert codes.step_of(SHARED, code(STEP - 1), NOON, STEP) is None
    assert codes.step_of(SHARED, code(STEP + 1), NOON, STEP) == STEP + 1


@given(st.text(max_size=12))
def test_what_is_no_code(text):
    """Whatever is typed, nothing breaks, and nothing is taken but the digits."""
    found = codes.step_of(SHARED, text, NOON, 0)

    assert (found is not None) == (text.replace(" ", "") in {code(STEP + off) for off in (-1, 0, 1)})


def test_with_a_space():
    """Digits may be typed as apps show them, in two groups."""
    digits = code(STEP)

    assert codes.step_of(SHARED, f"{digits[:3]} {digits[3:]}", NOON + timedelta(seconds=1), 0) == STEP


@pytest.mark.parametrize("other", [(b"x" * 32, "A" * 26, b"s" * 16), (b"k" * 32, "B" * 26, b"s" * 16)])
def test_secrets_differ(other):
    """Another key or another account has another secret, and so has the account with a new salt."""
    assert codes.secret(*other) != SHARED
    assert codes.secret(b"k" * 32, "A" * 26, b"t" * 16) != SHARED


def test_for_an_app():
    """What an app reads names the arena and the account; a terminal can show it."""
    uri = codes.uri(SHARED, "한울", "arena.example")
    query = parse_qs(urlsplit(uri).query)

    assert (query["secret"], query["issuer"]) == ([SHARED], ["arena.example"])
    assert len(codes.drawn(uri).splitlines()) > 20
