import contextlib
import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import declare
from tests.browser.visitor import CHROMIUM, LONG, LOOKS, QUESTION, Visitor
from tests.forked import ForkedArena
from tests.servers import need

NEXT = "다음 차례입니다."


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """An arena that answers one battle at a time; its teams take their time."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    folder = tmp_path_factory.mktemp("narrow")
    arena = ForkedArena(
        folder,
        ARENA_MODELS=str(declare(folder)),
        ARENA_MOST_ANSWERING="1",
        ARENA_MOST_WAITING="2",
        ARENA_DEMO_SPEED="0.6",
        ARENA_LEAVE_GRACE="600",
    )
    arena.start()
    yield arena
    arena.stop()


@pytest.fixture
def come(narrow, browser):
    """Citizens at a browser; at the end each leaves the line, and her battle is given up."""
    visitors = []

    def visitor(**context):
        visitors.append(Visitor(browser, narrow.url, **context))
        return visitors[-1]

    yield visitor
    for one in visitors:
        one.page.goto("about:blank")
        for path in ("waiting", "me"):
            one.context.request.delete(f"{narrow.url}/api/{path}")
        one.close()


@pytest.fixture
def guest(come):
    """One Korean citizen at a desk; nothing may go wrong on her page."""
    visitor = come()
    yield visitor
    assert visitor.troubles == []


@contextlib.contextmanager
def citizen_of(url):
    """A citizen by the API alone; at the end she erases her record, and her battle is given up."""
    with httpx.Client(base_url=url, headers={"accept-language": "en"}) as client:
        consent = client.get("/api/round").json()["consent"]
        client.post("/api/me", json={"consent": consent}).raise_for_status()
        yield client
        client.delete("/api/waiting").raise_for_status()
        client.delete("/api/me").raise_for_status()


@pytest.fixture
def others(narrow):
    """Citizens by the API alone."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(citizen_of(narrow.url))


def asked(client):
    return client.post("/api/battles", json={"prompt": "무지개는 왜 생기나요?"})


class Slot:
    """The only slot, held by somebody until `free`."""

    def __init__(self, client):
        self._client = client
        for _ in range(300):  # the battle of the test before may still be on its way out
            answer = asked(client)
            if answer.status_code == 201:
                return
            time.sleep(0.1)
        raise AssertionError(answer.text)

    def free(self):
        """End the battle that holds it."""
        self._client.delete("/api/me").raise_for_status()
        consent = self._client.get("/api/round").json()["consent"]
        self._client.post("/api/me", json={"consent": consent}).raise_for_status()


@pytest.fixture
def slot(narrow, others):
    return Slot(others())


def wait(visitor, question=QUESTION):
    """Ask, and come into the line."""
    visitor.page.locator("#prompt").fill(question)
    visitor.page.locator("#ask-send").click()
    expect(visitor.page.locator("#waiting")).to_be_visible()


def place(client):
    answer = asked(client)
    assert answer.status_code == 202, answer.text
    return answer.json()["waiting"]["place"]


def test_waiting_for_a_turn(guest, slot):
    """A citizen sees her place and her question, and the battle begins by itself when it is her turn."""
    page = guest.page
    guest.consent()
    wait(guest)
    expect(page.locator("#waiting h2")).to_be_focused()
    expect(page.locator("#waiting-place")).to_have_text(NEXT)
    expect(page.locator("#waiting-time")).to_contain_text("초 남았습니다")
    expect(page.locator("#waiting-prompt")).to_have_text(QUESTION)
    expect(page.locator("#ask")).to_be_hidden()
    slot.free()

    expect(page.locator(".pane")).to_have_count(2, timeout=LONG)
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator(".turn .prompt")).to_have_text(QUESTION)
    assert page.evaluate("sessionStorage.getItem('prompt')") is None


