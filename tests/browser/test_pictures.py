"""Asking about a picture, with a real file chosen in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from arena.contest.picture import MOST_BYTES
from tests.browser.test_access import Look
from tests.browser.test_battle import tab_to
from tests.browser.visitor import LOOKS
from tests.pictures import files

PHOTO = {"name": "사진.jpg", "mimeType": "image/jpeg", "buffer": files.located()}
"""It says of itself that it lies on its side: upright it is 200 pixels wide."""

OTHER = {"name": "other.webp", "mimeType": "image/webp", "buffer": files.plain("WEBP", (640, 360))}
PAGE = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": files.HTML}


def seen(image, width):
    """Check that a picture is there to be seen, and of so many pixels."""
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", width)


def chosen(page, file, width=200):
    """Choose a file, and wait until the page shows it."""
    page.locator("#picture-file").set_input_files(file)
    expect(page.locator("#picture-status")).to_contain_text(re.compile("붙였습니다|is added"))
    seen(page.locator("#picture-image"), width)


def test_whole_battle(guest):
    """A citizen adds a picture, sees what is sent of it, asks, sees it beside her question, and votes."""
    page = guest.page
    guest.consent()
    chosen(page, PHOTO)
    chosen(page, OTHER, 640)
    guest.ask("이 사진에 무엇이 보이나요?")
    shown = page.locator(".turn .pictures img")
    expect(shown).to_have_attribute("alt", "질문에 붙인 사진")
    guest.answered()
    seen(shown, 640)
    guest.vote()
    page.locator("[data-next]").first.click()

    expect(page.locator("#picture-shown")).to_be_hidden()
    assert guest.me()["votes"] == 1


def test_by_keyboard_and_after_a_reload(guest):
    """The picture is reached, taken away and put back by keyboard, and a reload brings it back."""
    page = guest.page
    guest.consent()
    tab_to(page, "#picture-file")
    outline = "getComputedStyle(document.querySelector('#picture-pick')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    chosen(page, PHOTO)
    page.reload()
    seen(page.locator("#picture-image"), 200)
    page.locator("#prompt").focus()
    tab_to(page, "#picture-remove")
    page.keyboard.press("Enter")

    expect(page.locator("#picture-shown")).to_be_hidden()
    expect(page.locator("#picture-file")).to_be_focused()
    guest.ask()
    guest.answered()
    expect(page.locator(".turn .pictures")).to_be_hidden()


PASTE = """([bytes, text]) => {
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(bytes)], "x.png", { type: "image/png" }));
    if (text) held.setData("text/plain", text);
    return document.querySelector("#prompt").dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""
"""Pastes a picture, and tells whether the browser goes on to paste the text."""


def test_pasted(guest):
    """A picture that is pasted into the question is added to it."""
    page = guest.page
    guest.consent()
    page.locator("#prompt").fill("질문")
    page.evaluate(PASTE, [list(files.plain("PNG")), ""])

    expect(page.locator("#picture-image")).to_be_visible()
    expect(page.locator("#prompt")).to_have_value("질문")


def test_text_is_pasted_as_ever(guest):
    """Text that an office program copies together with a picture of itself is pasted as text alone."""
    page = guest.page
    guest.consent()

    assert page.evaluate(PASTE, [list(files.plain("PNG")), "표의 한 칸"])
    expect(page.locator("#picture-status")).to_be_empty()


def test_last_pick_counts(guest):
    """Of two pictures that are sent at once the one picked last is added, whichever arrives first."""
    page = guest.page
    guest.consent()
    held = []
    page.route("**/api/pictures", lambda route: route.continue_() if held else held.append(route))
    page.locator("#picture-file").set_input_files(PHOTO)
    chosen(page, OTHER, 640)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        held[0].continue_()

    seen(page.locator("#picture-image"), 640)


def test_many_at_once(guest):
    """Where as many pictures come in as the server takes at once, hers is sent again until it is taken."""
    page = guest.page
    guest.consent()
    refused = []

    def busy(route):
        if len(refused) < 2:
            refused.append(route.request.url)
            route.fulfill(status=503, json={"error": "too_busy", "message": ""})
        else:
            route.continue_()

    page.route("**/api/pictures", busy)
    chosen(page, PHOTO)

    assert len(refused) == 2
    guest.troubles[:] = [trouble for trouble in guest.troubles if "503" not in trouble]


def test_too_large(guest):
    """A file of more bytes than are taken is refused in words, not as a connection that breaks."""
    page = guest.page
    guest.consent()
    page.locator("#picture-file").set_input_files({**PHOTO, "buffer": bytes(MOST_BYTES + 1)})

    expect(page.locator("#alert")).to_contain_text("사진이 너무 큽니다")
    guest.troubles[:] = [trouble for trouble in guest.troubles if "413" not in trouble]


def test_refused(guest):
    """What is no picture is refused in words, the picture from before stays, and the question can be sent."""
    page = guest.page
    guest.consent()
    chosen(page, OTHER, 640)
    page.locator("#picture-file").set_input_files(PAGE)

    expect(page.locator("#alert")).to_contain_text("사진으로 읽을 수 없습니다")
    seen(page.locator("#picture-image"), 640)
    guest.ask()
    guest.answered()
    expect(page.locator(".turn .pictures img")).to_be_visible()
    guest.troubles[:] = [trouble for trouble in guest.troubles if "422" not in trouble]


def test_picture_that_is_gone(guest):
    """A picture that the server no longer has is taken off the page, in words."""
    page = guest.page
    guest.consent()
    chosen(page, PHOTO)
    address = page.locator("#picture-image").get_attribute("src")
    guest.page.request.delete(guest.url + address)
    page.reload()

    expect(page.locator("#picture-status")).to_contain_text("남아 있지 않습니다")
    expect(page.locator("#picture-shown")).to_be_hidden()
    guest.troubles[:] = [trouble for trouble in guest.troubles if "404" not in trouble]


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_looks(site, browser, width, language):
    """Axe finds nothing before and after a picture is added and asked about, whatever the look."""
    look = Look(browser, site.url, width)
    citizen, page = look.citizen, look.citizen.page
    citizen.go(f"/{language}/")
    page.locator("#consent-yes").click()
    citizen.settled()
    look.clean("no picture")
    chosen(page, PHOTO)
    look.clean("a picture")
    citizen.ask()
    citizen.answered()
    look.clean("asked")

    assert look.leave() == []


def test_round_without_pictures(start, browser, visit):
    """Where the rules name no track of pictures there is nothing to add one with."""
    arena = start(changes={"tracks": "[open]"}, ARENA_DEMO_SPEED="20")
    citizen = visit()
    citizen.url = arena.url
    citizen.consent()

    expect(citizen.page.locator("#picture")).to_have_count(0)
    citizen.ask()
    citizen.answered()
