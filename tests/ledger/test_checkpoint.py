import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadNote, BadProof
from arena.ledger.checkpoint import Checkpoint, WitnessKey, cosigned_by, cosigners, parse_number
from arena.ledger.merkle import EMPTY_ROOT, leaf_hash
from arena.ledger.note import Note, Signature, SigningKey, Vkey, from_base64
from tests.ledger.spoiling import spoiled
from tests.servers import ROOT

GOLDEN = ROOT / "tests/golden/ledger/checkpoint.txt"

LOG = SigningKey("log.example/arena", bytes(range(32)))
ONE = WitnessKey("witness.example/one", bytes(range(32, 64)))
TWO = WitnessKey("witness.example/two", bytes(range(64, 96)))
CHECKPOINT = Checkpoint(LOG.name, 42, leaf_hash(b"some root"))
TEXT = CHECKPOINT.text()
WHEN = 1_800_000_000
NOTE = Note.of(TEXT, [LOG.sign(TEXT), ONE.cosign(TEXT, WHEN), TWO.cosign(TEXT, WHEN + 1)])
LARGEST = 2**53 - 1

HASHES = st.binary(min_size=32, max_size=32)
ORIGINS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
CHECKPOINTS = st.builds(Checkpoint, ORIGINS, st.integers(0, LARGEST), HASHES)

C2SP_EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501 - the lines of the specification's example
"""The cosigned checkpoint of the C2SP page on cosignatures, of 1679315147; its keys are not on the page."""


def test_bytes_for_ever():
    """A checkpoint, its signature and its cosignatures have the bytes that they have always had."""
    assert NOTE.encoded() == GOLDEN.read_text("utf-8")


