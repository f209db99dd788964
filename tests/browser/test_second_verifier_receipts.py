"""What the second verifier says of receipts: what `arena verify-receipt` says, whatever was done to them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from arena.cli import verify_receipt
from arena.contest.rules import Verdict
from arena.ledger.canonical import canonical
from arena.ledger.note import Note, SigningKey
from arena.ledger.proof import Proof
from arena.ledger.receipt import Receipt
from tests.browser.second_verifier import SecondVerifier
from tests.browser.spoiled_folders import forked_receipt, read
from tests.browser.spoiled_folders import receipt_of as golden_receipt
from tests.ledger.test_receipt import BROKEN, GOLDEN, LOG, NEXT, ONE, OTHER_NOTE, TWO, UNFIT, receipt_of, vote

TEXT = GOLDEN.read_text("utf-8")
RECEIPT = Receipt.parse(TEXT)
KEYS = [str(LOG.vkey)]
WITNESSES = [str(ONE.vkey), str(TWO.vkey)]


@pytest.fixture(scope="module")
def verifier(browser: Browser) -> Iterator[SecondVerifier]:
    """The page, opened once; nothing may have gone wrong on it."""
    made = SecondVerifier(browser)
    yield made
    troubles = made.troubles
    made.close()
    assert troubles == []


@pytest.fixture
def agrees(verifier: SecondVerifier, tmp_path: Path) -> Callable[..., str]:
    """Ask both programs; gives what the second says, once both have agreed whether the receipt holds."""

    def ask(content: bytes, keys: list[str] = KEYS, witnesses: list[str] = WITNESSES) -> str:
        file = tmp_path / "vote.tlog-proof"
        file.write_bytes(content)
        named = [part for key in keys for part in ("--key", key)]
        named += [part for key in witnesses for part in ("--witness", key)]
        code = verify_receipt.main([str(file), *named])
        finding = str(verifier.check_receipt(content, [*keys, *witnesses])["finding"])
        assert (code == 0) == (finding == "holds"), content
        return finding

    return ask


def test_golden_receipt(verifier):
    """The golden receipt holds, and all that it proves is told: the vote, its place, its time, who signed."""
    said = verifier.check_receipt(TEXT.encode(), [*KEYS, *WITNESSES])

    assert said["finding"] == "holds"
    assert [said[name] for name in ("verdict", "index", "size", "time", "cosigners", "origin")] == [
        "tie",
        5,
        12,
        1796094000,
        [ONE.name],
        LOG.name,
    ]
    assert said["code"] == " ".join(RECEIPT.leaf.hex()[at : at + 4] for at in range(0, 16, 4))
    assert {step["id"]: step["state"] for step in said["steps"]} == dict.fromkeys(
        ("file", "verdict", "place", "signature", "witnesses"), "holds"
    )


def test_without_a_key(verifier):
    """Without the log's key nothing is called to hold: the signature was not checked."""
    said = verifier.check_receipt(TEXT.encode(), [])

    assert said["finding"] == "unsigned"
    assert {step["id"]: step["state"] for step in said["steps"]}["signature"] == "unchecked"


def test_a_witness_that_is_not_known(verifier):
    """A line of a witness whose key the reader has not is named, and not called checked."""
    said = verifier.check_receipt(TEXT.encode(), KEYS)
    told = said["steps"][-1]

    assert (said["finding"], said["cosigners"], told["state"]) == ("holds", [], "unchecked")
    assert ONE.name in told["en"]


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize(
    ("index", "size"),
    [(0, 1), (0, 2), (1, 2), (0, 9), (8, 9), (6, 7), (99, 200), (127, 129), (128, 129), (255, 256)],
)
def test_places(agrees, verdict, index, size):
    """A receipt holds wherever its vote stands, in a tree of whatever size."""
    found = agrees(receipt_of(verdict, index, size).encoded().encode())

    assert found == "holds"


@pytest.mark.parametrize("what", UNFIT)
def test_a_part_from_elsewhere(agrees, what):
    """A receipt of which one part was put in from elsewhere does not hold."""
    found = agrees(replace(RECEIPT, **UNFIT[what]).encoded().encode())

    assert found == "broken"


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.TIE])
def test_another_verdict(agrees, verdict):
    """A receipt never shows another verdict than the one that was cast."""
    assert agrees(replace(RECEIPT, verdict=verdict).encoded().encode()) == "broken"


