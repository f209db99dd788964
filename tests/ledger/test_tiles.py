from bisect import bisect_left

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arena.errors import BadNote, BadProof
from arena.ledger import merkle, tiles
from arena.ledger.merkle import leaf_hash
from arena.ledger.tiles import WIDTH, Tile, bundle, finished, parse_path, tile_path
from tests.bundles import unbundle

LARGEST = 70_000
LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(LARGEST)]
EDGES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 66_000, LARGEST]
SIZES = st.one_of(st.sampled_from(EDGES), st.integers(0, 3_000), st.integers(0, LARGEST))


class Kept:
    """What a store keeps: the leaves, and hashes of full tiles as they were handed to it."""

    def __init__(self, leaves):
        self.leaves = leaves
        self.rows = {}
        self.asked = []
        self.size = 0

    def read(self, level, first, count):
        """Give hashes, and remember what was asked."""
        self.asked.append((level, first, count))
        if level == 0:
            return self.leaves[first : first + count]
        return [self.rows[level, number] for number in range(first, first + count)]

    def grow(self, size):
        """Keep what a tree of `size` leaves needs; nothing is kept before all of it is known."""
        made = list(finished(self.size, size, self.read))
        assert not {(level, number) for level, number, _ in made} & self.rows.keys()
        self.rows |= {(level, number): value for level, number, value in made}
        self.size = size
        return made


@pytest.fixture(scope="module")
def kept():
    """All tiles of the largest tree."""
    store = Kept(LEAVES)
    store.grow(LARGEST)
    return store


def test_what_is_kept(kept):
    """Of every full tile its root is kept, and nothing else."""
    expected = {(1, number): merkle.root(LEAVES[number * 256 : number * 256 + 256]) for number in range(273)}
    expected[2, 0] = merkle.root(LEAVES[: 1 << 16])

    assert kept.rows == expected


@given(st.lists(st.integers(0, 3_000), max_size=6, unique=True).map(sorted))
@example(EDGES)
@example([65_535, 65_536])
def test_growing_by_steps(sizes):
    """However a tree grows, a bit or a lot at a time, in the end the same is kept."""
    store = Kept(LEAVES)
    for size in sizes:
        store.grow(size)
    at_once = Kept(LEAVES)
    at_once.grow(store.size)

    assert store.rows == at_once.rows


def test_growing_costs_what_is_new():
    """A checkpoint reads the new leaves and the last tile of each level, however long the record is."""
    store = Kept(LEAVES)
    store.grow(69_000)
    store.asked.clear()
    made = store.grow(70_000)

    assert [(level, number) for level, number, _ in made] == [(1, 269), (1, 270), (1, 271), (1, 272)]
    assert sum(count for _, _, count in store.asked) == 4 * WIDTH


def test_growing_reads_the_last_tiles(kept):
    """A tile that becomes full takes what was kept of it, and what has just been made."""
    store = Kept(LEAVES)
    store.grow(65_000)
    store.asked.clear()
    store.grow(65_536)

    assert [asked for asked in store.asked if asked[0]] == [(1, 0, 253)]
    assert store.rows[2, 0] == kept.rows[2, 0]


@pytest.mark.parametrize("size", EDGES)
def test_root_is_the_naive_one(kept, size):
    """Tiles give the root that all leaves give."""
    assert tiles.root(size, kept.read) == merkle.root(LEAVES[:size])


@given(st.integers(1, 3_000), st.data())
def test_proofs_are_the_naive_ones(kept, size, data):
    """Tiles give the proofs that all leaves give."""
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    assert tiles.root(size, kept.read) == merkle.root(LEAVES[:size])
    assert tiles.inclusion_proof(index, size, kept.read) == merkle.inclusion_proof(LEAVES[:size], index)
    assert tiles.consistency_proof(old, size, kept.read) == merkle.consistency_proof(LEAVES[:size], old)


@given(SIZES.filter(bool), st.data())
def test_proofs_hold(kept, size, data):
    """Proofs from tiles hold in trees of several levels."""
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    top, older = tiles.root(size, kept.read), tiles.root(old, kept.read)

    merkle.check_inclusion(LEAVES[index], index, size, tiles.inclusion_proof(index, size, kept.read), top)
    merkle.check_consistency(old, older, size, top, tiles.consistency_proof(old, size, kept.read))