def test_heard_by_a_screen_reader(guest, slot):
    """Place and wait are said in the polite live region, not only shown."""
    guest.consent()
    wait(guest)
    status = guest.page.get_by_role("status").and_(guest.page.locator("#status"))

    expect(status).to_have_attribute("aria-live", "polite")
    expect(status).to_contain_text(NEXT)


def test_giving_up(guest, slot, others):
    """Who stops waiting has her question back in its box, and the line moves on without her."""
    page = guest.page
    guest.consent()
    wait(guest)
    behind = others()
    assert place(behind) == 2
    page.locator("#waiting-cancel").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#prompt")).to_be_focused()
    expect(page.locator("#prompt")).to_have_value(QUESTION)
    expect(page.locator("#waiting")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    assert place(behind) == 1
    assert page.evaluate("sessionStorage.getItem('waiting')") is None
    wait(guest)


def test_reload_keeps_the_place(guest, slot, others):
    """A reload keeps question, category and place."""
    page = guest.page
    guest.consent()
    page.locator('[name="category"][value="math"]').check()
    wait(guest)
    behind = others()
    assert place(behind) == 2
    page.reload()

    expect(page.locator("#waiting-place")).to_have_text(NEXT)
    expect(page.locator("#waiting-prompt")).to_have_text(QUESTION)
    assert place(behind) == 2
    page.locator("#waiting-cancel").click()
    expect(page.locator('[name="category"][value="math"]')).to_be_checked()
    expect(page.locator("#prompt")).to_have_value(QUESTION)


def test_asking_on_waits_too(guest, others):
    """A second question waits with the answers in sight, comes before new battles, and goes on by itself."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    slot = Slot(others())
    assert place(others()) == 1
    page.locator("#follow-prompt").fill("더 쉽게 말해 주세요.")
    page.locator("#follow-send").click()

    expect(page.locator("#waiting-place")).to_have_text(NEXT)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#choice")).to_be_hidden()
    page.locator("#waiting-cancel").click()
    expect(page.locator("#follow-prompt")).to_be_focused()
    expect(page.locator("#follow-prompt")).to_have_value("더 쉽게 말해 주세요.")
    page.locator("#follow-send").click()
    expect(page.locator("#waiting")).to_be_visible()
    page.reload()
    expect(page.locator("#waiting-place")).to_have_text(NEXT)
    slot.free()
    expect(page.locator(".turn")).to_have_count(2, timeout=LONG)


def test_lost_network_while_waiting(come, slot):
    """A network that goes away while she waits is waited for; then she keeps her place, or it is her turn."""
    visitor = come()
    page = visitor.page
    visitor.consent()
    wait(visitor)
    visitor.context.set_offline(True)
    expect(page.locator("#status")).to_have_attribute("data-state", "lost", timeout=LONG)
    expect(page.locator("#waiting")).to_be_visible()
    visitor.context.set_offline(False)

    going_on = re.compile(f"{NEXT}|물어보는 중|쓰고 있습니다|다 나왔습니다")
    expect(page.locator("#status")).to_contain_text(going_on, timeout=LONG)


def test_beyond_the_line(come, slot, others):
    """When even the line is full she is told so kindly, and her question stays in its box."""
    assert [place(others()), place(others())] == [1, 2]
    visitor = come()
    page = visitor.page
    visitor.consent()
    page.locator("#prompt").fill(QUESTION)
    page.locator("#ask-send").click()

    expect(page.locator("#alert")).to_contain_text("잠시 뒤 다시 보내 주세요")
    expect(page.locator("#prompt")).to_have_value(QUESTION)
    expect(page.locator("#waiting")).to_be_hidden()


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_waiting_is_accessible(come, slot, width, language):
    """Axe finds nothing while she waits, light and dark, phone and desktop."""
    visitor = come(viewport={"width": width, "height": 800})
    visitor.go(f"/{language}/")
    visitor.page.locator("#consent-yes").click()
    visitor.settled()
    wait(visitor)

    assert visitor.violations() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.troubles == []
