import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.identity.citizen import new_token, reference, voter_id

KEYS = st.binary(min_size=32, max_size=32)
RANDOM = st.binary(min_size=16, max_size=16)
KEY = bytes(32)
TOKEN = new_token(KEY, bytes(range(16)))


@given(KEYS, RANDOM)
def test_a_token_gives_its_reference(key, random):
    """Whoever holds a token of ours is known again by the same reference."""
    token = new_token(key, random)
    found = reference(key, token)

    assert base64.urlsafe_b64decode(f"{found}==") == random


@given(st.lists(KEYS, min_size=2, max_size=2, unique=True), RANDOM)
def test_a_token_of_another_arena_is_none_of_ours(keys, random):
    """A token that another key signed opens nothing."""
    assert reference(keys[0], new_token(keys[1], random)) is None


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_forged_token_is_refused(place, char):
    """A token with one character changed opens nothing."""
    forged = TOKEN[:place] + char + TOKEN[place + 1 :]

    assert (reference(KEY, forged) is None) == (forged != TOKEN)


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_truncated_token_is_refused(length):
    """A part of a token opens nothing."""
    assert reference(KEY, TOKEN[:length]) is None


NO_TOKENS = [
    None,
    "",
    ".",
    TOKEN + "=",
    f"{TOKEN}\n",
    f" {TOKEN}",
    TOKEN + TOKEN,
    "가" * 66,
    "\ud800",
    "\0" * 66,
]


@pytest.mark.parametrize("text", NO_TOKENS)
def test_what_is_no_token_is_refused(text):
    """Whatever a browser sends as a token, it is ours or it is nobody's."""
    assert reference(KEY, text) is None


@given(st.text(), st.text())
def test_nobody_makes_up_a_token(left, right):
    """No made-up text is a token."""
    assert reference(KEY, f"{left}.{right}") is None


@pytest.mark.parametrize("random", [b"", bytes(15), bytes(17)])
def test_a_reference_has_128_bits(random):
    """A reference is never so short that it could be guessed."""
    with pytest.raises(ValueError, match="16 bytes"):
        new_token(KEY, random)


def test_tokens_and_pseudonyms_for_ever():
    """A token and a pseudonym are those that they have been since the first version."""
    name = "AAECAwQFBgcICQoLDA0ODw"
    signature = hmac.new(KEY, b"citizen token\0" + name.encode(), hashlib.sha256).digest()
    pseudonym = base64.b32encode(hmac.new(KEY, name.encode(), hashlib.sha256).digest())[:26].decode()
    made = new_token(KEY, bytes(range(16)))

    assert made == f"{name}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    assert voter_id(KEY, name) == pseudonym


@given(KEYS, st.lists(st.text(max_size=30), min_size=2, max_size=20, unique=True))
def test_citizens_are_told_apart(pepper, references):
    """Within a round, each citizen has one pseudonym and no two have the same."""
    names = [voter_id(pepper, each) for each in references]

    assert len(set(names)) == len(references)
    assert names == [voter_id(pepper, each) for each in references]


@given(st.lists(KEYS, min_size=2, max_size=2, unique=True), st.text(max_size=30))
def test_pseudonyms_of_two_rounds_have_nothing_in_common(peppers, name):
    """Nobody without both peppers can tell that two pseudonyms of two rounds are one citizen."""
    first, second = (voter_id(pepper, name) for pepper in peppers)
    equal_places = sum(one == other for one, other in zip(first, second, strict=True))

    assert equal_places < 13


@given(KEYS, RANDOM)
def test_the_pseudonym_does_not_show_the_reference(pepper, random):
    """The record shows 26 characters of base32 that hold no part of the reference."""
    name = reference(KEY, new_token(KEY, random))
    pseudonym = voter_id(pepper, name)

    assert len(pseudonym) == 26
    assert set(pseudonym) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert name not in pseudonym