@pytest.mark.parametrize("extra", BROKEN, ids=range(len(BROKEN)))
def test_no_vote_in_it(agrees, extra):
    """A proof that carries no vote and its opening is no receipt."""
    text = Proof(RECEIPT.index, RECEIPT.hashes, RECEIPT.note, extra).encoded()

    assert agrees(text.encode()) == "unreadable"


def test_a_byte_flipped_anywhere(agrees):
    """Whichever byte is changed, a receipt is refused; just a witness may become somebody unknown."""
    content = TEXT.encode()
    held = [
        at
        for at in range(len(content))
        for bit in (1, 0x40)
        if agrees(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]) == "holds"
    ]

    assert [at for at in held if at < content.index(ONE.name.encode())] == []


def test_a_line_too_many_or_too_few(agrees):
    """A receipt with a line twice, a line missing, other ends of lines or a mark before it does not hold."""
    lines = TEXT.splitlines(keepends=True)
    changed = [lines[:at] + lines[at + 1 :] for at in range(len(lines))]
    changed += [[*lines[: at + 1], *lines[at:]] for at in range(len(lines))]
    held = [at for at, one in enumerate(changed) if agrees("".join(one).encode()) == "holds"]
    whole = TEXT.encode()
    others = [agrees(one) for one in (b"", b"\xef\xbb\xbf" + whole, whole.replace(b"\n", b"\r\n"))]
    signed = range(
        len(lines) - 2, len(lines)
    )  # a witness's line may be missing, and who signed may sign twice

    assert held == [signed[1], *(len(lines) + at for at in signed)]
    assert set(others) == {"unreadable"}


@pytest.mark.parametrize(
    ("keys", "finding"),
    [
        ([str(NEXT.vkey)], "broken"),
        ([str(SigningKey("log.example/other", LOG.seed).vkey)], "foreign"),
        ([str(NEXT.vkey), str(LOG.vkey)], "holds"),
        ([str(LOG.vkey), str(SigningKey("log.example/other", NEXT.seed).vkey)], "holds"),
    ],
)
def test_other_keys(agrees, keys, finding):
    """A receipt is of the log whose key signed it; one of its keys is enough."""
    assert agrees(TEXT.encode(), keys) == finding


@pytest.mark.parametrize("witnesses", [[], [str(TWO.vkey)], [str(ONE.vkey)]])
def test_other_witnesses(agrees, witnesses):
    """A receipt holds without witnesses too; who is named as one counts just when she signed."""
    assert agrees(TEXT.encode(), KEYS, witnesses) == "holds"


@pytest.mark.parametrize(
    "signatures",
    [
        OTHER_NOTE.signatures[:1],
        RECEIPT.note.signatures[1:],
        (*RECEIPT.note.signatures, OTHER_NOTE.signatures[0]),
        (RECEIPT.note.signatures[0], OTHER_NOTE.signatures[1]),
        RECEIPT.note.signatures[::-1],
    ],
    ids=[
        "of another text",
        "the witness's alone",
        "one right, one wrong",
        "wrong witness",
        "in another order",
    ],
)
def test_other_signatures(agrees, signatures):
    """Signatures that do not hold are never overlooked."""
    agrees(replace(RECEIPT, note=Note(RECEIPT.note.text, signatures)).encoded().encode())


def test_names_with_strange_spaces(agrees):
    """What is a space in the name of a key, and what is not, is the same for both programs."""
    for sign in ("\u00a0", "\u0085", "\u2003", "\ufeff", "\u200b", "\x1f", "é"):
        line = str(RECEIPT.note.signatures[1]).replace("witness.example/one", f"wit{sign}ness")
        agrees(TEXT.replace(str(RECEIPT.note.signatures[1]), line).encode())


def test_numbers_out_of_bounds(agrees):
    """Numbers that no tree has are refused."""
    for number in ("-1", "05", "5.0", "12", "9007199254740992", "99999999999999999", "", "٥"):
        assert agrees(TEXT.replace("index 5", f"index {number}").encode()) != "holds"


