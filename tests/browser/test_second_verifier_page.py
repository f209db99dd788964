"""The second verifier's page: a folder chosen or dropped, by mouse and keyboard, in both languages."""

import base64
import copy
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from arena.ledger.receipt import short_code
from tests.browser.forged_rounds import reruled
from tests.browser.second_verifier import PAGE
from tests.browser.spoiled_folders import ALTERED, ROUND, STRANGER, listed, read, receipt_of, write
from tests.browser.visitor import LONG, LOOKS, Visitor
from tests.golden.make_round import golden
from tests.scribe import LOG, NEXT_LOG, WITNESS, Key
from tests.scribe_folder import folder

OTHER = Key("other.example/log", b"a key of another log")
HOLDS = dict.fromkeys(("file", "verdict", "place", "signature", "witnesses"), "holds")


class Desk:
    """A person at the page."""

    def __init__(self, browser: Browser, **context: object) -> None:
        self.visitor = Visitor(browser, PAGE.as_uri(), **context)
        self.page: Page = self.visitor.page
        self.page.goto(PAGE.as_uri())

    def choose(self, place: Path) -> None:
        """Choose a folder with the button, and wait for the verdict."""
        with self.page.expect_file_chooser() as chooser:
            self.page.locator("#pick").click()
        chooser.value.set_files(place)
        self.done()

    def drop(self, *places: Path) -> None:
        """Drop files and folders on the page."""
        wire = self.page.context.new_cdp_session(self.page)
        dragged = {"items": [], "files": [str(place) for place in places], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            wire.send("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 300, "data": dragged})

    def choose_receipt(self, *files: Path) -> None:
        """Choose a receipt with the button, or a receipt and a list of keys."""
        with self.page.expect_file_chooser() as chooser:
            self.page.locator("#pick-receipt").click()
        chooser.value.set_files(files)

    def steps(self) -> dict[str, str]:
        """Give the state of each check of a receipt, once they are there."""
        expect(self.page.locator("#receipt")).to_be_visible(timeout=LONG)
        found: dict[str, str] = self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('#receipt-steps .check')]"
            ".map((one) => [one.dataset.check, one.dataset.state]))"
        )
        return found

    def done(self) -> None:
        """Wait for the verdict."""
        first = self.page.locator(".check[data-check=folder]")
        expect(first).not_to_have_attribute("data-state", "waiting", timeout=LONG)

    def speak(self, language: str) -> None:
        """Switch to a language."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator("#language").click()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Callable[..., Desk]]:
    """People at pages of their own; at the end nothing may have gone wrong on any."""
    desks: list[Desk] = []

    def sit(**context: object) -> Desk:
        desks.append(Desk(browser, **context))
        return desks[-1]

    yield sit
    troubles = [trouble for one in desks for trouble in one.visitor.troubles]
    for one in desks:
        one.visitor.close()
    assert troubles == []


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_page_in_every_state(desk, tmp_path, width, language):
    """Axe finds nothing on the page and nothing is too wide: before, holding, partly checked, failing."""
    files = read("auditors")
    ALTERED["points in scores.csv"][1](files)
    failing = write(tmp_path / "failing", listed(files))
    guest = desk(viewport={"width": width, "height": 800})
    guest.speak(language)
    found = [*guest.visitor.violations()]
    for place in (ROUND / "auditors", ROUND / "public", failing):
        guest.choose(place)
        found += guest.visitor.violations()
        wide = guest.page.evaluate("document.documentElement.scrollWidth") > width
        found += [f"{place} is too wide"] * wide

    assert found == []


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "모든 검사를 통과했습니다."), ("en", "Every check holds.")]
)
def test_folder_chosen_by_keyboard(desk, language, words):
    """The folder is chosen with the keyboard alone; the verdict is a live region and has the focus."""
    guest = desk()
    guest.speak(language)
    guest.page.locator("#key").focus()
    guest.page.keyboard.press("Tab")
    with guest.page.expect_file_chooser() as chooser:
        guest.page.evaluate("0")  # the browser has heard by then that a chooser is expected
        guest.page.keyboard.press("Enter")
    chooser.value.set_files(ROUND / "auditors")
    verdict = guest.page.get_by_role("status")
    expect(verdict).to_contain_text(words, timeout=LONG)

    expect(verdict).to_be_focused()


def test_folder_dropped(desk):
    """A folder that is dropped on the page is checked."""
    guest = desk()
    guest.drop(ROUND / "public")
    guest.done()

    expect(guest.page.locator("#verdict")).to_have_attribute("data-state", "unchecked")


def test_file_dropped_that_is_no_folder(desk):
    """Who drops a file that is no receipt is told what to drop."""
    guest = desk()
    guest.drop(ROUND / "public" / "votes.csv")

    expect(guest.page.get_by_role("status")).to_contain_text("폴더도 영수증도 아닙니다")


@pytest.fixture
def receipt(tmp_path) -> Path:
    """The receipt of a vote of the golden round, as a file."""
    file = tmp_path / "vote-0123abcd.tlog-proof"
    file.write_text(receipt_of(9).encoded(), "utf-8", newline="")
    return file


def test_receipt_with_a_key(desk, receipt):
    """A receipt dropped alone is told in full, is green with the log's key, and not before."""
    guest = desk()
    guest.drop(receipt)
    without = guest.steps()
    expect(guest.page.locator("#verdict")).to_have_attribute("data-state", "unchecked")
    guest.page.locator("#key").fill(f"{NEXT_LOG.vkey}\n{WITNESS.vkey}")
    guest.page.locator("#key").blur()
    expect(guest.page.locator("#verdict")).to_contain_text("영수증이 맞습니다.")

    assert without == {**HOLDS, "signature": "unchecked", "witnesses": "unchecked"}
    assert guest.steps() == HOLDS
    expect(guest.page.locator("#verdict")).to_have_attribute("data-state", "holds")
    expect(guest.page.locator("#receipt-facts")).to_contain_text(short_code(receipt_of(9).leaf))
    expect(guest.page.locator("#round")).to_be_hidden()


