import pytest
from playwright.sync_api import expect

from tests.browser.visitor import LONG, LOOKS, Visitor


class Look:
    """A citizen with a certain look of the page, and what is wrong with the states that she reaches."""

    def __init__(self, browser, url, width):
        self.citizen = Visitor(browser, url, viewport={"width": width, "height": 800})
        self.width = width
        self.found = []

    def clean(self, state):
        """Note what is wrong with the page as it is."""
        wide = self.citizen.page.evaluate("document.documentElement.scrollWidth")
        self.found += [f"{state}: {violation}" for violation in self.citizen.violations()]
        if wide > self.width:
            self.found.append(f"{state}: the page is {wide} px wide")

    def leave(self):
        """Close the page; give all that was wrong."""
        self.citizen.close()
        return self.found + self.citizen.troubles


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_every_state_of_a_battle(paced, browser, width, language):
    """Axe finds nothing in any state of the battle page, light and dark, phone and desktop."""
    look = Look(browser, paced.arena.url, width)
    citizen, page, clean = look.citizen, look.citizen.page, look.clean
    citizen.go(f"/{language}/")
    citizen.settled()
    clean("consent")
    page.locator("#consent-yes").click()
    page.locator("#ask-send").click()
    clean("empty question refused")
    page.locator('[name="category"][value="coding"]').check()
    page.locator(".chip").first.click()
    clean("question")
    page.locator("#ask-send").click()
    expect(page.locator(".pane")).to_have_count(2)
    citizen.growing()
    clean("answering")
    paced.speed(20)
    citizen.answered()
    clean("open")
    page.locator("[data-report]").first.click()
    clean("report")
    page.locator("#report-cancel").click()
    page.locator("#skip").click()
    expect(page.locator("#void")).to_be_visible()
    clean("void")
    page.locator("#again").click()
    citizen.answered()
    page.locator("#follow-prompt").fill("이유를 한 문장으로 말해 주세요.")
    page.locator("#follow-send").click()
    expect(page.locator(".turn")).to_have_count(2)
    citizen.answered()
    clean("second turn")
    citizen.vote()
    page.locator("#thanks-receipt summary").click()
    page.locator(".tag").first.click()
    clean("voted")
    page.locator("[data-next]").first.click()
    expect(page.locator("#closed")).to_be_visible()
    clean("cap")

    assert look.leave() == []


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_pages_around(site, browser, width, language):
    """Axe finds nothing on the pages around the battle, in both languages."""
    look = Look(browser, site.url, width)
    citizen = look.citizen
    citizen.consent()
    citizen.ask()
    citizen.answered()
    citizen.vote("tie")
    for name in ("rules", "standings", "record"):
        citizen.go(f"/{language}/{name}")
        citizen.settled()
        look.clean(name)
    citizen.page.locator("#erase-ask").click()
    look.clean("erase")
    citizen.go("/docs")
    look.clean("docs")

    assert look.leave() == []


def test_lost_connection_is_readable(paced, browser):
    """The notice of a lost connection has contrast enough."""
    citizen = Visitor(browser, paced.arena.url)
    citizen.consent()
    citizen.ask()
    citizen.growing()
    citizen.context.set_offline(True)
    expect(citizen.page.locator("#status")).to_have_attribute("data-state", "lost", timeout=LONG)

    assert citizen.violations() == []
    citizen.close()


@pytest.mark.parametrize(("width", "height", "scale"), [(320, 640, 1), (720, 450, 2)])
def test_small_and_enlarged(visit, width, height, scale):
    """At 320 px, and at 200 % on a desk, nothing is cut off and nothing scrolls sideways."""
    citizen = visit(viewport={"width": width, "height": height}, device_scale_factor=scale)
    citizen.consent()
    citizen.ask("파이썬으로 점수의 평균을 구하는 코드를 보여 주세요.")
    citizen.answered()
    assert citizen.page.evaluate("document.documentElement.scrollWidth") <= width
    citizen.vote()

    assert citizen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough(visit):
    """Everything that is tapped on a phone is at least 44 px high."""
    citizen = visit(viewport={"width": 360, "height": 740})
    citizen.consent()
    small = """() => [...document.querySelectorAll('#arena a, #arena button, header a, .pills label')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
        .map(e => e.outerHTML)"""
    assert citizen.page.evaluate(small) == []
    citizen.ask()
    citizen.answered()
    assert citizen.page.evaluate(small) == []
    citizen.vote()

    assert citizen.page.evaluate(small) == []


def test_text_is_large_enough(guest):
    """What is to be read is at least 17 px, what is said beside it at least 16."""
    guest.consent()
    guest.ask()
    guest.answered()
    sizes = guest.page.evaluate(
        """() => [...document.querySelectorAll('.reply, .prompt, #arena p, #arena button, #arena label')]
            .filter(e => e.checkVisibility() && e.textContent.trim())
            .map(e => [e.className, parseFloat(getComputedStyle(e).fontSize)])"""
    )

    assert [item for item in sizes if item[1] < 16] == []
    assert [item for item in sizes if item[0] in {"reply", "prompt"} and item[1] < 17] == []


def test_reduced_motion(visit):
    """Who asked for less motion sees none."""
    citizen = visit(reduced_motion="reduce")
    citizen.consent()
    citizen.ask()
    running = citizen.page.evaluate("document.getAnimations().length")
    citizen.answered()

    assert running == 0
