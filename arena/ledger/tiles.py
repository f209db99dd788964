"""The tree kept as tiles, 256 hashes wide (C2SP tlog-tiles): roots and proofs in O(log n) reads.

Hash `number` of level 0 is that of a leaf; on level l ≥ 1 it is the root of the full tile `number` of
level l - 1, so it covers 256^l leaves, and is kept as soon as that tile is full.

Law: every read is one whole tile of the tree it is asked of, so rows of a table, files and addresses
of a server can all be read from.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from arena.errors import BadNote, BadProof
from arena.ledger import merkle
from arena.ledger.merkle import HASH_BYTES

WIDTH = 256
HIGHEST_LEVEL = 63

Hashes = Callable[[int, int, int], Sequence[bytes]]
"""`read(level, first, count)` gives `count` hashes of a level from number `first` on."""


PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile's place: level (None: the entries under level 0), number and width (256: full)."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def first(self) -> int:
        """The number on its level of its first hash, or entry."""
        return self.number * WIDTH

    def within(self, size: int) -> bool:
        """Tell whether a tree of `size` leaves has this tile, at least so wide."""
        return self.first + self.width <= size >> 8 * (self.level or 0)


def tile_path(level: int | None, number: int, width: int = WIDTH) -> str:
    """Give the address of a tile under the log's prefix, `tile/0/x001/234.p/5`; level None is of entries."""
    kind = "entries" if level is None else str(level)
    *higher, last = _thousands(number)
    partial = "" if width == WIDTH else f".p/{width}"
    return "/".join(["tile", kind, *(f"x{part:03}" for part in higher), f"{last:03}{partial}"])


def parse_path(path: str) -> Tile:
    """Read the address of a tile.

    Raises:
        BadNote: it is that of no tile, or not written in the one form.
    """
    found = PATH.fullmatch(path)
    if not found:
        raise BadNote("not the address of a tile")
    level = None if found["level"] == "entries" else int(found["level"])
    number, width = int(re.sub("[x/]", "", found["number"])), int(found["width"] or WIDTH)
    if (level or 0) > HIGHEST_LEVEL or not 0 < width <= WIDTH or tile_path(level, number, width) != path:
        raise BadNote("not the address of a tile")
    return Tile(level, number, width)


def _thousands(number: int) -> list[int]:
    """Split a number into its groups of three digits."""
    return [number] if number < 1000 else [*_thousands(number // 1000), number % 1000]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Give the content of a tile of entries: each after its length, big-endian in two bytes.

    Raises:
        ValueError: an entry is longer than 65,535 bytes.
    """
    parts = []
    for entry in entries:
        if len(entry) >= 1 << 16:
            raise ValueError("an entry too long for a bundle")
        parts += [len(entry).to_bytes(2), entry]
    return b"".join(parts)


def finished(before: int, after: int, read: Hashes) -> Iterator[tuple[int, int, bytes]]:
    """Give (level, number, hash) of all that is to be kept as a tree grows, lower levels first.

    Reads the new leaves and the last tile of each level of the tree before; what it gives it does not read.
    """
    level, start, fresh = 1, after, list[bytes]()
    while numbers := range(before >> 8 * level, after >> 8 * level):
        made = [merkle.root(_full(level - 1, number, start, fresh, read)) for number in numbers]
        yield from zip(repeat(level), numbers, made, strict=False)  # `repeat` has no end
        level, start, fresh = level + 1, numbers.start, made


def _full(level: int, number: int, start: int, fresh: Sequence[bytes], read: Hashes) -> list[bytes]:
    """Give the hashes of a tile: those before `start` are read, the others are in `fresh`."""
    begin, end = number * WIDTH, (number + 1) * WIDTH
    kept = min(max(begin, start), end)
    old = _read(read, level, begin, kept - begin) if kept > begin else ()
    return [*old, *fresh[kept - start : end - start]]


def root(size: int, read: Hashes) -> bytes:
    """Give the root of the first `size` leaves."""
    return _Tree(size, read).span(0, size) if size else merkle.EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Hashes) -> list[bytes]:
    """Prove that leaf `index` is in the tree of the first `size` leaves.

    Raises:
        ValueError: there is no such leaf.
    """
    tree = _Tree(size, read)
    return [tree.span(*span) for span in merkle.inclusion_spans(index, size)]


def consistency_proof(old: int, size: int, read: Hashes) -> list[bytes]:
    """Prove that the tree of the first `size` leaves extends that of the first `old`.

    Raises:
        ValueError: there were never so many leaves.
    """
    tree = _Tree(size, read)
    return [tree.span(*span) for span in merkle.consistency_spans(old, size)]


@dataclass(frozen=True, slots=True)
class _Tree:
    """A tree of `size` leaves whose tiles are read as they are needed, each once."""

    size: int
    read: Hashes
    tiles: dict[tuple[int, int], Sequence[bytes]] = field(default_factory=dict)

    def span(self, begin: int, end: int) -> bytes:
        """Give the root of a span of leaves, one that a proof may need.

        Such a span begins at a multiple of a power of two that is not shorter than it, so it is a part
        of one tile on some level, plus at the edge of the tree parts of the last tiles below.
        """
        level, edge = 0, list[bytes]()
        while end - begin >= WIDTH:
            whole = end - end % WIDTH
            if whole < end:
                edge = [merkle.root([*self._part(level, whole, end), *edge])]
            level, begin, end = level + 1, begin // WIDTH, end // WIDTH
        return merkle.root([*self._part(level, begin, end), *edge])

    def _part(self, level: int, begin: int, end: int) -> Sequence[bytes]:
        number = begin // WIDTH
        tile = self.tiles.get((level, number))
        if tile is None:
            first = number * WIDTH
            width = min(WIDTH, (self.size >> 8 * level) - first)
            tile = self.tiles[level, number] = _read(self.read, level, first, width)
        return tile[begin - number * WIDTH : end - number * WIDTH]


def _read(read: Hashes, level: int, first: int, width: int) -> Sequence[bytes]:
    found = read(level, first, width)
    if len(found) != width or any(len(one) != HASH_BYTES for one in found):
        raise BadProof(f"hashes {first} to {first + width - 1} of level {level} are not all there")
    return found
