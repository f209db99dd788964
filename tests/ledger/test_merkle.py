import hashlib
from functools import cache

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadProof
from arena.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_proof,
    consistency_spans,
    inclusion_proof,
    inclusion_spans,
    leaf_hash,
    node_hash,
    root,
)

LARGEST = 300
ENTRIES = [f"entry {number}".encode() for number in range(LARGEST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
SIZES = st.integers(1, LARGEST)

CT_ENTRIES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The leaves and roots by which logs of Certificate Transparency try themselves, sizes 0 to 8."""


@cache
def span(begin, end):
    """MTH of RFC 9162 §2.1.1, word for word."""
    if end - begin == 1:
        return LEAVES[begin]
    middle = begin + split(end - begin)
    return hashlib.sha256(b"\x01" + span(begin, middle) + span(middle, end)).digest()


def split(count):
    """The largest power of two smaller than `count`."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def path(index, begin, end):
    """PATH of §2.1.3.1, word for word."""
    if end - begin == 1:
        return []
    middle = begin + split(end - begin)
    if index < middle:
        return [*path(index, begin, middle), span(middle, end)]
    return [*path(index, middle, end), span(begin, middle)]


def subproof(old, begin, end, whole):
    """SUBPROOF of §2.1.4.1, word for word; `old` counts from 0."""
    if old == end:
        return [] if whole else [span(begin, end)]
    middle = begin + split(end - begin)
    if old <= middle:
        return [*subproof(old, begin, middle, whole), span(middle, end)]
    return [*subproof(old, middle, end, False), span(begin, middle)]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_certificate_transparency(size):
    """The arena's tree is the tree that all logs of Certificate Transparency have."""
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in CT_ENTRIES[:size]]

    assert root(leaves).hex() == CT_ROOTS[size]


def test_roots_by_the_rfc():
    """The root is that of the RFC's recursion, whatever the size."""
    assert [root(LEAVES[:size]) for size in range(1, LARGEST)] == [
        span(0, size) for size in range(1, LARGEST)
    ]


def test_frontier_has_every_root_on_its_way():
    """One pass over the leaves gives the root at every size, the empty one too."""
    frontier = Frontier()
    seen = [(frontier.size, frontier.root())]
    for leaf in LEAVES:
        frontier.add(leaf)
        seen.append((frontier.size, frontier.root()))

    assert seen == [(0, EMPTY_ROOT), *((size, span(0, size)) for size in range(1, LARGEST + 1))]


@pytest.mark.parametrize("size", [*range(1, 40), 255, 256, 257, LARGEST])
def test_proofs_by_the_rfc(size):
    """Every proof is the list of hashes that the RFC's recursion gives."""
    leaves = LEAVES[:size]

    assert [inclusion_proof(leaves, i) for i in range(size)] == [path(i, 0, size) for i in range(size)]
    assert [consistency_proof(leaves, old) for old in range(1, size + 1)] == [
        subproof(old, 0, size, True) for old in range(1, size + 1)
    ]


@given(SIZES, st.data())
def test_oracle(size, data):
    """Another library, written by others, has the same roots and inclusion proofs."""
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    oracle.append_entries(ENTRIES[:size])
    theirs = oracle.prove_inclusion(index + 1)
    older, newer = root(LEAVES[:old]), root(LEAVES[:size])
    pymerkle.verify_consistency(older, newer, oracle.prove_consistency(old, size))

    assert (oracle.get_root(), oracle.get_root(old)) == (newer, older)
    assert oracle.get_leaf(index + 1) == LEAVES[index]
    assert theirs.path == [LEAVES[index], *inclusion_proof(LEAVES[:size], index)]


def test_every_inclusion_proof_holds():
    """Every leaf of every tree up to 300 has a proof that holds."""
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = [span(*one) for one in inclusion_spans(index, size)]
            check_inclusion(LEAVES[index], index, size, proof, span(0, size))


def test_every_consistency_proof_holds():
    """Every tree up to 300 has a proof that it extends each earlier one, the empty one too."""
    check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    for size in range(1, LARGEST + 1):
        check_consistency(0, EMPTY_ROOT, size, span(0, size), [])
        for old in range(1, size + 1):
            proof = [span(*one) for one in consistency_spans(old, size)]
            check_consistency(old, span(0, old), size, span(0, size), proof)


@st.composite
def others(draw, hashes):
    """Another list of hashes: a bit flipped, one left out, doubled, added, cut, or the order changed."""
    hashes = list(hashes)
    place = draw(st.integers(0, max(len(hashes) - 1, 0)))
    before, here, after = hashes[:place], hashes[place : place + 1], hashes[place + 1 :]
    changes = [[*before, draw(st.binary(min_size=32, max_size=32)), *here, *after]]
    for one in here:
        flipped = (int.from_bytes(one) ^ 1 << draw(st.integers(0, 255))).to_bytes(32)
        instead = [[flipped], [], [one, one], [one[:31]], [one + b"\0"]]
        changes += [[*before, *hashes, *after] for hashes in instead]
    if len(hashes) > 1:
        changes += [hashes[::-1], [hashes[-1], *hashes[:-1]]]
    return draw(st.sampled_from(changes))


@given(SIZES, st.data())
def test_spoiled_inclusion(size, data):
    """Another leaf, index, root or proof is refused: one bit is enough."""
    index = data.draw(st.integers(0, size - 1))
    whole, proof = span(0, size), inclusion_proof(LEAVES[:size], index)
    what = data.draw(st.sampled_from(["leaf", "index", "root", "proof"]))
    leaf, number, top, hashes = LEAVES[index], index, whole, proof
    match what:
        case "leaf":
            (leaf,) = data.draw(others([leaf]).filter(lambda one: len(one) == 1))
        case "index":
            number = data.draw(st.integers(-2, size + 2).filter(lambda one: one != index))
        case "root":
            (top,) = data.draw(others([top]).filter(lambda one: len(one) == 1))
        case _:
            hashes = data.draw(others(proof))

    with pytest.raises(BadProof):
        check_inclusion(leaf, number, size, hashes, top)


@given(SIZES, st.data())
def test_spoiled_consistency(size, data):
    """Another root before or after, or another proof, is refused: one bit is enough."""
    old = data.draw(st.integers(0, size))
    roots = [span(0, old) if old else EMPTY_ROOT, span(0, size)]
    proof = consistency_proof(LEAVES[:size], old)
    what = data.draw(st.sampled_from(["before", "after", "proof"]))
    match what:
        case "before":
            roots[:1] = data.draw(others(roots[:1]).filter(lambda one: len(one) == 1))
        case "after" if old:
            roots[1:] = data.draw(others(roots[1:]).filter(lambda one: len(one) == 1))
        case _:
            proof = data.draw(others(proof))

    with pytest.raises(BadProof):
        check_consistency(old, roots[0], size, roots[1], proof)


@given(SIZES, SIZES, st.data())
def test_inclusion_of_another_size(size, claimed, data):
    """A proof for a tree whose way to the root has another length is refused."""
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    same = index < claimed and len(inclusion_spans(index, claimed)) == len(proof)
    refused = None
    try:
        check_inclusion(LEAVES[index], index, claimed, proof, span(0, size))
    except BadProof as error:
        refused = error

    assert same or refused


@given(SIZES, st.data())
def test_two_histories(size, data):
    """No proof made from a rewritten history leads to the root of the true one."""
    old = data.draw(st.integers(1, size))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:place], leaf_hash(b"another"), *LEAVES[place + 1 : size]]

    with pytest.raises(BadProof):
        check_consistency(old, span(0, old), size, root(rewritten), consistency_proof(rewritten, old))


