from collections import Counter
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.battle import Side
from arena.contest.pairing import _below, _words, seats
from arena.contest.rules import Track
from tests.servers import ROOT
from tests.strategies import IDS

SEEDS = st.binary(min_size=1, max_size=32)
TRACKS = st.sampled_from(Track)
FIXED = bytes(range(32))
GOLDEN = ROOT / "tests/golden/pairing.txt"


def drawn(seed, track, count, ids=IDS[:5], first=1, controls=0, references=()):
    """The ordered pairs of `count` battles."""
    numbers = range(first, first + count)
    found = (seats(seed, track, number, ids, controls, references) for number in numbers)
    return [(pair[Side.A], pair[Side.B]) for pair in found]


@given(SEEDS, TRACKS, st.integers(2, 6), st.integers(0, 10**6))
def test_each_block_holds_each_ordered_pair_once(seed, track, count, block):
    """At the end of each block every two contestants have met once on either side."""
    size = count * (count - 1)
    pairs = drawn(seed, track, size, IDS[:count], first=block * size + 1)

    assert Counter(pairs) == Counter(permutations(IDS[:count], 2))


@given(SEEDS, st.integers(2, 6), st.integers(0, 10**6), st.integers(1, 7))
def test_in_controls_contestants_meet_themselves(seed, count, block, controls):
    """Each block holds as many controls as the rules say, and all contestants take turns at them."""
    size = count * (count - 1) + controls
    pairs = drawn(seed, Track.OPEN, size * count, IDS[:count], block * size + 1, controls)
    alone = Counter(a for a, b in pairs if a == b)
    met = Counter((a, b) for a, b in pairs[:size] if a != b)

    assert met == Counter(permutations(IDS[:count], 2))
    assert alone == dict.fromkeys(IDS[:count], controls)


@given(SEEDS, st.integers(2, 4), st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 2))
def test_in_controls_contestants_meet_references(seed, count, block, controls, references):
    """References are met in controls alone, by all contestants as often and on both sides as often."""
    ids, others = IDS[:count], IDS[4 : 4 + references]
    size = count * (count - 1) + controls
    blocks = count * (1 + 2 * references)
    pairs = drawn(seed, Track.OPEN, size * blocks, ids, block * size + 1, controls, others)
    met = Counter(pair for pair in pairs if pair[0] == pair[1] or not set(pair) <= set(ids))
    wanted = [(one, one) for one in ids] + [
        pair for one in ids for other in others for pair in ((one, other), (other, one))
    ]
    scored = Counter(pair for pair in pairs if pair not in met)

    assert met == dict.fromkeys(wanted, controls)
    assert scored == dict.fromkeys(permutations(ids, 2), blocks)


@given(SEEDS, TRACKS, st.integers(1, 100), st.integers(1, 100))
def test_seats_do_not_depend_on_what_else_is_drawn(seed, track, number, later):
    """The seats of a battle are the same whatever was drawn before it, and however often."""
    whole = drawn(seed, track, number + later)

    assert whole[:number] == drawn(seed, track, number)
    assert whole[-1:] == drawn(seed, track, 1, first=number + later)


@given(st.binary(min_size=32, max_size=32))
def test_tracks_are_independent(seed):
    """Each track has an order of its own."""
    orders = {tuple(drawn(seed, track, 60)) for track in Track}

    assert len(orders) == len(Track)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=5, unique=True))
def test_seeds_differ(seeds):
    """Another seed gives another order."""
    orders = {tuple(drawn(seed, Track.OPEN, 60)) for seed in seeds}

    assert len(orders) == len(seeds)


def test_blocks_differ():
    """One block does not tell the next."""
    pairs = drawn(FIXED, Track.OPEN, 200)
    blocks = {tuple(pairs[start : start + 20]) for start in range(0, 200, 20)}

    assert len(blocks) == 10


def test_every_place_gets_every_pair():
    """Over many blocks each pair comes first about as often as any other (chi-squared, 1 in 10^6)."""
    firsts = Counter(drawn(FIXED, Track.OPEN, 1, first=block * 20 + 1)[0] for block in range(2_000))
    expected = 2_000 / 20
    distance = sum((count - expected) ** 2 / expected for count in firsts.values())

    assert len(firsts) == 20
    assert distance < 63.7


def test_seats_for_ever():
    """The seats of a seed are those that they have been since the first version."""
    lines = [
        f"{track.value} {count} {number} {first} {second}"
        for track in Track
        for count in range(2, 7)
        for number, (first, second) in enumerate(drawn(FIXED, track, 40, IDS[:count]), 1)
    ]

    assert "\n".join(lines) + "\n" == GOLDEN.read_text("utf-8")


def test_seats_with_references_for_ever():
    """With references and controls too, the seats of a seed are those that they have always been."""
    lines = [
        f"{controls} {references} {number} {first} {second}"
        for controls in (1, 3)
        for references in range(3)
        for number, (first, second) in enumerate(
            drawn(FIXED, Track.OPEN, 60, IDS[:3], 1, controls, IDS[3 : 3 + references]), 1
        )
    ]

    assert "\n".join(lines) + "\n" == (GOLDEN.parent / "pairing-references.txt").read_text("utf-8")


@pytest.mark.parametrize(("ids", "number"), [(IDS[:1], 1), ((), 1), (IDS, 0), (IDS, -1)])
def test_pairing_refuses_what_cannot_be(ids, number):
    """There are no seats for one contestant or for a battle before the first."""
    with pytest.raises(ValueError, match="pairing needs"):
        seats(FIXED, Track.OPEN, number, ids, 0)


def test_draws_are_without_bias():
    """A word at or above the last whole multiple of the bound is thrown away, not folded."""
    limit = 2**32 - 2**32 % 3
    words = iter([limit, 2**32 - 1, limit - 1])

    assert _below(3, words) == (limit - 1) % 3


def test_the_stream_does_not_repeat():
    """The random words of a block go on for as long as they are asked for."""
    words = list(islice(_words(FIXED, "open/0"), 1_000))

    assert len(set(words)) > 990
    assert all(0 <= word < 2**32 for word in words)
