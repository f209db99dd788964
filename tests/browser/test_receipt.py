import re
import sqlite3

import httpx
import pytest
from playwright.sync_api import expect

from arena.ledger.note import SigningKey
from arena.ledger.receipt import Receipt
from tests.browser.visitor import LONG, LOOKS, Visitor
from tests.forked import ForkedArena

STRANGER = str(SigningKey("blind-arena.localhost", bytes(32)).vkey)


@pytest.fixture(scope="module")
def signing(tmp_path_factory):
    """An arena that signs every second."""
    arena = ForkedArena(tmp_path_factory.mktemp("signing"), ARENA_CHECKPOINT_SECONDS="1")
    arena.start()
    yield arena
    arena.stop()


@pytest.fixture(scope="module")
def file(browser, signing, tmp_path_factory):
    """The receipt of a vote for B."""
    visitor = Visitor(browser, signing.url, accept_downloads=True)
    voted(visitor)
    got = kept(visitor, tmp_path_factory.mktemp("kept"))
    visitor.close()
    return got


@pytest.fixture
def reader(browser, signing):
    """Somebody who has not voted, on whose pages nothing may go wrong."""
    made = Visitor(browser, signing.url)
    yield made
    made.close()
    assert made.troubles == []


@pytest.fixture
def citizen(browser, signing):
    """A citizen who has just voted for B."""
    made = Visitor(browser, signing.url, accept_downloads=True)
    voted(made)
    yield made
    made.close()


def voted(visitor):
    visitor.consent()
    visitor.ask()
    visitor.answered()
    visitor.vote("b")


def kept(visitor, folder):
    """Get the receipt file as soon as it is offered."""
    page = visitor.page
    expect(page.locator("#receipt-file")).to_be_visible(timeout=LONG)
    with page.expect_download() as got:
        page.locator("#receipt-file").click()
    got.value.save_as(folder / got.value.suggested_filename)
    return folder / got.value.suggested_filename


def test_receipt_after_the_vote(citizen, tmp_path):
    """The page shows a short code at once and offers the receipt's file when a checkpoint covers the vote."""
    page = citizen.page
    code = page.locator("#thanks-code code").inner_text()
    file = kept(citizen, tmp_path)

    assert re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){3}", code)
    assert file.suffix == ".tlog-proof"
    assert Receipt.parse(file.read_text("utf-8")).leaf.hex()[:16] == code.replace(" ", "")
    assert page.locator("#receipt-state").inner_text() == "영수증 파일이 준비되었습니다."
    assert citizen.troubles == []


def test_next_battle_has_no_receipt_yet(citizen):
    """The receipt of one vote is not offered beside the next question."""
    expect(citizen.page.locator("#receipt-file")).to_be_visible(timeout=LONG)
    citizen.page.locator("[data-next]").first.click()
    expect(citizen.page.locator("#ask")).to_be_visible()
    citizen.page.wait_for_timeout(500)

    expect(citizen.page.locator("#receipt-file")).to_be_hidden()
    assert citizen.page.locator("#receipt-state").inner_text() == ""


def test_a_picked_file(reader, file):
    """A receipt that is picked is checked at once, and told in plain words."""
    reader.go("/ko/receipt")
    reader.page.locator("#check-file").set_input_files(file)
    expect(reader.page.locator("#check-title")).to_have_text("영수증이 맞습니다")

    said = reader.page.locator("#check-result").inner_text()
    assert "고른 것 (맞음) ‘B가 더 좋다’" in said
    assert "장부의 서명 (맞음)" in said
    assert "점수에 들어갔는지는 알 수 없습니다" in said


@pytest.mark.parametrize(
    ("openings", "words"),
    [
        ("public", "이 회차는 내용을 모두 공개하므로 끝난 뒤 공개된 기록에 나옵니다."),
        ("auditors", "어느 팀이 A였는지, 누가 투표했는지는 이 영수증으로 알 수 없습니다."),
    ],
)
def test_what_a_receipt_hides(reader, file, openings, words):
    """That a receipt hides the teams is said of rounds that hide them, and not of those that open all."""
    page = reader.page

    def answer(route):
        there = route.fetch()
        text = re.sub(r'"openings": "\w+"', f'"openings": "{openings}"', there.text())
        route.fulfill(response=there, body=text)

    page.route("**/ko/receipt", answer)
    reader.go("/ko/receipt")
    page.locator("#check-file").set_input_files(file)

    expect(page.locator("#check-facts")).to_contain_text(words)


def test_a_replaced_key(reader, file):
    """What is signed with a key that the site has replaced is not green, and the site can be asked."""
    page = reader.page
    page.route("**/api/keys", _with_a_later_key)
    reader.go("/ko/receipt")
    page.locator("#check-file").set_input_files(file)
    expect(page.locator("#check-title")).to_have_text("옛 열쇠로 서명되어 있습니다")
    page.locator("#check-compare").click()

    expect(page.locator("#check-compared")).to_have_text("지금 장부에도 그 줄이 그대로 있습니다.")


def _with_a_later_key(route):
    there = route.fetch()
    route.fulfill(response=there, body=f"{there.text()}{STRANGER}\n")


