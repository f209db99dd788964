import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.rules import Verdict
from arena.errors import BadNote, BadProof
from arena.ledger.canonical import canonical
from arena.ledger.checkpoint import Checkpoint, WitnessKey
from arena.ledger.entries import EntryType, entry, receipt_commitment
from arena.ledger.merkle import inclusion_proof, leaf_hash, root
from arena.ledger.note import Note, SigningKey
from arena.ledger.proof import Proof
from arena.ledger.receipt import Checked, Receipt, check, short_code
from tests.ledger.spoiling import spoiled
from tests.servers import ROOT

GOLDEN = ROOT / "tests/golden/ledger/receipt.tlog-proof"

LOG = SigningKey("log.example/arena", bytes(range(32)))
NEXT = SigningKey(LOG.name, bytes(range(1, 33)))
ONE = WitnessKey("witness.example/one", bytes(range(32, 64)))
TWO = WitnessKey("witness.example/two", bytes(range(64, 96)))
KEYS, WITNESSES = [LOG.vkey], [ONE.vkey, TWO.vkey]
NOW = datetime(2026, 12, 1, 3, 0, 59, tzinfo=UTC)
SALT, RECEIPT_SALT = bytes(range(16)), bytes(range(16, 32))


def vote(index, verdict, seats):
    """The public line of a vote: who sat where is in its commitment and nowhere else."""
    payload = {"receipt_salt": RECEIPT_SALT.hex(), "seats": seats, "verdict": verdict.value}
    return entry(index, EntryType.VOTE_CAST, NOW, payload, SALT).encoded().decode()


def receipt_of(verdict, index=5, size=12, keys=(LOG,), seats="one, two", seq=None, origin=LOG.name):
    """A receipt for vote `index` of a record of `size` entries, which a lying log may call `seq`."""
    line = vote(index if seq is None else seq, verdict, seats)
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    leaves[index] = leaf_hash(line.encode())
    text = Checkpoint(origin, size, root(leaves)).text()
    lines = [*(key.sign(text) for key in keys), ONE.cosign(text, 1_800_000_000)]
    return Receipt(
        line, RECEIPT_SALT, verdict, index, tuple(inclusion_proof(leaves, index)), Note.of(text, lines)
    )


RECEIPT = receipt_of(Verdict.TIE)


def test_bytes_for_ever():
    """A receipt has the bytes that it has always had, so that one kept for years still holds."""
    text = GOLDEN.read_text("utf-8")

    assert RECEIPT.encoded() == text
    assert check(Receipt.parse(text), KEYS, WITNESSES) == Checked(
        Verdict.TIE, 5, 12, (ONE.name,), is_by_last=True
    )


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 9), (8, 9), (99, 200)])
def test_receipts_hold(verdict, index, size):
    """A voter can show offline that her vote is on record as she cast it."""
    receipt = Receipt.parse(receipt_of(verdict, index, size).encoded())

    assert check(receipt, KEYS, WITNESSES) == Checked(verdict, index, size, (ONE.name,), is_by_last=True)


@given(st.sampled_from([(mine, other) for mine in Verdict for other in Verdict if mine is not other]))
def test_a_receipt_opens_one_verdict(verdicts):
    """A receipt never shows another verdict than the one that was cast."""
    cast, claimed = verdicts

    with pytest.raises(BadProof, match="verdict"):
        check(replace(receipt_of(cast), verdict=claimed), KEYS, WITNESSES)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_receipt_tells_no_team(verdict):
    """Whoever sat on A, a receipt opens the same way: of the seats it holds a salted hash and no more."""
    receipts = [receipt_of(verdict, seats=seats) for seats in ("one, two", "two, one")]
    shown = [replace(one, entry="", hashes=(), note=RECEIPT.note) for one in receipts]
    opened = [one.entry.split('"receipt":')[1] for one in receipts]

    assert shown[0] == shown[1]
    assert opened[0] == opened[1]


OTHER_NOTE = receipt_of(Verdict.A).note
UNFIT = {
    "salt": {"salt": bytes(16)},
    "index": {"index": 6},
    "entry": {"entry": vote(5, Verdict.TIE, "others")},
    "entry's number": {"entry": vote(4, Verdict.TIE, "one, two")},
    "hashes": {"hashes": RECEIPT.hashes[::-1]},
    "no hashes": {"hashes": ()},
    "another checkpoint": {"note": OTHER_NOTE},
    "signature of another text": {"note": Note(RECEIPT.note.text, OTHER_NOTE.signatures)},
    "no signature of the log": {"note": Note(RECEIPT.note.text, RECEIPT.note.signatures[1:])},
    "cosignature of another text": {
        "note": Note(RECEIPT.note.text, (RECEIPT.note.signatures[0], OTHER_NOTE.signatures[1]))
    },
}


@pytest.mark.parametrize("what", UNFIT)
def test_receipts_that_do_not_hold(what):
    """A receipt of which one part was put in from elsewhere is refused."""
    with pytest.raises(BadProof):
        check(replace(RECEIPT, **UNFIT[what]), KEYS, WITNESSES)


