"""Notices on citizens' pages, at a real browser: text that stays text, and nothing that jumps."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect

from arena.contest.notice import Level, Notice
from arena.store import notices
from arena.store.session import Store
from tests.browser.visitor import LOOKS, Visitor

EVERY_PAGE = ("", "rules", "standings", "record", "receipt")
HOSTILE = "<img src=x onerror=alert(1)>&lt;b&gt; ${7*7} [링크](javascript:1)"


@pytest.fixture
def told(site):
    """Write notices straight to the site's database; at the end all are withdrawn."""
    store, written = Store(f"sqlite:///{site.folder}/arena.db"), []

    def write(ko: str, level: Level = Level.INFO) -> None:
        now = datetime.now(UTC)
        made = Notice(ko, "We pause at ten.", level, now + timedelta(hours=1))
        with store.writing() as connection:
            written.append(notices.put(connection, made, now))

    yield write
    with store.writing() as connection:
        for number in written:
            notices.withdraw(connection, number, datetime.now(UTC))
    store.close()


def wait_for(url, count):
    """Wait until the server shows so many notices: it looks anew every two seconds."""
    while len(httpx.get(f"{url}/api/notices").json()) != count:
        time.sleep(0.1)


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_on_every_page(browser, site, told, width, language):
    """A notice stands on every page of citizens from the first paint, legible, in the page's language."""
    told("22시에 10분 동안 점검합니다.", Level.WARNING)
    visitor = Visitor(browser, site.url, viewport={"width": width, "height": 800})
    visitor.go(f"/{language}/")
    wait_for(site.url, 1)
    said, found = {}, []
    for page in EVERY_PAGE:
        visitor.go(f"/{language}/{page}")
        visitor.settled()
        said[page] = visitor.page.locator("#notices .notice").inner_text()
        found += [f"{page}: {one}" for one in visitor.violations()]
    troubles = visitor.troubles
    visitor.close()

    words = "중요 22시에 10분 동안 점검합니다." if language == "ko" else "Important We pause at ten."
    assert said == dict.fromkeys(EVERY_PAGE, words)
    assert (found, troubles) == ([], [])


def test_hostile_text(guest, site, told):
    """Whatever a notice says, a citizen reads its letters."""
    told(HOSTILE)
    guest.go("/ko/")
    wait_for(site.url, 1)
    guest.go("/ko/")

    assert guest.page.locator("#notices .notice span").inner_text() == HOSTILE
    assert guest.page.locator("#notices img").count() == 0


def test_while_a_page_is_open(guest, site, told):
    """A notice that comes later is said politely at the page's edge, moves nothing, and can be closed."""
    guest.go("/ko/")
    guest.settled()
    wait_for(site.url, 0)
    before = guest.page.locator("#consent").bounding_box()
    told(HOSTILE)
    wait_for(site.url, 1)
    guest.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    late = guest.page.locator("#notices-late")
    expect(late.locator("span")).to_have_text(HOSTILE)
    after = guest.page.locator("#consent").bounding_box()
    found = guest.violations()
    late.locator("button").press("Enter")

    expect(late.locator(".notice")).to_have_count(0)
    assert before == after
    assert found == []
    assert late.get_attribute("aria-live") == "polite"
