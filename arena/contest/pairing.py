"""Pairing: the drawing of seats from a committed seed and a battle number.

Law: seats are a function of (seed, track, battle number), the roster's order and the rules' controls,
and of nothing else. Every block of K(K-1) battle numbers and as many as there are controls holds each
ordered pair exactly once, so pairs and sides are balanced at the end of each block, and anyone with the
seed can draw them again. In a control a contestant meets itself or a reference; all take turns at that.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from itertools import permutations

from arena.contest.battle import Seats, Side
from arena.contest.roster import ContestantId
from arena.contest.rules import Track

Pair = tuple[ContestantId, ContestantId]


def seats(
    seed: bytes,
    track: Track,
    number: int,
    ids: Sequence[ContestantId],
    controls: int,
    references: Sequence[ContestantId] = (),
) -> Seats:
    """Draw the seats of battle `number` (from 1) of a track, with `controls` in each block.

    Raises:
        ValueError: fewer than two contestants, or a number below 1.
    """
    if len(ids) < 2 or number < 1:
        raise ValueError("pairing needs two contestants and a number from 1")
    number_of_block, place = divmod(number - 1, length(len(ids), controls))
    first, second = block(seed, track, number_of_block, ids, controls, references)[place]
    return {Side.A: first, Side.B: second}


def length(size: int, controls: int) -> int:
    """Give how many battles a block has, with `size` contestants."""
    return size * (size - 1) + controls


def block(
    seed: bytes,
    track: Track,
    number: int,
    ids: Sequence[ContestantId],
    controls: int,
    references: Sequence[ContestantId] = (),
) -> list[Pair]:
    """Draw the pairs (on A, on B) of all battles of block `number` (from 0) of a track, in their order."""
    met = [_control(number * controls + nth, ids, references) for nth in range(controls)]
    return _shuffled([*permutations(ids, 2), *met], _words(seed, f"{track.value}/{number}"))


def _control(nth: int, ids: Sequence[ContestantId], references: Sequence[ContestantId]) -> Pair:
    """Give the pair of control `nth` (from 0) of a track, before it is shuffled into its block.

    A contestant meets itself, then each reference on B and on A; then it is the next one's turn.
    """
    turn, form = divmod(nth, 1 + 2 * len(references))
    one = ids[turn % len(ids)]
    if form == 0:
        return one, one
    reference = references[(form - 1) // 2]
    return (one, reference) if form % 2 else (reference, one)


def _shuffled(items: list[Pair], words: Iterator[int]) -> list[Pair]:
    """Shuffle by Fisher-Yates (Durstenfeld 1964)."""
    for last in range(len(items) - 1, 0, -1):
        chosen = _below(last + 1, words)
        items[last], items[chosen] = items[chosen], items[last]
    return items


def _below(bound: int, words: Iterator[int]) -> int:
    """Draw uniformly from 0 … bound-1; words at or above the last whole multiple are rejected."""
    ceiling = 2**32 - 2**32 % bound
    return next(word for word in words if word < ceiling) % bound


def _words(seed: bytes, label: str) -> Iterator[int]:
    """Give an endless stream of 32-bit words: HMAC-SHA-256(seed, label / counter)."""
    counter = 0
    while True:
        block = hmac.new(seed, f"{label}/{counter}".encode(), hashlib.sha256).digest()
        yield from (int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4))
        counter += 1
