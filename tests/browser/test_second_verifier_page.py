"""The second verifier's page: a folder chosen or dropped, by mouse and keyboard, in both languages."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.forged_rounds import reruled
from tests.browser.second_verifier import PAGE
from tests.browser.spoiled_folders import ALTERED, ROUND, listed, read, write
from tests.browser.visitor import LONG, Visitor
from tests.golden.make_round import golden
from tests.scribe_folder import folder

LOOKS = [("light", 1440, "ko"), ("dark", 1440, "en"), ("light", 360, "en"), ("dark", 360, "ko")]


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

    def drop(self, place: Path) -> None:
        """Drop a file or a folder on the page."""
        wire = self.page.context.new_cdp_session(self.page)
        dragged = {"items": [], "files": [str(place)], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            wire.send("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 300, "data": dragged})

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


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_page_in_every_state(desk, tmp_path, scheme, width, language):
    """Axe finds nothing on the page and nothing is too wide: before, holding, partly checked, failing."""
    files = read("auditors")
    ALTERED["points in scores.csv"][1](files)
    failing = write(tmp_path / "failing", listed(files))
    guest = desk(color_scheme=scheme, viewport={"width": width, "height": 800})
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
    """Who drops a file is told to drop the folder."""
    guest = desk()
    guest.drop(ROUND / "public" / "votes.csv")

    expect(guest.page.get_by_role("status")).to_contain_text("폴더가 아닙니다")


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


def test_policy_names_this_script_and_this_style():
    """The page's policy lets only the script and the style run that stand in it."""
    page = PAGE.read_text("utf-8")
    parts = [re.search(rf"<{tag}>(.*)</{tag}>", page, re.DOTALL).group(1) for tag in ("script", "style")]
    script, style = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts)
    runs = f"script-src 'sha256-{script}'; style-src 'sha256-{style}'"
    wanted = f"default-src 'none'; {runs}; base-uri 'none'; form-action 'none'"

    assert re.search(r'Content-Security-Policy" content="(.*?)"', page).group(1) == wanted


def test_page_writes_no_markup():
    """Nothing that is read can become markup or code: the script writes text only."""
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"

    assert re.findall(forbidden, PAGE.read_text("utf-8")) == []