def test_example_of_the_specification():
    """The arena reads the cosigned checkpoint that the specification gives as its example."""
    note = Note.parse(C2SP_EXAMPLE)
    checkpoint = Checkpoint.parse(note.text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert (checkpoint.text(), note.encoded()) == (note.text, C2SP_EXAMPLE)
    assert int.from_bytes(note.signatures[1].content[:8]) == 1_679_315_147


@given(CHECKPOINTS)
def test_checkpoints_are_read_back(checkpoint):
    """A checkpoint says three things in three lines, and is read back."""
    assert Checkpoint.parse(checkpoint.text()) == checkpoint
    assert checkpoint.text().count("\n") == 3


@given(CHECKPOINTS, st.binary(min_size=32, max_size=32), st.integers(0, 2**63 - 1))
def test_cosignature_by_hand(checkpoint, seed, time):
    """A cosignature is one of two lines and the checkpoint, and carries its time, as anyone can see."""
    key, text = WitnessKey("witness.example", seed), checkpoint.text()
    line = key.cosign(text, time)
    content = from_base64(line.split(" ")[2])
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(key.vkey.public).verify(content[12:], message)

    assert content[:12] == key.vkey.key_id + time.to_bytes(8)
    assert cosigned_by(Note.of(text, [line]), key.vkey) == time


def test_who_cosigned():
    """Witnesses are named if they cosigned, and nobody else is."""
    third = WitnessKey("witness.example/three", bytes(32))

    assert cosigners(NOTE, [ONE.vkey, third.vkey, TWO.vkey]) == (ONE.name, TWO.name)
    assert cosigned_by(NOTE, third.vkey) is None


def test_last_time_counts():
    """A witness that cosigned a checkpoint again was last there the second time."""
    note = Note.of(TEXT, [ONE.cosign(TEXT, WHEN + 5), ONE.cosign(TEXT, WHEN)])

    assert cosigned_by(note, ONE.vkey) == WHEN + 5


def test_one_key_with_two_names_counts_once():
    """A witness cannot make a quorum alone by giving itself two names."""
    again = WitnessKey("witness.example/again", ONE.seed)
    note = Note.of(TEXT, [ONE.cosign(TEXT, WHEN), again.cosign(TEXT, WHEN)])

    assert len(cosigners(note, [ONE.vkey, again.vkey, ONE.vkey])) == 1


@given(st.integers(0, 575))
def test_one_bit(bit):
    """One bit of a cosignature, its time included, is enough for it to be refused."""
    good = NOTE.signatures[1]
    flipped = (int.from_bytes(good.content) ^ 1 << bit).to_bytes(72)
    note = Note(TEXT, (Signature(good.name, good.key_id, flipped),))

    with pytest.raises(BadProof):
        cosigned_by(note, ONE.vkey)


@pytest.mark.parametrize("content", [b"\0", bytes(8), bytes(71), bytes(73), b"\xff" * 72])
def test_cosignatures_that_cannot_be(content):
    """A cosignature of another length, or of a time that cannot be, is refused."""
    note = Note(TEXT, (Signature(ONE.name, ONE.vkey.key_id, content),))

    with pytest.raises(BadProof):
        cosigned_by(note, ONE.vkey)


@given(CHECKPOINTS.filter(lambda one: one != CHECKPOINT))
def test_cosignature_of_another_checkpoint(other):
    """A cosignature cannot be moved to another checkpoint."""
    note = Note.of(other.text(), [ONE.cosign(TEXT, WHEN)])

    with pytest.raises(BadProof):
        cosigned_by(note, ONE.vkey)


def test_log_is_no_witness():
    """A log's key is never taken for a witness's."""
    with pytest.raises(BadNote):
        cosigned_by(NOTE, LOG.vkey)


def test_signature_is_no_cosignature():
    """A log that has a witness's name and secret still has another key id, and has cosigned nothing."""
    log = SigningKey(ONE.name, ONE.seed)
    note = Note.of(TEXT, [log.sign(TEXT)])

    assert cosigned_by(note, ONE.vkey) is None


@pytest.mark.parametrize(
    "text", ["", "cosignature/v1\ntime 1\na\n1\n", f"{TEXT}extension\n", f"a\rb{TEXT}", "a\ud800\n1\n"]
)
def test_only_checkpoints_are_cosigned(text):
    """A witness puts its name under nothing but a checkpoint."""
    with pytest.raises(BadNote):
        ONE.cosign(text, WHEN)


ROOT_LINE = TEXT.split("\n")[2]
BROKEN = [
    "",
    "\n\n\n",
    f"\n1\n{ROOT_LINE}\n",
    f"log\n1\n{ROOT_LINE}",
    f"log\n1\n{ROOT_LINE}\n\n",
    f"log\n1\n{ROOT_LINE}\nextension\n",
    f"log\n\n{ROOT_LINE}\n",
    f"log\n01\n{ROOT_LINE}\n",
    f"log\n-1\n{ROOT_LINE}\n",
    f"log\n+1\n{ROOT_LINE}\n",
    f"log\n1 \n{ROOT_LINE}\n",
    f"log\n1.0\n{ROOT_LINE}\n",
    f"log\n1_0\n{ROOT_LINE}\n",
    f"log\n٣\n{ROOT_LINE}\n",
    f"log\n{LARGEST + 1}\n{ROOT_LINE}\n",
    f"log\n{'9' * 5_000}\n{ROOT_LINE}\n",
    f"log\n1\r\n{ROOT_LINE}\r\n",
    "log\n1\n\n",
    "log\n1\nAAAA\n",
    f"log\n1\n{ROOT_LINE[:-1]}\n",
    f"log\n1\n{ROOT_LINE} \n",
    f"log\n1\n{'A' * 43}B\n",
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_broken_checkpoints(text):
    """What is no checkpoint is refused, and never read as another."""
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@given(spoiled(TEXT))
def test_any_text_is_a_checkpoint_or_refused(text):
    """Whatever a note says is a checkpoint to the byte, or is refused."""
    try:
        checkpoint = Checkpoint.parse(text)
    except BadNote:
        return

    assert checkpoint.text() == text


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 0, EMPTY_ROOT),
        ("a\nb", 0, EMPTY_ROOT),
        ("a", -1, EMPTY_ROOT),
        ("a", LARGEST + 1, EMPTY_ROOT),
        ("a", 0, b""),
    ],
)
def test_checkpoints_that_cannot_be(origin, size, root):
    """A checkpoint that could not be read back is never made."""
    with pytest.raises(BadNote):
        Checkpoint(origin, size, root)


@given(st.integers(0, LARGEST))
def test_numbers(number):
    """Every number that a record can have is read."""
    assert parse_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "00", "-1", str(LARGEST + 1), "9" * 20])
def test_no_numbers(text):
    """A number that not every reader keeps is refused."""
    with pytest.raises(BadNote):
        parse_number(text)


def test_time_that_cannot_be():
    """A cosignature from beyond all time is refused, even where it is signed."""
    note = Note.of(TEXT, [ONE.cosign(TEXT, 2**63)])

    with pytest.raises(BadProof, match="time"):
        cosigned_by(note, ONE.vkey)


@given(spoiled(str(ONE.vkey)))
def test_witness_keys(text):
    """A witness's vkey is read to the byte, or refused."""
    try:
        vkey = Vkey.parse(text)
    except BadNote:
        return

    assert str(vkey) == text
