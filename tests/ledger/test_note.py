import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadNote, BadProof
from arena.ledger.checkpoint import WitnessKey
from arena.ledger.note import (
    LARGEST_NOTE,
    MOST_SIGNATURES,
    KeyKind,
    Note,
    Signature,
    SigningKey,
    Vkey,
    from_base64,
    to_base64,
)
from tests.ledger.spoiling import spoiled

C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""The example of the C2SP page on signed notes."""

LOG = SigningKey("log.example/arena", bytes(32))
OTHER = SigningKey("other.example", bytes(range(32)))
TEXT = "한 줄\n\n또 한 줄\n"
NOTE = Note.of(TEXT, [LOG.sign(TEXT), OTHER.sign(TEXT)])

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1)
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]))).map(
    lambda lines: "\n".join(lines) + "\n"
)
SEEDS = st.binary(min_size=32, max_size=32)


def test_example_of_the_specification():
    """The arena reads, and believes, the note that the specification gives as its example."""
    vkey, note = Vkey.parse(C2SP_VKEY), Note.parse(C2SP_NOTE)

    assert note.signed_by(vkey)
    assert (str(vkey), note.encoded()) == (C2SP_VKEY, C2SP_NOTE)


@given(NAMES, st.sampled_from(KeyKind), SEEDS)
def test_vkey_by_hand(name, kind, public):
    """A vkey is name, hash and key, as anyone can put them together, and is read back."""
    key_id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).hexdigest()[:8]
    vkey = Vkey(name, kind, public)

    assert str(vkey) == f"{name}+{key_id}+{to_base64(bytes([kind]) + public)}"
    assert Vkey.parse(str(vkey)) == vkey


@given(NAMES, SEEDS, LINES)
def test_signature_by_hand(name, seed, text):
    """A signature line is the key's name, its id and an RFC 8032 signature of the text."""
    key = SigningKey(name, seed)
    mark, shown, encoded = key.sign(text).split(" ")
    content = from_base64(encoded)
    Ed25519PublicKey.from_public_bytes(key.vkey.public).verify(content[4:], text.encode())

    assert (mark, shown, content[:4]) == ("—", name, key.vkey.key_id)


@given(LINES, st.lists(st.builds(SigningKey, NAMES, SEEDS), min_size=1, max_size=4))
def test_notes_are_read_back(text, keys):
    """A note that was written is read back byte for byte, and every key that signed it is found."""
    encoded = Note.of(text, [key.sign(text) for key in keys]).encoded()
    note = Note.parse(encoded)

    assert (note.text, note.encoded()) == (text, encoded)
    assert all(note.signed_by(key.vkey) for key in keys)


def test_stranger_signed_nothing():
    """A key that did not sign is told from one that did, by name and id."""
    renamed = SigningKey(OTHER.name, LOG.seed)

    assert NOTE.signed_by(LOG.vkey)
    assert not NOTE.signed_by(renamed.vkey)
    assert not NOTE.signed_by(SigningKey(LOG.name, OTHER.seed).vkey)


@given(st.integers(0, 511), st.integers(0, len(TEXT) - 1), st.booleans())
def test_one_bit(bit, place, in_text):
    """One bit of the text or of a known key's signature is enough for the note to be refused."""
    first, second = NOTE.signatures
    flipped = (int.from_bytes(first.content) ^ 1 << bit).to_bytes(64)
    text = TEXT[:place] + chr(ord(TEXT[place]) ^ 1) + TEXT[place + 1 :]
    broken = (
        Note(text, NOTE.signatures)
        if in_text
        else Note(TEXT, (Signature(first.name, first.key_id, flipped), second))
    )

    with pytest.raises(BadProof):
        broken.signed_by(LOG.vkey)


def test_second_line_of_a_key_that_fails():
    """A good signature does not cover up a bad one of the same key."""
    good = NOTE.signatures[0]
    note = Note(TEXT, (good, Signature(good.name, good.key_id, bytes(64))))

    with pytest.raises(BadProof):
        note.signed_by(LOG.vkey)


def test_stranger_with_the_same_id():
    """A signature of an unknown key is passed over, even if it shares the name or the id of a known one."""
    lines = (
        Signature("stranger.example", LOG.vkey.key_id, bytes(64)),
        Signature(LOG.name, b"1234", bytes(64)),
    )

    assert not Note(TEXT, lines).signed_by(LOG.vkey)


def test_witness_signs_no_notes():
    """A witness's key is never taken for a log's."""
    witness = WitnessKey("witness.example", bytes(32))

    with pytest.raises(BadNote):
        NOTE.signed_by(witness.vkey)


