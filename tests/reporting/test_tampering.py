"""A few places of every kind of tampering; `python -m tests.bench.tampering` tries a thousand."""

from random import Random

import pytest

from tests.bench.tampering import KINDS, false_alarm, subject, tamper

SUBJECT = subject(battles=120)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_tampering_is_found(kind):
    """Whatever is done to an exported round, the verifier ends with the exit code that says what."""
    codes = tamper(SUBJECT, kind, 8, Random(5))

    assert set(codes) <= KINDS[kind]


@pytest.mark.parametrize("number", range(1000, 1012))
def test_no_false_alarm(number):
    """Honest folders of other rules hold."""
    assert false_alarm(number) == ""
