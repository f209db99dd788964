"""Passwords of staff: what is kept of them, and which are not taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.identity import passwords
from arena.identity.passwords import ALPHABET, MOST, NOBODY, Weakness

GOOD = "맑은 하늘에 뜬 구름 한 점"


def test_what_is_kept():
    """Of a password a salted hash is kept, another one each time, and the password fits both."""
    one, other = passwords.hashed(GOOD), passwords.hashed(GOOD)

    assert one != other
    assert GOOD not in one
    assert passwords.fits(one, GOOD)
    assert passwords.fits(other, GOOD)
    assert not passwords.fits(one, GOOD + "!")


def test_however_it_is_composed():
    """The same letters fit, whether a keyboard sends them whole or in pieces."""
    kept = passwords.hashed("한글비밀번호를씁니다")

    assert passwords.fits(kept, "한글비밀번호를씁니다")


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$v=19$broken", NOBODY])
@pytest.mark.parametrize("password", ["", "x", GOOD, "\ud800", "x" * 10_000])
def test_what_fits_nothing(kept, password):
    """Nobody's password, and what is no hash at all, is fitted by nothing, and nothing breaks."""
    assert not passwords.fits(kept, password)


def test_nobody_takes_as_long():
    """What is checked for a name that nobody has is as slow to check as anybody's hash."""
    settings = [kept.split("$")[1:4] for kept in (NOBODY, passwords.hashed(GOOD))]

    assert settings[0] == settings[1]


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", Weakness.SHORT),
        ("eleven char", Weakness.SHORT),
        ("twelve chars", None),
        (GOOD, None),
        ("x" * 12, Weakness.NAME),
        ("abababababab", Weakness.NAME),
        ("haneul-operator", Weakness.NAME),
        ("My HANEUL-OPERATOR!", Weakness.NAME),
        ("good password ".ljust(MOST + 1, "!"), Weakness.LONG),
        ("the one before this", Weakness.SAME),
    ],
)
def test_weak_passwords(password, why):
    """A password is not taken that is short, too long, made of the name or of few letters, or the old one."""
    kept = passwords.hashed("the one before this")

    assert passwords.weakness(password, "haneul-operator", kept) is why


@given(st.binary(min_size=20, max_size=20))
def test_made_up(random):
    """A password that is made up has 20 letters that nobody takes for another, and would be taken itself."""
    made = passwords.made_up(random)

    assert sorted({*made} - {*ALPHABET}) == ["-"]
    assert len(made) == 23


def test_every_letter_is_as_likely():
    """Each letter of the alphabet stands for as many bytes as any other."""
    letters = [passwords.made_up(bytes([number])) for number in range(256)]

    assert {letters.count(letter) for letter in ALPHABET} == {8}