@given(SIZES.filter(bool), st.data())
def test_every_read_is_a_tile_of_the_tree(kept, size, data):
    """What a proof reads, a server of tiles can be asked for: whole tiles of that very tree, each once."""
    kept.asked.clear()
    tiles.inclusion_proof(data.draw(st.integers(0, size - 1)), size, kept.read)
    asked = [Tile(level, first // WIDTH, count) for level, first, count in kept.asked]

    assert len(set(asked)) == len(asked)
    assert [tile.first for tile in asked] == [first for _, first, _ in kept.asked]
    assert all(tile.within(size) for tile in asked)
    assert not any(
        tile.width < WIDTH and Tile(tile.level, tile.number, tile.width + 1).within(size) for tile in asked
    )


HUGE = 10**12 + 12_345


def uniform(level, first, count):
    """Tiles of a record of 10^12 equal entries."""
    one = leaf_hash(b"")
    for _ in range(8 * level):
        one = merkle.node_hash(one, one)
    return [one] * count


@pytest.mark.parametrize(
    ("index", "old"), [(0, 1), (10**12, 256**3), (HUGE - 1, 256**3 + 1), (10**9, HUGE - 1)]
)
def test_a_record_of_a_million_million(index, old):
    """A proof from a record of 10^12 entries takes some reads for each of its five levels."""
    asked = []

    def read(level, first, count):
        asked.append((level, first, count))
        return uniform(level, first, count)

    proof = tiles.inclusion_proof(index, HUGE, read)
    growth = tiles.consistency_proof(old, HUGE, read)
    top = tiles.root(HUGE, uniform)

    merkle.check_inclusion(leaf_hash(b""), index, HUGE, proof, top)
    merkle.check_consistency(old, tiles.root(old, uniform), HUGE, top, growth)
    assert len(asked) <= 20


@pytest.mark.parametrize("answer", [[], [leaf_hash(b"")] * 299, [b""] * 44, [leaf_hash(b"") + b"\0"] * 44])
def test_missing_hashes(answer):
    """A store that lacks a hash is found out at once, and makes no proof."""
    with pytest.raises(BadProof, match="not all there"):
        tiles.root(300, lambda *_: answer)


def test_nothing_to_prove(kept):
    """Leaves and sizes that never were have no proof."""
    with pytest.raises(ValueError, match="no leaf"):
        tiles.inclusion_proof(5, 5, kept.read)
    with pytest.raises(ValueError, match="never had"):
        tiles.consistency_proof(6, 5, kept.read)


ADDRESSES = [
    ("tile/0/000", Tile(0, 0)),
    ("tile/0/x001/x234/067", Tile(0, 1_234_067)),
    ("tile/63/999.p/1", Tile(63, 999, 1)),
    ("tile/1/x001/000.p/255", Tile(1, 1000, 255)),
    ("tile/entries/x273/000.p/112", Tile(None, 273_000, 112)),
]


@pytest.mark.parametrize(("path", "tile"), ADDRESSES)
def test_addresses(path, tile):
    """A tile is found at the address that C2SP gives it."""
    assert parse_path(path) == tile
    assert tile_path(tile.level, tile.number, tile.width) == path


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**18 - 1), st.integers(1, 256))
def test_every_address_is_read_back(level, number, width):
    """Every tile has one address, and only that one."""
    assert parse_path(tile_path(level, number, width)) == Tile(level, number, width)


NO_ADDRESSES = [
    "",
    "tile",
    "tile/0",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/1234",
    "tile/0/x000/001",
    "tile/0/x001/",
    "tile/0/x001",
    "tile/0/001/002",
    "tile/00/001",
    "tile/64/000",
    "tile/-1/000",
    "tile/entry/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/999",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/000.p",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000\n",
    "tile/0/../000",
    "tile/0/٠٠٠",
    "tile/0/" + "x999/" * 9 + "999",
    "tile/0/" + "x999/" * 100_000,
]


@pytest.mark.parametrize("path", NO_ADDRESSES, ids=range(len(NO_ADDRESSES)))
def test_no_addresses(path):
    """An address that is not written in the one form is none."""
    with pytest.raises(BadNote):
        parse_path(path)


@given(st.text(st.sampled_from("tile/entrs0123456789x.p-"), max_size=40))
def test_any_address_is_read_or_refused(path):
    """Whatever a stranger asks for is a tile's one address, or is refused."""
    try:
        tile = parse_path(path)
    except BadNote:
        return

    assert tile_path(tile.level, tile.number, tile.width) == path


@pytest.mark.parametrize(
    ("tile", "least"),
    [(Tile(0, 273, 112), 70_000), (Tile(1, 0), 65_536), (Tile(2, 0, 1), 65_536), (Tile(None, 1, 4), 260)],
)
def test_when_a_tile_is_there(tile, least):
    """A tile is there as soon as the tree is long enough, and not before."""
    there = bisect_left(range(LARGEST + 1), True, key=tile.within)

    assert there == least


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles(entries):
    """Entries come back from a bundle as they went in."""
    assert unbundle(bundle(entries)) == entries


def test_bundle_by_hand():
    """A bundle holds the length of each entry in two bytes, and the entry."""
    assert bundle([b"abc", b"", b"x" * 258]) == b"\0\3abc" + b"\0\0" + b"\1\2" + b"x" * 258


def test_an_entry_too_long_for_a_bundle():
    """A length that two bytes cannot say is never written."""
    with pytest.raises(ValueError, match="too long"):
        bundle([b"x" * 65_536])