def test_keys_that_never_come(reader, file):
    """A site that does not answer does not keep a receipt from being checked."""
    page = reader.page
    page.route("**/api/keys", lambda _: None)
    reader.go("/ko/receipt")
    page.locator("#check-file").set_input_files(file)

    expect(page.locator("#check-title")).to_have_text("서명은 확인하지 못했습니다", timeout=LONG)


def drop(page, *places):
    """Drop files and folders on the card."""
    box = page.locator("#check").bounding_box()
    wire = page.context.new_cdp_session(page)
    dragged = {"items": [], "files": [str(place) for place in places], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        wire.send(
            "Input.dispatchDragEvent",
            {"type": step, "x": box["x"] + 40, "y": box["y"] + 40, "data": dragged},
        )


def test_a_dropped_folder(reader, tmp_path):
    """Who drops a folder is told what to drop, and where folders are checked."""
    reader.go("/ko/receipt")
    drop(reader.page, tmp_path)

    expect(reader.page.locator("#check-alert")).to_contain_text("폴더가 아니라 영수증 파일")
    expect(reader.page.locator("#check-result")).to_be_hidden()


def test_a_file_that_is_gone(reader, file, tmp_path):
    """A file that cannot be read any more is called so."""
    gone = tmp_path / "gone.tlog-proof"
    gone.write_bytes(file.read_bytes())
    reader.go("/ko/receipt")
    reader.page.evaluate(
        "document.getElementById('check-file').addEventListener('change', (event) => {"
        " if (!window.late) { event.stopImmediatePropagation(); window.late = true; } }, { capture: true })"
    )
    reader.page.locator("#check-file").set_input_files(gone)
    gone.unlink()
    reader.page.locator("#check-file").dispatch_event("change")

    expect(reader.page.locator("#check-alert")).to_contain_text("파일을 읽지 못했습니다")


def test_by_keyboard(reader, file):
    """A receipt can be pasted and checked without a mouse; the focus goes to what is said of it."""
    text = file.read_text("utf-8")
    page = reader.page
    reader.go("/en/receipt")
    page.locator("#check-file").focus()
    page.keyboard.press("Tab")
    page.keyboard.insert_text(text.replace("\n", "\r\n") + "\n ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#check-title")).to_have_text("The receipt holds")

    expect(page.locator("#check-title")).to_be_focused()


def test_a_dropped_file(reader, file):
    """A receipt can be dropped on the card."""
    text = file.read_text("utf-8")
    reader.go("/ko/receipt")
    dropped = reader.page.evaluate_handle(
        "text => { const data = new DataTransfer(); "
        "data.items.add(new File([text], 'vote.tlog-proof')); return data; }",
        text,
    )
    reader.page.locator("#check").dispatch_event("drop", {"dataTransfer": dropped})

    expect(reader.page.locator("#check-title")).to_have_text("영수증이 맞습니다")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("index ", "index 1"), "영수증이 맞지 않습니다"),
        (lambda text: text.replace("blind-arena.localhost", "other.example"), "다른 곳의 영수증입니다"),
        (lambda text: text.replace("v1\n", "v2\n"), "영수증이 아닙니다"),
        (lambda _: "<script>alert(1)</script>", "영수증이 아닙니다"),
        (lambda _: "x" * 70_000, "영수증이 아닙니다"),
    ],
)
def test_what_is_no_good_receipt(reader, file, change, said):
    """What was changed, comes from elsewhere or is no receipt is called so, in kind words."""
    text = change(file.read_text("utf-8"))
    reader.go("/ko/receipt")
    reader.page.locator("#check-text-in").fill(text)
    reader.page.locator("#check-send").click()

    expect(reader.page.locator("#check-title")).to_have_text(said)
    expect(reader.page.locator("#check-facts")).to_be_hidden()


def test_nothing_is_sent(reader, file):
    """Once the page is there a receipt is checked without a network: not one request is made."""
    page, asked = reader.page, []
    reader.go("/ko/receipt")
    reader.settled()
    page.context.set_offline(offline=True)
    page.route("**/*", lambda route: (asked.append(route.request.url), route.abort()))
    page.locator("#check-file").set_input_files(file)
    expect(page.locator("#check-title")).to_have_text("영수증이 맞습니다")
    page.locator("#check-text-in").fill(file.read_text("utf-8").replace("index ", "index 1"))
    page.locator("#check-send").click()
    expect(page.locator("#check-title")).to_have_text("영수증이 맞지 않습니다")

    assert asked == []


def test_keys_from_elsewhere(reader, file):
    """The page shows the keys that it checks with; others can be put in their place, and are used."""
    page = reader.page
    reader.go("/en/receipt")
    page.locator("#check-keys-part summary").click()
    expect(page.locator("#check-keys")).to_have_value(re.compile(r"^blind-arena\.localhost\+[0-9a-f]{8}\+"))
    said = []
    for keys in (page.locator("#check-keys").input_value(), STRANGER, "no key", ""):
        page.locator("#check-keys").fill(keys)
        page.locator("#check-file").set_input_files(file)
        page.locator("#check-send").click()
        expect(page.locator("#check-result")).to_be_visible()
        said.append(page.locator("#check-result").get_attribute("data-finding"))

    assert said == ["holds", "broken", "keys", "unsigned"]


