"""Canonical bytes: RFC 8785 (JCS) of objects with ASCII keys, integers, strings and lists.

Floats, booleans and null have no place in the record, so the hard parts of the RFC do not arise:
ASCII keys sort alike by code point and by UTF-16, and integers stay within 2^53.
"""

import json
import re
from collections.abc import Mapping, Sequence

from arena.errors import NotAnEntry

Canonical = str | int | Sequence["Canonical"] | Mapping[str, "Canonical"]

LARGEST_INTEGER = 2**53 - 1
KEY = re.compile(r"[\x20-\x7e]+")


def canonical(value: Canonical) -> bytes:
    """Give the canonical UTF-8 bytes of `value`.

    Raises:
        NotAnEntry: a float, boolean, null, large integer, lone surrogate or non-ASCII key.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotAnEntry("a text holds half a character") from error


def _check(value: object) -> None:
    match value:
        case bool():
            raise NotAnEntry(f"{value!r} has no canonical form here")
        case int() if abs(value) > LARGEST_INTEGER:
            raise NotAnEntry("an integer is beyond 2^53 - 1")
        case str() | int():
            return
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not KEY.fullmatch(key):
                    raise NotAnEntry(f"{key!r} is not an ASCII key")
                _check(item)
        case list() | tuple():
            for item in value:
                _check(item)
        case _:
            raise NotAnEntry(f"{type(value).__name__} has no canonical form here")
