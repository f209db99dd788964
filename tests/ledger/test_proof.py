import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadNote, BadProof
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.merkle import inclusion_proof, leaf_hash, root
from arena.ledger.note import Note, SigningKey, to_base64
from arena.ledger.proof import HEADER, LARGEST_PROOF, MOST_HASHES, Proof
from tests.ledger.spoiling import spoiled

LOG = SigningKey("log.example/arena", bytes(32))
LEAVES = [leaf_hash(bytes([number])) for number in range(100)]
HASHES = st.binary(min_size=32, max_size=32)


def noted(checkpoint):
    """The note of a checkpoint, signed by the log."""
    return Note.of(checkpoint.text(), [LOG.sign(checkpoint.text())])


NOTE = noted(Checkpoint(LOG.name, 100, root(LEAVES)))
PROOF = Proof(70, tuple(inclusion_proof(LEAVES, 70)), NOTE, b"some extra")
PROOFS = st.builds(
    Proof,
    st.integers(0, 2**53 - 1),
    st.lists(HASHES, max_size=63).map(tuple),
    st.just(NOTE),
    st.binary(max_size=99),
)


def test_a_proof_by_hand():
    """A proof is the lines that the specification names, in its order."""
    hashes = "\n".join(map(to_base64, PROOF.hashes))

    assert PROOF.encoded() == (
        f"c2sp.org/tlog-proof@v1\nextra c29tZSBleHRyYQ==\nindex 70\n{hashes}\n\n{NOTE.encoded()}"
    )


def test_a_proof_without_extra_and_hashes():
    """The only entry of a record needs no hash, and a proof without extra bytes has no such line."""
    note = noted(Checkpoint(LOG.name, 1, LEAVES[0]))
    text = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note.encoded()}"

    assert Proof(0, (), note).encoded() == text
    assert Proof.parse(text).check(LEAVES[0]) == Checkpoint(LOG.name, 1, LEAVES[0])


@given(PROOFS)
def test_proofs_are_read_back(proof):
    """A proof that was written is read back."""
    assert Proof.parse(proof.encoded()) == proof


@given(spoiled(PROOF.encoded()))
def test_any_text_is_a_proof_or_refused(text):
    """Whatever a stranger hands in is a proof to the byte, or is refused."""
    try:
        proof = Proof.parse(text)
    except BadNote:
        return

    assert proof.encoded() == text


@given(st.integers(0, 99), st.integers(0, 99))
def test_only_the_entry_itself_is_proved(index, claimed):
    """A proof holds for its own entry and for no other."""
    proof = Proof(index, tuple(inclusion_proof(LEAVES, index)), NOTE)
    held = True
    try:
        proof.check(LEAVES[claimed])
    except BadProof:
        held = False

    assert held == (index == claimed)


def test_a_note_that_is_no_checkpoint():
    """A signed text that is no checkpoint proves nothing."""
    proof = Proof(0, (), Note.of("hello\n", [LOG.sign("hello\n")]))

    with pytest.raises(BadNote):
        proof.check(LEAVES[0])


TAIL = f"\n\n{NOTE.encoded()}"
LINE = to_base64(LEAVES[0])
BROKEN = [
    "",
    "\n\n",
    HEADER,
    f"{HEADER}{TAIL}",
    f"{HEADER}\nindex 1",
    f"{HEADER}\nindex 1\n\n",
    f"{HEADER}\nindex 1\n{NOTE.encoded()}",
    f"{HEADER}\nextra AAAA{TAIL}",
    f"{HEADER}\nextra \nindex 1{TAIL}",
    f"{HEADER}\nextra\nindex 1{TAIL}",
    f"{HEADER}\nextra A\nindex 1{TAIL}",
    f"{HEADER}\nextra AAAA\nextra AAAA\nindex 1{TAIL}",
    f"{HEADER}\nindex 1\nextra AAAA{TAIL}",
    f"{HEADER}\nindex{TAIL}",
    f"{HEADER}\nindex {TAIL}",
    f"{HEADER}\nindex 01{TAIL}",
    f"{HEADER}\nindex -1{TAIL}",
    f"{HEADER}\nindex  1{TAIL}",
    f"{HEADER}\nindex 1\nindex 1{TAIL}",
    f"{HEADER}\nindex {'9' * 5_000}{TAIL}",
    f"{HEADER}\nindex 1\nAAAA{TAIL}",
    f"{HEADER}\nindex 1\n{LINE} {TAIL}",
    f"{HEADER}\r\nindex 1\r\n{LINE}{TAIL}",
    f"{HEADER}\nindex 1\n{LINE}\r{TAIL}",
    f"{HEADER}\nindex 1\n\n{LINE}{TAIL}",
    f"{HEADER}\nindex 1{TAIL}\n",
    f"{HEADER}\nindex 1{f'{chr(10)}{LINE}' * (MOST_HASHES + 1)}{TAIL}",
    f"c2sp.org/tlog-proof@v2\nindex 1{TAIL}",
    f"\ufeff{HEADER}\nindex 1{TAIL}",
    f"{HEADER}\nindex 1{TAIL}".ljust(LARGEST_PROOF + 1, "\n"),
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_broken_proofs(text):
    """What is no proof is refused, and never read as something else."""
    with pytest.raises(BadNote):
        Proof.parse(text)