@pytest.mark.parametrize(("old", "size"), [(-1, 3), (4, 3), (1, 0)])
def test_sizes_that_never_were(old, size):
    """A tree that never was has no proof and proves nothing."""
    with pytest.raises(ValueError, match="never had"):
        consistency_spans(old, size)
    with pytest.raises(BadProof):
        check_consistency(old, LEAVES[0], size, LEAVES[0], [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_leaves_that_never_were(index, size):
    """A leaf that is not there has no proof and is never proved."""
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(index, size)
    with pytest.raises(BadProof):
        check_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "size"), [(3, 5), (4, 5)])
def test_proof_of_growth_cannot_be_missing(old, size):
    """A tree that has grown needs a proof that it did."""
    with pytest.raises(BadProof):
        check_consistency(old, span(0, old), size, span(0, size), [])


@pytest.mark.parametrize(("old", "size"), [(1, 2), (4, 5), (4, 8), (256, 300)])
def test_growth_without_change(old, size):
    """A tree that claims to have grown and still has its old root is refused."""
    with pytest.raises(BadProof):
        check_consistency(old, span(0, old), size, span(0, old), [])


NO_GROWTH = [
    ("too long", 0, EMPTY_ROOT, 5, [LEAVES[0]]),
    ("too long", 5, span(0, 5), 5, [LEAVES[0]]),
    ("too long", 3, span(0, 3), 5, [*subproof(3, 0, 5, True), LEAVES[0]]),
    ("too short", 3, span(0, 3), 5, []),
    ("both roots", 3, span(0, 3), 5, subproof(3, 0, 5, True)[:-1]),
    ("both roots", 3, span(0, 2), 5, subproof(3, 0, 5, True)),
    ("empty tree", 0, LEAVES[0], 5, []),
    ("two roots", 5, span(0, 4), 5, []),
]


@pytest.mark.parametrize(("why", "old", "old_root", "size", "proof"), NO_GROWTH)
def test_what_proves_no_growth(why, old, old_root, size, proof):
    """A proof that says too much, too little or something else is refused, and why is said."""
    with pytest.raises(BadProof, match=why):
        check_consistency(old, old_root, size, span(0, size), proof)


@pytest.mark.parametrize(("why", "proof"), [("too long", [*path(3, 0, 5), LEAVES[0]]), ("the root", [])])
def test_what_proves_no_inclusion(why, proof):
    """A way that leads past the root, or not so far, is refused, and why is said."""
    with pytest.raises(BadProof, match=why):
        check_inclusion(LEAVES[3], 3, 5, proof, span(0, 5))


def test_border_between_hashes():
    """Bytes moved over the border between two hashes make no other leaf."""
    leaf, (sibling, *others) = LEAVES[0], inclusion_proof(LEAVES, 0)

    with pytest.raises(BadProof, match="32 bytes"):
        check_inclusion(leaf[:31], 0, LARGEST, [leaf[31:] + sibling, *others], span(0, LARGEST))
    with pytest.raises(BadProof, match="32 bytes"):
        check_inclusion(leaf, 0, LARGEST, [sibling[:31], *others], span(0, LARGEST))
    with pytest.raises(BadProof, match="32 bytes"):
        check_consistency(1, leaf, LARGEST, span(0, LARGEST), [sibling[:31], *others])


def test_leaves_are_no_nodes():
    """An inner node can never be passed off as an entry."""
    left, right = LEAVES[:2]

    assert leaf_hash(left + right) != node_hash(left, right)
