"""A few places of every kind of tampering; `python -m tests.bench.tampering` tries a thousand."""

from random import Random

import pytest

from tests.bench.tampering import KINDS, OF_EVERYONE, false_alarm, subject, tamper

SUBJECT = subject(battles=120)
PUBLIC = subject(battles=120, auditors=False)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_tampering_is_found(kind):
    """Whatever is done to an exported round, the verifier ends with the exit code that says what."""
    codes = tamper(SUBJECT, kind, 8, Random(5))

    assert set(codes) <= KINDS[kind]


@pytest.mark.parametrize("kind", OF_EVERYONE, ids=lambda kind: kind.__name__)
def test_tampering_is_found_by_everyone(kind):
    """What is done to a public folder is found too, as far as it holds what tells."""
    codes = tamper(PUBLIC, kind, 8, Random(5))

    assert set(codes) <= OF_EVERYONE[kind]


@pytest.mark.parametrize("number", range(1000, 1012))
def test_no_false_alarm(number):
    """Honest folders of other rules hold."""
    assert false_alarm(number) == ""
