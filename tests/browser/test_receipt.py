import re
import sqlite3

import pytest
from playwright.sync_api import expect

from arena.ledger.receipt import Receipt
from tests.browser.visitor import LONG, Visitor
from tests.servers import Arena

LOOKS = [("light", 1440, "ko"), ("dark", 1440, "en"), ("light", 360, "en"), ("dark", 360, "ko")]


@pytest.fixture(scope="module")
def signing(tmp_path_factory):
    """An arena that signs every second."""
    arena = Arena(tmp_path_factory.mktemp("signing"), ARENA_CHECKPOINT_SECONDS="1")
    arena.start()
    yield arena
    arena.stop()


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


def test_a_picked_file(citizen, tmp_path):
    """A receipt that is picked is checked at once, and told in plain words."""
    file = kept(citizen, tmp_path)
    citizen.go("/ko/receipt")
    citizen.page.locator("#check-file").set_input_files(file)
    expect(citizen.page.locator("#check-title")).to_have_text("영수증이 맞습니다")

    said = citizen.page.locator("#check-facts").inner_text()
    assert "고른 것: B가 더 좋다" in said
    assert "어느 팀이 A였는지, 누가 투표했는지는 이 영수증으로 알 수 없습니다." in said
    assert citizen.troubles == []


def test_by_keyboard(citizen, tmp_path):
    """A receipt can be pasted and checked without a mouse; the focus goes to what is said of it."""
    text = kept(citizen, tmp_path).read_text("utf-8")
    page = citizen.page
    citizen.go("/en/receipt")
    page.locator("#check-file").focus()
    page.keyboard.press("Tab")
    page.keyboard.insert_text(text.replace("\n", "\r\n") + "\n ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#check-title")).to_have_text("The receipt holds")

    expect(page.locator("#check-title")).to_be_focused()


def test_a_dropped_file(citizen, tmp_path):
    """A receipt can be dropped on the card."""
    text = kept(citizen, tmp_path).read_text("utf-8")
    citizen.go("/ko/receipt")
    dropped = citizen.page.evaluate_handle(
        "text => { const data = new DataTransfer(); "
        "data.items.add(new File([text], 'vote.tlog-proof')); return data; }",
        text,
    )
    citizen.page.locator("#check").dispatch_event("drop", {"dataTransfer": dropped})

    expect(citizen.page.locator("#check-title")).to_have_text("영수증이 맞습니다")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("index ", "index 1"), "영수증이 맞지 않습니다"),
        (lambda text: text.replace("blind-arena.localhost", "other.example"), "다른 곳의 영수증입니다"),
        (lambda _: "<script>alert(1)</script>", "영수증이 아닙니다"),
        (lambda _: "x" * 70_000, "영수증이 아닙니다"),
    ],
)
def test_what_is_no_good_receipt(citizen, tmp_path, change, said):
    """What was changed, comes from elsewhere or is no receipt is called so, in kind words."""
    text = change(kept(citizen, tmp_path).read_text("utf-8"))
    citizen.go("/ko/receipt")
    citizen.page.locator("#check-text-in").fill(text)
    citizen.page.locator("#check-send").click()

    expect(citizen.page.locator("#check-title")).to_have_text(said)
    expect(citizen.page.locator("#check-facts")).to_be_hidden()
    assert citizen.troubles == []


def test_nothing_to_check(browser, signing):
    """Whoever checks nothing is asked for a receipt."""
    visitor = Visitor(browser, signing.url)
    visitor.go("/ko/receipt")
    visitor.page.locator("#check-send").click()

    expect(visitor.page.locator("#check-alert")).to_have_text(
        "영수증 파일을 고르거나 내용을 붙여 넣어 주세요."
    )
    visitor.close()


def test_receipts_in_the_own_record(citizen):
    """The own record leads to the receipt of every vote."""
    citizen.go("/ko/record")
    citizen.settled()
    link = citizen.page.locator(".record a", has_text="영수증").first

    assert re.fullmatch(r"(.*)/api/battles/[0-9a-f]{32}/receipt", link.get_attribute("href"))


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_every_state_is_accessible(browser, signing, tmp_path, scheme, width, language):
    """Axe finds nothing on the receipt's page, with and without a result, and nothing scrolls sideways."""
    viewport = {"width": width, "height": 800}
    visitor = Visitor(browser, signing.url, color_scheme=scheme, viewport=viewport, accept_downloads=True)
    voted(visitor)
    file = kept(visitor, tmp_path)
    page, found = visitor.page, visitor.violations()
    visitor.go(f"/{language}/receipt")
    visitor.settled()
    found += visitor.violations()
    page.locator("#check-file").set_input_files(file)
    expect(page.locator("#check-result[data-finding=holds]")).to_be_visible()
    found += visitor.violations()
    page.locator("#check-text-in").fill("hello")
    page.locator("#check-send").click()
    expect(page.locator("#check-result[data-finding=unreadable]")).to_be_visible()
    found += visitor.violations()
    wide = page.evaluate("document.documentElement.scrollWidth")
    small = """() => [...document.querySelectorAll('#check :is(button, label.button), footer a')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
    found += page.evaluate(small) + visitor.troubles
    visitor.close()

    assert found == []
    assert wide <= width


def test_a_record_that_was_changed(browser, tmp_path):
    """On a record that is not as it was signed the page says kindly that no votes are taken."""
    arena = Arena(tmp_path, ARENA_CHECKPOINT_SECONDS="1")
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
