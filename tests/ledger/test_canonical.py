import json
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import NotAnEntry
from arena.ledger.canonical import canonical
from tests.strategies import VALUES

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def by_the_rfc(value):
    """Write RFC 8785 §3.2 out by hand, without a JSON library."""
    match value:
        case str():
            return '"' + "".join(ESCAPES.get(char) or by_code(char) for char in value) + '"'
        case int():
            return str(value)
        case dict():
            keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
            return "{" + ",".join(f"{by_the_rfc(key)}:{by_the_rfc(value[key])}" for key in keys) + "}"
        case _:
            return "[" + ",".join(map(by_the_rfc, value)) + "]"


def by_code(char):
    """Escape what has no short escape (§3.2.2.2)."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 else char


@given(VALUES)
def test_canonical_bytes_are_those_of_the_rfc(value):
    """Whoever follows RFC 8785 gets the bytes that the ledger has hashed."""
    assert canonical(value) == by_the_rfc(value).encode()


@given(VALUES)
def test_canonical_bytes_say_the_value(value):
    """Any JSON reader gets back what was put in, and putting that in again gives the same bytes."""
    again = json.loads(canonical(value))

    assert again == value
    assert canonical(again) == canonical(value)


@given(st.dictionaries(st.sampled_from("abcXYZ_09~ "), st.integers(0, 9), min_size=2))
def test_order_of_writing_does_not_matter(members):
    """The same members give the same bytes in whatever order they were written."""
    assert canonical(dict(reversed(members.items()))) == canonical(members)


def test_strings_of_the_rfc():
    """The string of the RFC's example (§3.2.2) comes out as the RFC prints it (§3.2.4)."""
    value = {"string": '\u20ac$\x0f\nA\'B"\\\\"/', "literals": [1, 0]}
    expected = bytes.fromhex(
        "7b226c69746572616c73223a5b312c305d2c"
        "22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
    )

    assert canonical(value) == expected


def test_text_is_not_normalised():
    """Texts that look alike and are not the same stay apart (RFC 8785 §3.1)."""
    assert canonical("\u00c5") != canonical("A\u030a")


LARGEST = 2**53 - 1


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, 0])
def test_integers_that_every_reader_keeps(number):
    """Integers up to 2^53 - 1 are written in full."""
    assert canonical([number]) == f"[{number}]".encode()


class Word(StrEnum):
    """A word of a closed list."""

    OPEN = "open"


def test_words_of_closed_lists_are_texts():
    """A member of a closed list is written as its text, as value and as key."""
    assert canonical({Word.OPEN: Word.OPEN}) == b'{"open":"open"}'


REFUSED = [
    0.5,
    -0.0,
    1e300,
    float("nan"),
    float("inf"),
    True,
    False,
    None,
    LARGEST + 1,
    -LARGEST - 1,
    10**5_000,
    b"bytes",
    {"a", "b"},
    object(),
    "\ud800",
    "\ud83d\ude00",
    {"k": "\udfff"},
    {"": 1},
    {"é": 1},
    {"가": 1},
    {"a\n": 1},
    {"\x7f": 1},
    {"\ud800": 1},
    {1: "a"},
    {None: "a"},
    {True: "a"},
]


@pytest.mark.parametrize("value", REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: [it], lambda it: {"a": [{"b": (1, it)}]}])
def test_what_has_no_canonical_bytes_is_refused(value, wrap):
    """What readers could take in two ways is refused however deep it lies."""
    with pytest.raises(NotAnEntry):
        canonical(wrap(value))