def test_a_log_of_another_name():
    """A receipt of one log is not one of another, even with the same key."""
    with pytest.raises(BadProof, match="not signed"):
        check(RECEIPT, [SigningKey("log.example/other", LOG.seed).vkey], WITNESSES)


def test_a_key_signs_for_its_own_log():
    """A checkpoint of another log is not taken from this log's key."""
    with pytest.raises(BadProof, match="not signed"):
        check(receipt_of(Verdict.A, origin="log.example/other"), KEYS, WITNESSES)


def test_an_entry_in_another_place():
    """A vote that a log has put where another entry should stand has no receipt."""
    with pytest.raises(BadProof, match="not the one"):
        check(receipt_of(Verdict.A, seq=4), KEYS, WITNESSES)


@pytest.mark.parametrize("keys", [[LOG], [NEXT], [LOG, NEXT]])
def test_rotated_keys(keys):
    """A receipt signed by the old key, the new one or both holds for who knows both."""
    checked = check(receipt_of(Verdict.A, keys=keys), [LOG.vkey, NEXT.vkey], [])

    assert checked.cosigners == ()
    assert checked.is_by_last == (NEXT in keys)


def test_a_key_that_was_not_asked_for():
    """A receipt signed by a key that is no longer trusted is refused."""
    with pytest.raises(BadProof, match="not signed"):
        check(receipt_of(Verdict.A, keys=[NEXT]), KEYS, WITNESSES)


@given(spoiled(RECEIPT.encoded()))
def test_spoiled_receipts(text):
    """Whatever is done to a receipt, it is refused, or proves the very same vote."""
    try:
        checked = check(Receipt.parse(text), KEYS, WITNESSES)
    except (BadNote, BadProof):
        return

    assert checked.verdict is Verdict.TIE
    assert checked.index == 5


EXTRA = {"entry": RECEIPT.entry, "salt": RECEIPT_SALT.hex(), "verdict": "tie"}
GOOD = canonical(EXTRA)
HEX = "11" * 32
BROKEN = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"1",
    b"0.5",
    b'"text"',
    b"\xff\xfe",
    b"\xff",
    GOOD.decode().encode("utf-16"),
    b"[" * 1_500,
    b"[" * 90_000,
    b"9" * 90_000,
    b" " + GOOD,
    GOOD + b"\n",
    GOOD + GOOD,
    GOOD.replace(b'"tie"', b"true"),
    GOOD.replace(b'"tie"', b"NaN"),
    GOOD.replace(b'"tie"', b'"tie","verdict":"tie"'),
    GOOD.replace(b'"tie"', b'"t\\u0069e"'),
    GOOD.replace(b'"tie"', b'"\\ud800"'),
    *(
        canonical(EXTRA | change)
        for change in [
            {"more": "x"},
            {"verdict": 1},
            {"verdict": ""},
            {"verdict": "both"},
            {"salt": ""},
            {"salt": "00" * 15},
            {"salt": "00" * 17},
            {"salt": "AB" * 16},
            {"salt": "٠" * 32},
            {"entry": ""},
            {"entry": "{}"},
            {"entry": f"{RECEIPT.entry} "},
            {"entry": RECEIPT.entry.replace('"VoteCast"', '"VoteCasts"')},
            {"entry": RECEIPT.entry.replace('"VoteCast"', '"BattleOpened"')},
            {"entry": RECEIPT.entry.replace('"seq":5', '"seq":"5"')},
            {"entry": RECEIPT.entry.replace('"seq":5', '"seq":5.0')},
            {"entry": re.sub('"time":[0-9]+', '"time":-1', RECEIPT.entry)},
            {"entry": re.sub('"time":[0-9]+', '"time":253402300800', RECEIPT.entry)},
            {"entry": canonical({"commit": HEX, "seq": 5, "time": 0, "type": "VoteCast"}).decode()},
            {
                "entry": canonical(
                    {"commit": HEX, "receipt": "", "seq": 5, "time": 0, "type": "VoteCast"}
                ).decode()
            },
        ]
    ),
]


@pytest.mark.parametrize("extra", BROKEN, ids=range(len(BROKEN)))
def test_broken_receipts(extra):
    """A proof that carries no vote and its opening is no receipt."""
    text = Proof(RECEIPT.index, RECEIPT.hashes, RECEIPT.note, extra).encoded()

    with pytest.raises(BadNote):
        Receipt.parse(text)


@given(st.sampled_from(Verdict), st.binary(min_size=16, max_size=16))
def test_receipts_are_read_back(verdict, salt):
    """A receipt that was written is read back."""
    receipt = replace(RECEIPT, verdict=verdict, salt=salt)

    assert Receipt.parse(receipt.encoded()) == receipt


def test_short_code():
    """The short code is the beginning of the leaf hash, easy to read aloud."""
    assert short_code(bytes.fromhex("0123456789abcdef" + "ff" * 24)) == "0123 4567 89ab cdef"
    assert short_code(RECEIPT.leaf) == short_code(leaf_hash(RECEIPT.entry.encode()))


def test_the_salt_is_the_commitments():
    """What the entry shows is the commitment that the receipt opens."""
    assert f'"receipt":"{receipt_commitment(RECEIPT_SALT, "tie")}"' in RECEIPT.entry