def test_sixteen_large_signatures():
    """A note with as many and as large signatures as the specification asks for is read."""
    large = Signature("pq.example", b"1234", bytes(4_627))
    lines = [LOG.sign(TEXT), *[str(large)] * 16]

    assert Note.parse(Note.of(TEXT, lines).encoded()).signed_by(LOG.vkey)


GOOD = "— name AAAAAAAA"
BROKEN_NOTES = [
    "",
    "\n",
    "\n\n",
    "text",
    "text\n",
    "text\n\n",
    "text\n\n\n",
    f"text\n{GOOD}\n",
    f"text\n\n{GOOD}",
    f"text\n\n{GOOD}\n\n",
    f"text\n\n{GOOD}\r\n",
    f"text\r\n\r\n{GOOD}\r\n",
    f"te\txt\n\n{GOOD}\n",
    f"te\0xt\n\n{GOOD}\n",
    f"te\ud800xt\n\n{GOOD}\n",
    f"text\n\n{GOOD}\nno signature\n",
    "text\n\n- name AAAAAAAA\n",
    "text\n\n—name AAAAAAAA\n",
    "text\n\n—  AAAAAAAA\n",
    "text\n\n— name\n",
    "text\n\n— name \n",
    "text\n\n— name  AAAAAAAA\n",
    "text\n\n— na+me AAAAAAAA\n",
    "text\n\n— na\u00a0me AAAAAAAA\n",
    "text\n\n— na\u2003me AAAAAAAA\n",
    "text\n\n— na\x1bme AAAAAAAA\n",
    "text\n\n— na\udc00me AAAAAAAA\n",
    "text\n\n— name AAAAAA==\n",
    "text\n\n— name AAAAAAA\n",
    "text\n\n— name AAAAAAB=\n",
    "text\n\n— name AAAA AAAA\n",
    "text\n\n— name AAAA-AA_\n",
    "text\n\n— name AAAAAAAA AAAA\n",
    "text\n\n— name 가나다라\n",
    "text\n\n" + f"{GOOD}\n" * (MOST_SIGNATURES + 1),
    "x" * LARGEST_NOTE + f"\n\n{GOOD}\n",
]


@pytest.mark.parametrize("text", BROKEN_NOTES, ids=range(len(BROKEN_NOTES)))
def test_broken_notes(text):
    """What is no note is refused, and never read as something else."""
    with pytest.raises(BadNote):
        Note.parse(text)


@given(st.one_of(spoiled(NOTE.encoded()), st.text(st.sampled_from("— \n+=Ax\r\0"))))
def test_any_text_is_a_note_or_refused(text):
    """Whatever a stranger hands in is a note to the byte, or is refused."""
    try:
        note = Note.parse(text)
    except BadNote:
        return

    assert note.encoded() == text


BROKEN_VKEYS = [
    "",
    "+",
    "++",
    "example.com/foo",
    "example.com/foo+530d903a",
    "example.com/foo+530d903a+",
    "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/fooo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
    f"{C2SP_VKEY}\n",
    f" {C2SP_VKEY}",
    f"+{C2SP_VKEY}",
    "example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "name\ud800+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "name+530d903a+가나다라",
]


@pytest.mark.parametrize("text", BROKEN_VKEYS, ids=range(len(BROKEN_VKEYS)))
def test_broken_vkeys(text):
    """What is no vkey, or has the id of another, is refused."""
    with pytest.raises(BadNote):
        Vkey.parse(text)


@given(spoiled(C2SP_VKEY))
def test_any_text_is_a_vkey_or_refused(text):
    """Whatever stands in a list of keys is a vkey to the byte, or is refused."""
    try:
        vkey = Vkey.parse(text)
    except BadNote:
        return

    assert str(vkey) == text


def test_private_half_stays_private():
    """A private key that gets into a message or log does not show its secret."""
    key = SigningKey("log.example", bytes(range(100, 132)))

    assert "log.example" in repr(key)
    assert "defg" not in repr(key)
    assert "seed" not in repr(key)


def test_key_without_32_bytes():
    """A public key of another length is refused."""
    with pytest.raises(BadNote):
        Vkey("log.example", KeyKind.NOTE, bytes(31))


@pytest.mark.parametrize("text", ["", "text", "te\rxt\n", "te\ud800xt\n"])
def test_texts_that_no_note_has(text):
    """A log signs nothing that no note can hold."""
    with pytest.raises(BadNote):
        LOG.sign(text)


@given(st.binary(max_size=100))
def test_base64(content):
    """Bytes come back from base64 as they went in."""
    assert from_base64(to_base64(content)) == content


@given(st.text(st.sampled_from("ABab09+/=-_ \n"), max_size=12))
def test_base64_has_one_form(text):
    """No two texts are read as the same bytes."""
    try:
        content = from_base64(text)
    except BadNote:
        return

    assert to_base64(content) == text