@pytest.mark.parametrize("kind", ["public", "auditors"])
def test_receipt_beside_its_folder(desk, receipt, kind):
    """Keys that came in the same drop make nothing green, unless a key from elsewhere is typed in."""
    guest = desk()
    guest.drop(ROUND / kind, receipt)
    guest.done()
    alone = guest.steps()
    expect(guest.page.locator("#verdict")).to_have_attribute("data-state", "unchecked")
    expect(guest.page.locator("#receipt-steps")).to_contain_text("다른 곳에서 받은 열쇠")
    guest.page.locator("#key").fill(LOG.vkey)
    guest.page.locator("#key").blur()
    expect(guest.page.locator("#verdict")).to_contain_text("영수증이 맞습니다.", timeout=LONG)

    assert alone == {**HOLDS, "signature": "unchecked", "witnesses": "unchecked", "ledger": "holds"}
    assert guest.steps() == {**HOLDS, "ledger": "holds"}
    expect(guest.page.locator("#round")).to_be_visible()


def test_receipt_beside_another_folder(desk, receipt, tmp_path):
    """A receipt that contradicts the folder beside it is red, whoever has signed both."""
    other = copy.deepcopy(golden())
    entry = other.told.entries[receipt_of(9).index]
    entry.payload = {**entry.payload, "verdict": "a" if entry.payload["verdict"] == "b" else "b"}
    guest = desk()
    guest.drop(write(tmp_path / "other", folder(other, auditors=False)), receipt)
    guest.done()

    assert guest.steps() == {**HOLDS, "signature": "unchecked", "witnesses": "unchecked", "ledger": "fails"}
    expect(guest.page.locator("#verdict")).to_have_attribute("data-state", "fails")


def test_receipt_chosen_with_keys(desk, receipt):
    """A list of keys chosen together with a receipt does not make it green; a key typed in does."""
    guest = desk()
    guest.speak("en")
    guest.choose_receipt(receipt, ROUND / "public" / "keys.txt")
    alone = guest.steps()
    expect(guest.page.get_by_role("status")).to_contain_text("only with the key dropped along with it")
    expect(guest.page.get_by_role("status")).to_be_focused()
    guest.page.locator("#key").fill(NEXT_LOG.vkey)
    guest.page.locator("#key").blur()
    expect(guest.page.get_by_role("status")).to_contain_text("The receipt holds.")

    assert alone == {**HOLDS, "signature": "unchecked", "witnesses": "unchecked"}
    assert guest.steps() == {**HOLDS, "witnesses": "unchecked"}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (STRANGER.vkey, "영수증이 맞지 않습니다."),
        (OTHER.vkey, "다른 장부의 영수증입니다."),
        ("no key", "열쇠가 아닌 것이 있습니다"),
    ],
)
def test_receipt_with_another_key(desk, receipt, key, words):
    """A receipt that is not signed with the key typed in is red, and says why."""
    guest = desk()
    guest.page.locator("#key").fill(key)
    guest.drop(receipt)

    expect(guest.page.locator("#verdict")).to_contain_text(words)
    expect(guest.page.locator("#verdict")).to_have_attribute("data-state", "fails")


def test_receipt_that_was_changed(desk, receipt):
    """A receipt that was changed is red at the check that fails, and a file that is none is called so."""
    guest = desk()
    text = receipt.read_text("utf-8")
    receipt.write_text(text.replace(f"index {receipt_of(9).index}", "index 3"), "utf-8", newline="")
    guest.choose_receipt(receipt)
    changed = guest.steps()
    receipt.write_text("hello", "utf-8")
    guest.choose_receipt(receipt)
    expect(guest.page.locator("#verdict")).to_contain_text("영수증으로 읽을 수 없습니다.")

    assert changed["place"] == "fails"
    assert guest.steps() == {"file": "fails"}