def test_asked_whether_it_is_still_there(reader, file):
    """Only when she asks is the receipt sent, and the site says whether the record still has the vote."""
    page = reader.page
    reader.go("/ko/receipt")
    page.locator("#check-file").set_input_files(file)
    page.locator("#check-compare").click()

    expect(page.locator("#check-compared")).to_have_text("지금 장부에도 그 줄이 그대로 있습니다.")


def test_a_browser_that_cannot(reader, file):
    """Where the browser cannot check signatures the page says so, and the site can be asked instead."""
    page = reader.page
    # As on an address without https, where browsers keep their cryptography to themselves.
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    reader.go("/ko/receipt")
    page.locator("#check-file").set_input_files(file)
    expect(page.locator("#check-title")).to_have_text("이 브라우저로는 확인할 수 없습니다")
    page.locator("#check-compare").click()

    expect(page.locator("#check-compared")).to_have_text("지금 장부에도 그 줄이 그대로 있습니다.")


def test_one_program_checks_receipts(signing):
    """What checks a receipt on the page is, to the letter, what checks it in the file to download."""
    page = httpx.get(f"{signing.url}/ko/receipt").text
    script = httpx.get(signing.url + re.search(r'"(/static/\w+/verifier\.js)"', page)[1])
    downloaded = httpx.get(f"{signing.url}/verify.html").text

    assert script.headers["content-type"].startswith("text/javascript")
    assert f"<script>\n{script.text}</script>" in downloaded
    assert 'href="/verify.html"' in page


def test_nothing_to_check(reader):
    """Whoever checks nothing is asked for a receipt."""
    reader.go("/ko/receipt")
    reader.page.locator("#check-send").click()

    expect(reader.page.locator("#check-alert")).to_have_text(
        "영수증 파일을 고르거나 내용을 붙여 넣어 주세요."
    )


def test_receipts_in_the_own_record(citizen):
    """The own record leads to the receipt of every vote."""
    citizen.go("/ko/record")
    citizen.settled()
    link = citizen.page.locator(".record a", has_text="영수증").first

    assert re.fullmatch(r"(.*)/api/battles/[0-9a-f]{32}/receipt", link.get_attribute("href"))


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_every_state_is_accessible(browser, signing, file, width, language):
    """Axe finds nothing on the receipt's page, with whatever result, and nothing scrolls sideways."""
    visitor = Visitor(browser, signing.url, viewport={"width": width, "height": 800})
    page, found = visitor.page, []
    visitor.go(f"/{language}/receipt")
    visitor.settled()
    page.locator("#check-keys-part summary").click()
    found += visitor.violations()
    page.locator("#check-file").set_input_files(file)
    expect(page.locator("#check-result[data-finding=holds]")).to_be_visible()
    page.locator("#check-compare").click()
    expect(page.locator("#check-compared")).not_to_be_empty()
    found += visitor.violations()
    whole = file.read_text("utf-8")
    for text, finding in (("hello", "unreadable"), (whole.replace("index ", "index 1"), "broken")):
        page.locator("#check-text-in").fill(text)
        page.locator("#check-send").click()
        expect(page.locator(f"#check-result[data-finding={finding}]")).to_be_visible()
        found += visitor.violations()
    page.locator("#check-keys").fill("")
    page.locator("#check-file").set_input_files([])
    page.locator("#check-text-in").fill(whole)
    page.locator("#check-send").click()
    expect(page.locator("#check-result[data-finding=unsigned]")).to_be_visible()
    found += visitor.violations()
    wide = page.evaluate("document.documentElement.scrollWidth")
    small = """() => [...document.querySelectorAll('#check :is(button, label.button, summary, a), footer a')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
    found += page.evaluate(small) + visitor.troubles
    visitor.close()

    assert found == []
    assert wide <= width


def test_a_record_that_was_changed(browser, tmp_path):
    """On a record that is not as it was signed the page says kindly that no votes are taken."""
    arena = ForkedArena(tmp_path, ARENA_CHECKPOINT_SECONDS="1")
    arena.start()
    first = Visitor(browser, arena.url)
    voted(first)
    expect(first.page.locator("#receipt-file")).to_be_visible(timeout=LONG)
    first.close()
    arena.stop()
    spoil(tmp_path / "arena.db")
    arena.start()
    visitor = Visitor(browser, arena.url)
    visitor.go("/ko/")
    expect(visitor.page.locator("#closed-title")).to_have_text("잠시 투표를 받지 않습니다")
    visitor.settled()

    found = visitor.violations() + visitor.troubles
    visitor.close()
    arena.stop()
    assert found == []


def spoil(file):
    """Change an entry's hash, past the triggers, as whoever holds the database can."""
    with sqlite3.connect(file) as database:
        database.execute("DROP TRIGGER ledger_no_update")
        database.execute("UPDATE ledger SET leaf = ? WHERE sequence = 2", ("0" * 64,))
    database.close()
