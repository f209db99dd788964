import gzip

import pytest

from arena.ledger import merkle
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.note import Note, Vkey
from arena.ledger.receipt import Receipt, check
from tests.bundles import unbundle
from tests.web.conftest import consent


@pytest.fixture
def signed(served):
    """The API of a log with a checkpoint."""
    served.notary.checkpoint()
    return served


@pytest.fixture
def battle(served, citizen):
    """A battle that waits for her vote."""
    made = citizen.post("/api/battles", json={"prompt": "하늘은 왜 파란가요?"}).json()["battle"]
    citizen.get(f"/api/battles/{made}/events")
    return made


def test_checkpoint(signed, browser):
    """The newest checkpoint is a signed note at two addresses, for monitors and for people."""
    answers = [browser.get(path) for path in ("/checkpoint", "/api/checkpoint")]
    vkey = Vkey.parse(browser.get("/api/keys").text.strip())

    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].headers["content-type"] == "text/plain; charset=utf-8"
    assert Note.parse(answers[0].text).signed_by(vkey)


def test_before_the_first_checkpoint(served, browser):
    """Before the first checkpoint the log says that there is nothing yet."""
    answer = browser.get("/checkpoint")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_tiles(signed, browser):
    """Hashes and entries are served as tiles, compressed where the reader takes it, and fit together."""
    shown = Checkpoint.parse(Note.parse(browser.get("/checkpoint").text).text)
    hashes = browser.get(f"/tile/0/000.p/{shown.size}")
    entries = browser.get(f"/tile/entries/000.p/{shown.size}")
    plain = browser.get(f"/tile/entries/000.p/{shown.size}", headers={"accept-encoding": "identity"})

    assert hashes.headers["content-type"] == "application/octet-stream"
    assert entries.headers["content-encoding"] == "gzip"
    assert entries.content == plain.content
    leaves = [merkle.leaf_hash(entry) for entry in unbundle(entries.content)]
    assert hashes.content == b"".join(leaves)
    assert merkle.root(leaves) == shown.root
    assert gzip.compress(b"")[:2] == b"\x1f\x8b"


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/200", "entries/000", "0/x000/000", "nonsense", "0/000.p/0x5"]
)
def test_no_such_tile(signed, browser, path):
    """What no checkpoint covers, and what is no address, is not there."""
    answer = browser.get(f"/tile/{path}")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_receipt(signed, citizen, battle):
    """The receipt of a vote is a file once a checkpoint covers it, and before that a kind word."""
    citizen.put(f"/api/battles/{battle}/vote", json={"verdict": "b"})
    pending = citizen.get(f"/api/battles/{battle}/receipt")
    signed.notary.checkpoint()
    ready = citizen.get(f"/api/battles/{battle}/receipt")
    checked = citizen.post("/api/receipts", content=ready.content)

    assert (pending.status_code, pending.json()["error"]) == (409, "receipt_pending")
    assert "1분 안에" in pending.json()["message"]
    assert ready.headers["content-disposition"] == f'attachment; filename="vote-{battle[:8]}.tlog-proof"'
    assert check(Receipt.parse(ready.text), [Vkey.parse(signed.keys.in_force())], []).verdict == "b"
    assert (checked.json()["finding"], checked.json()["verdict"]) == ("holds", "b")


def test_receipt_of_nobody(signed, browser):
    """Whoever has no identity gets no receipt."""
    answer = browser.get("/api/battles/00/receipt")

    assert answer.status_code == 403


def test_a_receipt_that_is_none(signed, browser):
    """What is brought as a receipt and is none is said to be none; too much of it is not read."""
    none = browser.post("/api/receipts", content="hello")
    broken = browser.post("/api/receipts", content=b"\xff\xfe")
    large = browser.post("/api/receipts", content=b"x" * 70_000)

    assert none.json()["finding"] == "unreadable"
    assert (broken.status_code, large.status_code) == (422, 413)


def test_cosignatures(signed, browser):
    """A checkpoint without a witness of the rules is not taken; a large body is not read."""
    none = browser.post("/api/cosignatures", content=browser.get("/checkpoint").text)
    large = browser.post("/api/cosignatures", content=b"x" * 70_000)

    assert (none.status_code, none.json()["error"]) == (422, "bad_request")
    assert large.status_code == 413


def test_a_record_that_was_changed(signed, browser, battle):
    """While the record is not as it was signed, no battle and no vote is taken, and the round says so."""
    with signed.arena.store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_no_update")
        connection.exec_driver_sql(f"UPDATE ledger SET leaf = '{'0' * 64}' WHERE sequence = 2")
    signed.notary.recheck()

    vote = browser.put(f"/api/battles/{battle}/vote", json={"verdict": "a"})
    opened = browser.post("/api/battles", json={"prompt": "질문"})
    asked = browser.post(f"/api/battles/{battle}/turns", json={"prompt": "질문"})

    assert [(one.status_code, one.json()["error"]) for one in (vote, opened, asked)] == [
        (503, "unavailable")
    ] * 3
    assert browser.get("/api/round").json()["paused"] is True
    assert browser.get(f"/api/battles/{battle}").json()["stage"] == "open"


def test_a_sound_record(signed, browser):
    """While the record is as it was signed, the round is not paused."""
    consent(browser)

    assert browser.get("/api/round").json()["paused"] is False