def test_two_receipts(desk, receipt, tmp_path):
    """Who drops two receipts is asked for one at a time."""
    other = tmp_path / "other.tlog-proof"
    other.write_text(receipt_of(3).encoded(), "utf-8", newline="")
    guest = desk()
    guest.drop(receipt, other)

    expect(guest.page.get_by_role("status")).to_contain_text("하나만")


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_receipt_in_every_state(desk, receipt, width, language):
    """Axe finds nothing around a receipt, whatever is said of it, and nothing is too wide."""
    guest = desk(viewport={"width": width, "height": 800})
    guest.speak(language)
    found = []
    for keys in ("", f"{NEXT_LOG.vkey} {WITNESS.vkey}", OTHER.vkey):
        guest.page.locator("#key").fill(keys)
        guest.choose_receipt(receipt)
        guest.steps()
        found += guest.visitor.violations()
    guest.page.locator("#key").fill("")
    guest.drop(ROUND / "public", receipt)
    guest.done()
    found += guest.visitor.violations()
    wide = guest.page.evaluate("document.documentElement.scrollWidth")

    assert found == []
    assert wide <= width


def test_key_of_a_stranger(desk):
    """A key that is typed in is used, and one of another ledger makes the signatures fail."""
    guest = desk()
    guest.page.locator("#key").fill("other.example/log+00000000+AAAA")
    guest.choose(ROUND / "auditors")

    expect(guest.page.locator("#verdict")).to_contain_text("먼저 어긋난 검사: 서명 (번호 13)")


def test_failure_in_words(desk, tmp_path):
    """A failure is told by name, number, file and line, in the language chosen."""
    files = read("auditors")
    ALTERED["ledger with two lines swapped"][1](files)
    guest = desk()
    guest.choose(write(tmp_path / "folder", listed(files)))
    expect(guest.page.locator("#verdict")).to_contain_text("먼저 어긋난 검사: 장부의 줄 (번호 11)")
    expect(guest.page.locator('[data-check="entries"]')).to_contain_text("ledger.jsonl 21번째 줄")
    guest.speak("en")

    expect(guest.page.locator("#verdict")).to_contain_text("First to fail: Lines of the ledger (number 11)")
    expect(guest.page.locator('[data-check="entries"]')).to_contain_text("ledger.jsonl, line 21")


def test_nothing_is_injected(desk, tmp_path):
    """Names and texts of a folder are shown as text, whatever they hold."""
    markup = "<img src=x onerror=window.hurt=1>"
    scribe = golden()
    reruled(scribe, titles={"ko": markup, "en": markup})
    files = {**folder(scribe), f"{markup}.html": b"<script>window.hurt=1</script>"}
    guest = desk()
    guest.choose(write(tmp_path / "folder", files))

    assert guest.page.locator("main img, main script").count() == 0
    assert guest.page.evaluate("window.hurt") is None
    expect(guest.page.locator('[data-check="folder"]')).to_contain_text(markup)
    expect(guest.page.locator("#facts")).to_contain_text(markup)


def test_file_too_large(desk, tmp_path):
    """A file beyond its limit is named and not read."""
    place = write(tmp_path / "folder", read("auditors"))
    with (place / "keys.txt").open("r+b") as file:
        file.truncate(3 * 2**30)
    guest = desk()
    guest.choose(place)

    expect(guest.page.locator('[data-check="folder"]')).to_contain_text("keys.txt: 너무 큽니다")


@pytest.mark.parametrize("way", ["choose", "drop"])
def test_folder_within_a_folder(desk, tmp_path, way):
    """A folder within is named as one thing too many."""
    place = write(tmp_path / "folder", read("auditors"))
    (place / "more").mkdir()
    (place / "more" / "votes.csv").write_bytes(b"x")
    guest = desk()
    getattr(guest, way)(place)
    guest.done()

    expect(guest.page.locator('[data-check="folder"]')).to_contain_text("more/")


def test_page_is_alone(browser):
    """The page asks for nothing but itself, and its policy lets it ask for nothing."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PAGE.as_uri())
    refused = page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')")
    page.close()

    assert refused == "refused"
    assert [url for url in asked if not url.startswith("file:")] == []


def named(page: str, tag: str) -> str:
    """Name what stands in each element of a kind as a policy does."""
    parts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def test_policy_names_these_scripts_and_this_style():
    """The page's policy lets only the scripts and the style run that stand in it."""
    page = PAGE.read_text("utf-8")
    scripts, style = (named(page, tag) for tag in ("script", "style"))
    runs = f"script-src {scripts}; style-src {style}"
    wanted = f"default-src 'none'; {runs}; base-uri 'none'; form-action 'none'"

    assert re.search(r'Content-Security-Policy" content="(.*?)"', page).group(1) == wanted


def test_page_writes_no_markup():
    """Nothing that is read can become markup or code: the script writes text only."""
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"

    assert re.findall(forbidden, PAGE.read_text("utf-8")) == []
