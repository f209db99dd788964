"""Ids by number: the first that is taken up is 0, the next is 1, and each is found again.

There is no object for an id, so a million take some 25 MB. Of each its hash is kept, 16 bytes of SHA-256:
no two are alike, as no two entries are. Where it stands in the table is drawn with a secret that is another
in every process, so nobody can choose ids that crowd into one place.
"""

from array import array
from hashlib import sha256

KEY_BYTES = 16
FEWEST = 2**4
"""Places of a table that has no ids yet; there is a power of two of them."""


class Ids:
    """Ids, numbered in the order in which they were added."""

    __slots__ = ("_keys", "_places")

    def __init__(self) -> None:
        """Begin without any."""
        self._keys = bytearray()
        self._places = _empty(FEWEST)

    def __len__(self) -> int:
        return len(self._keys) // KEY_BYTES

    def __getitem__(self, id_: str) -> int:
        number = self.get(id_)
        if number is None:
            raise KeyError(id_)
        return number

    def get(self, id_: str) -> int | None:
        """Find the number of an id."""
        found = self._places[self._place(_key(id_))]
        return found - 1 if found else None

    def add(self, id_: str) -> int:
        """Take up an id that is not here, and give its number."""
        number = len(self)
        if 3 * number >= 2 * len(self._places):
            self._widen()
        key = _key(id_)
        self._places[self._place(key)] = number + 1
        self._keys += key
        return number

    def _place(self, key: bytes) -> int:
        """Give where the number of a key stands, and one is added to it, or where it would: there is 0."""
        places, keys = self._places, self._keys
        last = len(places) - 1
        place = hash(key) & last
        while (found := places[place]) and not keys.startswith(key, (found - 1) * KEY_BYTES):
            place = place + 1 & last
        return place

    def _widen(self) -> None:
        """Put the numbers into a table of twice as many places."""
        self._places = places = _empty(2 * len(self._places))
        keys, last = memoryview(self._keys), len(places) - 1
        for number, start in enumerate(range(0, len(keys), KEY_BYTES)):
            place = hash(bytes(keys[start : start + KEY_BYTES])) & last
            while places[place]:
                place = place + 1 & last
            places[place] = number + 1


def _empty(places: int) -> "array[int]":
    return array("I", [0]) * places


def _key(id_: str) -> bytes:
    return sha256(id_.encode()).digest()[:KEY_BYTES]
