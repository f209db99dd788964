"""The consoles at a real browser: signing in and out, no violation of their policy, all by keyboard."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect

from arena.identity.staff import Role
from arena.web.consoles import consoles_for, pages_for
from tests.browser.visitor import LOOKS, Visitor
from tests.forked import ForkedArena
from tests.provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.servers import Arena
from tests.staffing import Member, hire, session_of, staff_at


@pytest.fixture(scope="module")
def staffed(site: Arena) -> Iterator[SimpleNamespace]:
    """The site with one member of staff of each role."""
    service, book = staff_at(site.folder, f"sqlite:///{site.folder}/arena.db")
    members = {role: hire(book, role) for role in Role}
    yield SimpleNamespace(url=site.url, members=members, service=service, store=book.store, book=book)
    book.store.close()


def type_in(page: Page, member: Member) -> None:
    """Sign in by keyboard alone."""
    page.locator("#name").focus()
    for text in (member.name, member.password, member.code(datetime.now(UTC))):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.fixture
def enter(browser: Browser, staffed: SimpleNamespace):
    """Come in as a role, by a session that is there already."""
    visitors = []

    def come(role: Role, **context: object) -> Visitor:
        visitor = Visitor(browser, staffed.url, **context)
        token = session_of(staffed.service, staffed.store, staffed.members[role], datetime.now(UTC))
        visitor.context.add_cookies(
            [{"name": "arena_staff", "value": token, "url": staffed.url, "sameSite": "Strict"}]
        )
        visitors.append(visitor)
        return visitor

    yield come
    troubles = [trouble for one in visitors for trouble in one.troubles]
    for one in visitors:
        one.close()
    assert troubles == []


def test_sign_in(browser, staffed):
    """By keyboard she signs in, lands on her console, reads who she is, and signs out."""
    visitor = Visitor(browser, staffed.url)
    visitor.go("/ko/operator/")
    expect(visitor.page).to_have_url(re.compile("/ko/sign-in"))
    assert visitor.violations() == []
    type_in(visitor.page, staffed.members[Role.OPERATOR])
    expect(visitor.page).to_have_url(f"{staffed.url}/ko/operator/")
    expect(visitor.page.locator(".who")).to_contain_text("운영자")
    visitor.settled()
    visitor.page.locator(".who button").press("Enter")
    expect(visitor.page).to_have_url(re.compile(r"/ko/sign-in\?out=1"))
    visitor.go("/ko/operator/")

    expect(visitor.page).to_have_url(re.compile("/ko/sign-in"))
    assert visitor.troubles == []
    visitor.close()


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_pages_of_consoles(enter, staffed, width, language):
    """Axe finds nothing on any page of a console, and nothing is blocked by its policy.

    Those of evaluators and operators are looked at where they show something: in their own tests.
    """
    found, seen = [], {"evaluator", "operator"}
    for role in Role:
        visitor = enter(role, viewport={"width": width, "height": 800})
        consoles = consoles_for(role).keys() - seen
        for page in [f"{console}/{page}" for console in consoles for page in pages_for(role, console)]:
            visitor.go(f"/{language}/{page}")
            visitor.settled()
            found += [f"{page}: {one}" for one in visitor.violations()]
        seen |= consoles
        visitor.go(f"/{language}/account")
        found += visitor.violations()

    assert found == []


def test_looking_for_acts(enter, staffed):
    """An auditor reads what was done, and finds it by act, by role and by day, with the keyboard too."""
    visitor = enter(Role.AUDITOR)
    visitor.go("/ko/audit/")
    page = visitor.page
    acts = page.locator("gradio-app .prose.acts tbody tr")
    expect(acts.first).to_contain_text("로그인")
    page.get_by_label("이 날부터").fill("2020-01-01")
    page.get_by_label("이 날까지").fill("2020-01-02")
    page.get_by_role("button", name="찾아보기").press("Enter")
    expect(page.locator("gradio-app .prose.acts")).to_contain_text("찾으시는 기록이 없습니다.")
    page.get_by_label("이 날까지").fill("내일")
    page.get_by_role("button", name="찾아보기").click()
    expect(page.locator("gradio-app .prose.acts")).to_contain_text("찾을 수 없는 조건입니다.")
    page.get_by_label("이 날까지").fill("")
    page.get_by_label("역할").click()
    page.get_by_role("option", name="명령줄").click()
    page.get_by_role("button", name="찾아보기").click()
    expect(acts.first).to_contain_text("명령줄")

    assert visitor.violations() == []


def test_a_session_that_ends(enter, staffed):
    """Whoever presses a button when her session is over is led to signing in, and back to her page."""
    visitor = enter(Role.AUDITOR)
    visitor.go("/en/audit/")
    visitor.settled()
    member = staffed.members[Role.AUDITOR]
    staffed.book.disable(member.name)
    staffed.book.disable(member.name, undo=True)
    visitor.page.get_by_role("button", name="Show").click()
    expect(visitor.page).to_have_url(re.compile("/en/sign-in.next=%2Fen%2Faudit%2F"))
    visitor.troubles[:] = [one for one in visitor.troubles if "401" not in one]

    assert visitor.violations() == []


def test_sign_in_through_a_provider(browser, tmp_path):
    """Coming back from another site she is signed in at once, by a cookie that no other site can send."""
    with provider("localhost") as running:
        running.claims = {"sub": "one", "name": "한 운영자", "arena_role": "operator"}
        oidc = {"ISSUER": running.issuer, "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET}
        arena = ForkedArena(tmp_path, **{f"ARENA_OIDC_{name}": value for name, value in oidc.items()})
        try:
            arena.start()
            visitor = Visitor(browser, arena.url)
            visitor.go("/ko/operator/notices")
            visitor.page.get_by_role("link", name="기관 계정으로 로그인").press("Enter")
            expect(visitor.page).to_have_url(f"{arena.url}/ko/operator/notices")
            visitor.settled()
            who = visitor.page.locator(".who").inner_text()
            cookies = {one["name"]: one["sameSite"] for one in visitor.context.cookies(arena.url)}
            visitor.close()
        finally:
            arena.stop()

    assert "한 운영자" in who
    assert cookies["arena_staff"] == "Strict"
    assert "arena_errand" not in cookies
    assert [one for one in visitor.troubles if not one.startswith("outside request")] == []
