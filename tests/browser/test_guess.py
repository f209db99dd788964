"""Guessing who answered: asked once the vote is cast, never before, and never in the way of it."""

import pytest
from playwright.sync_api import expect

from arena.contest import declaration
from tests.browser.test_battle import tab_to
from tests.browser.visitor import LOOKS, Visitor
from tests.servers import ROOT

ROSTER = declaration.read((ROOT / "models.yaml").read_text("utf-8")).roster
UNSURE = {"ko": "모르겠어요", "en": "I don’t know"}
LISTED = sorted(f"{one.team} · {one.name}" for one in ROSTER.contestants)


def named(page):
    """The contestants' names that stand anywhere on the page as it is."""
    shown = page.content()
    return [name for one in ROSTER.contestants for name in (one.id, one.team, one.name) if name in shown]


def options(page, side):
    return page.locator(f'[data-guess="{side}"] option').all_inner_texts()


def test_guess_by_keyboard(guest):
    """After her vote a citizen says by keyboard whom she takes the sides for; a reload shows it again."""
    page, keys = guest.page, guest.page.keyboard
    guest.consent()
    guest.ask()
    guest.answered()
    before = named(page)
    keys.press("2")
    expect(page.locator("#thanks h2")).to_be_focused()
    expect(page.get_by_role("group", name="어느 팀일까요? (선택)")).to_be_visible()
    listed = options(page, "a")
    tab_to(page, '[data-guess="a"]')
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    tab_to(page, "#feedback-save")
    keys.press("Enter")
    expect(page.locator("#feedback-status")).to_contain_text("저장했습니다")
    page.reload()

    expect(page.locator('[data-guess="a"] option:checked')).to_have_text(LISTED[0])
    expect(page.locator('[data-guess="b"] option:checked')).to_have_text(LISTED[1])
    assert before == []
    assert listed == ["모르겠어요", *LISTED]


def test_not_before_the_vote(guest):
    """No team is named on the page before the vote of a battle, not even of the one after a guess."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    guest.vote()
    page.get_by_role("combobox", name="답변 A").select_option(index=1)
    page.get_by_role("button", name="다음 대결").click()
    expect(page.locator("#prompt")).to_be_focused()
    between = named(page)
    guest.ask("무지개는 왜 생기나요?")
    guest.answered()

    assert (between, named(page)) == ([], [])
    guest.vote()
    expect(page.locator('[data-guess="a"]')).to_have_value("")


def test_a_guess_is_kept_on_the_way_out(guest):
    """A guess that was not saved by its button is saved when she goes on."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    guest.vote()
    page.get_by_role("combobox", name="답변 B").select_option(label=LISTED[2])
    with page.expect_request(lambda asked: asked.method == "PUT") as asked:
        page.get_by_role("button", name="다음 대결").click()

    chosen = {f"{one.team} · {one.name}": one.id for one in ROSTER.contestants}[LISTED[2]]
    assert asked.value.post_data_json["guess"] == {"a": "", "b": chosen}


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_guess_is_accessible(visit, width, language):
    """The lists have names, are large enough to touch and fit the narrowest phone, in both languages."""
    citizen = visit(
        locale="ko-KR" if language == "ko" else "en-US",
        viewport={"width": width, "height": 800},
    )
    page = citizen.page
    citizen.consent()
    citizen.go(f"/{language}/")
    citizen.ask()
    citizen.answered()
    citizen.vote()
    expect(page.locator('[data-guess="a"] option:checked')).to_have_text(UNSURE[language])

    expect(page.locator("[data-guess]").last).to_be_visible()
    boxes = [page.locator(f'[data-guess="{side}"]').bounding_box() for side in ("a", "b")]
    assert all(box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert citizen.violations() == []


def test_nothing_to_guess(start, browser):
    """Where the rules name the teams after the vote nothing is asked."""
    arena = start(changes={"reveal": "after_vote"}, ARENA_DEMO_SPEED="20")
    citizen = Visitor(browser, arena.url)
    citizen.consent()
    citizen.ask()
    citizen.answered()
    citizen.vote()
    citizen.page.locator("#feedback-save").click()

    expect(citizen.page.locator("#feedback-status")).to_contain_text("저장했습니다")
    expect(citizen.page.locator("#thanks-teams")).to_be_visible()
    expect(citizen.page.locator("#guess")).to_be_hidden()
    citizen.close()
