"""The Merkle tree of RFC 9162 §2.1: roots, inclusion and consistency proofs, and their verification.

Hashes are 32 raw bytes. "Leaves" are leaf hashes, never entries.
A proof is a list of roots of spans `[begin, end)` of leaves; which spans depends on the sizes alone,
so every way to look up the root of a span (a list, stored tiles) gives the same proofs.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from arena.errors import BadProof

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Span = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """Give the hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: its root after any number of leaves, in O(log n) space."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._size = 0
        self._peaks: list[bytes] = []
        for leaf in leaves:
            self.add(leaf)

    @property
    def size(self) -> int:
        """The number of leaves so far."""
        return self._size

    def add(self, leaf: bytes) -> None:
        """Append a leaf."""
        peaks, ones = self._peaks, self._size
        self._size += 1
        while ones & 1:  # the loop of a verifier's time: no call but the hash
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            ones >>= 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """Give the root of the tree so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *higher, found = self._peaks
        for peak in reversed(higher):
            found = node_hash(peak, found)
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """Give the root of the tree over `leaves`."""
    return Frontier(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that leaf `index` is in the tree over `leaves`, from its sibling up.

    Raises:
        ValueError: there is no such leaf.
    """
    return [root(leaves[begin:end]) for begin, end in inclusion_spans(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Prove that the tree over `leaves` extends the one over the first `old` of them.

    Raises:
        ValueError: there were never so many leaves.
    """
    return [root(leaves[begin:end]) for begin, end in consistency_spans(old, len(leaves))]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Name the spans whose roots prove that leaf `index` is in a tree of `size` leaves.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans, begin, end = [], 0, size
    while end - begin > 1:
        middle = _middle(begin, end)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return spans[::-1]


def consistency_spans(old: int, size: int) -> list[Span]:
    """Name the spans whose roots prove that a tree of `size` leaves extends its first `old`.

    Of nothing, and of the same size, there is nothing to prove: no spans.

    Raises:
        ValueError: there were never so many leaves.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves never had {old}")
    if old == 0:
        return []
    spans, begin, end = [], 0, size
    while end != old:
        middle = _middle(begin, end)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    if begin > 0:  # else the last span is the old tree, whose root the verifier has
        spans.append((begin, end))
    return spans[::-1]


def _middle(begin: int, end: int) -> int:
    """Give where RFC 9162 splits a span of two or more: after the largest power of two that leaves a rest."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is number `index` of the tree of `size` leaves under `root` (RFC 9162 §2.1.3.2).

    Raises:
        BadProof: it is not, or the proof does not show it.
    """
    if not 0 <= index < size:
        raise BadProof(f"no leaf {index} in a tree of {size}")
    _check_hashes(leaf, root, *proof)
    found, number, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise BadProof("the inclusion proof is too long")
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            number, last = _up_from_right(number, last)
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    if last != 0 or found != root:
        raise BadProof("the inclusion proof does not lead to the root")


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree under `root` extends the one under `old_root` (RFC 9162 §2.1.4.2).

    Raises:
        BadProof: it does not, or the proof does not show it.
    """
    if not 0 <= old <= size:
        raise BadProof(f"a tree of {size} leaves never had {old}")
    _check_hashes(old_root, root, *proof)
    if old in {0, size}:
        _check_without_proof(old, old_root, size, root, proof)
    else:
        _check_path(old, old_root, size, root, proof)


def _check_without_proof(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check the two cases that need no hash: from nothing, and to the same size."""
    if proof:
        raise BadProof("the consistency proof is too long")
    if old == 0 and old_root != EMPTY_ROOT:
        raise BadProof("the old root is not that of an empty tree")
    if old == size and old_root != root:
        raise BadProof(f"two roots for a tree of {size}")


def _check_path(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Climb from the old tree's last whole part to both roots."""
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise BadProof("the consistency proof is too short")
    number, last = old - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("the consistency proof is too long")
        if number & 1 or number == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            number, last = _up_from_right(number, last)
        else:
            after = node_hash(after, sibling)
        number, last = number >> 1, last >> 1
    if last != 0 or before != old_root or after != root:
        raise BadProof("the consistency proof does not lead to both roots")


def _up_from_right(number: int, last: int) -> Span:
    """Climb past the levels at which a node at the right edge has no sibling."""
    while not number & 1 and number:
        number, last = number >> 1, last >> 1
    return number, last


def _check_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise BadProof("a hash has not 32 bytes")