def test_an_entry_with_another_number(agrees):
    """A vote that stands elsewhere than its line says has no receipt."""
    entry = vote(4, Verdict.TIE, "one, two")
    extra = canonical({"entry": entry, "salt": RECEIPT.salt.hex(), "verdict": "tie"})

    assert agrees(Proof(5, RECEIPT.hashes, RECEIPT.note, extra).encoded().encode()) == "broken"


@pytest.mark.parametrize("size", [300_000, 2_000_000])
def test_what_is_too_long(agrees, size):
    """A file too long for a receipt is not read on."""
    assert agrees(TEXT.encode() + b"x" * size) == "unreadable"


STRANGER = SigningKey(LOG.name, bytes(range(2, 34)))
OLD, NEW, OTHER = str(LOG.vkey), str(NEXT.vkey), str(STRANGER.vkey)


@pytest.mark.parametrize(
    ("typed", "dropped", "finding"),
    [
        ([], [], "unsigned"),
        ([OLD], [], "holds"),
        ([OLD, NEW], [], "replaced"),
        ([NEW, OLD], [], "holds"),
        ([], [OLD], "dropped"),
        ([], [OLD, NEW], "dropped"),
        ([], [NEW], "broken"),
        ([OLD], [OLD, NEW], "replaced"),
        ([OLD, NEW], [OLD], "replaced"),
        ([OLD, NEW], [NEW, OLD], "replaced"),
        ([NEW], [OLD, NEW], "dropped"),
        ([OTHER], [OLD], "broken"),
        ([OLD], [OTHER], "replaced"),
    ],
)
def test_whose_keys(verifier, typed, dropped, finding):
    """A receipt is green by the newest key had from elsewhere, and by no key dropped with it."""
    said = verifier.check_receipt(TEXT.encode(), typed, dropped)

    assert said["finding"] == finding


def test_witnesses_that_came_along(verifier):
    """A witness whose key came along with the receipt is named, and not called checked."""
    said = verifier.check_receipt(TEXT.encode(), KEYS, WITNESSES)
    told = said["steps"][-1]

    assert (said["finding"], said["cosigners"], told["state"]) == ("holds", [], "unchecked")
    assert ONE.name in told["en"]


KEYS_OF_THE_ROUND = read("public")["keys.txt"].decode().split()
LEDGER = read("public")["ledger.jsonl"]


def beside(verifier, receipt, keys=KEYS_OF_THE_ROUND, ledger=LEDGER, *, vouched=True):
    """What is found of a receipt of the golden round beside a ledger: in all, and of signature and ledger."""
    said = verifier.check_receipt(receipt.encoded().encode(), keys, (), ledger, vouched=vouched)
    steps = {step["id"]: step for step in said["steps"]}
    return said["finding"], steps["signature"]["state"], steps["ledger"]


def test_beside_its_ledger(verifier):
    """Beside the ledger that it is of a receipt holds, line and seal."""
    finding, _, ledger = beside(verifier, golden_receipt(9))

    assert (finding, ledger["state"]) == ("holds", "holds")


def test_two_records(verifier):
    """A receipt whose line is the folder's and whose record is another one shows that two were signed."""
    finding, _, ledger = beside(verifier, forked_receipt(9))

    assert (finding, ledger["state"]) == ("broken", "fails")
    assert "signed two different records" in ledger["en"]
    assert "서로 다른 두 장부에 서명" in ledger["ko"]


@pytest.mark.parametrize("lines", [0, 20, 100, 160])
def test_beside_a_shorter_ledger(verifier, lines):
    """A folder that ends before the receipt's seal cannot show that both are of one record."""
    shorter = b"".join(LEDGER.splitlines(keepends=True)[:lines])
    finding, _, ledger = beside(verifier, golden_receipt(9), ledger=shorter)

    assert (finding, ledger["state"]) == ("holds", "unchecked")


@pytest.mark.parametrize(("vouched", "finding"), [(True, "holds"), (False, "replaced")])
def test_a_replaced_key_beside_a_folder(verifier, vouched, finding):
    """What a key of before signed holds where a folder, sealed with the key of today, has the same record."""
    early = golden_receipt(0, size=60)

    assert beside(verifier, early, vouched=vouched)[0] == finding
    assert beside(verifier, early, KEYS_OF_THE_ROUND[:1], vouched=False)[0] == "holds"
    assert beside(verifier, golden_receipt(9), vouched=False)[0] == "holds"
