"""The operator's console at a real browser: what is wrong on top, and every act by keyboard."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from arena.identity.staff import Role
from tests.browser.conftest import declare
from tests.browser.visitor import CHROMIUM, LONG, LOOKS, Visitor
from tests.forked import ForkedArena
from tests.servers import free_port, need
from tests.staffing import hire, staff_at

PAGES = ("", "notices", "rehearsal", "backup")


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """An arena with an operator; the server of its first contestant is away."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    folder = tmp_path_factory.mktemp("operated")
    file = declare(folder)
    declared = file.read_text("utf-8").replace("demo://susukkang", f"http://127.0.0.1:{free_port()}")
    file.write_text(declared, "utf-8")
    served = ForkedArena(folder, ARENA_MODELS=str(file), ARENA_DEMO_SPEED="50", ARENA_PROBE_SECONDS="0.5")
    served.start()
    service, book = staff_at(folder, f"sqlite:///{folder}/arena.db")
    member = hire(book, Role.OPERATOR)
    token = service.sign_in(member.name, member.password, member.code(datetime.now(UTC)))
    yield SimpleNamespace(url=served.url, token=token, folder=folder)
    book.store.close()
    served.stop()


@pytest.fixture
def come(browser: Browser, arena: SimpleNamespace):
    """Operators who are signed in; at the end nothing may have gone wrong on any of their pages."""
    visitors: list[Visitor] = []

    def enter(**context: object) -> Visitor:
        visitor = Visitor(browser, arena.url, **context)
        cookie = {"name": "arena_staff", "value": arena.token, "url": arena.url, "sameSite": "Strict"}
        visitor.context.add_cookies([cookie])
        visitors.append(visitor)
        return visitor

    yield enter
    troubles = [trouble for one in visitors for trouble in one.troubles]
    for one in visitors:
        one.close()
    assert troubles == []


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_legible(come, width, language):
    """Axe finds nothing on any page, light and dark, desk and phone; nothing overflows."""
    visitor = come(viewport={"width": width, "height": 800})
    found = []
    for page in PAGES:
        visitor.go(f"/{language}/operator/{page}")
        visitor.settled()
        found += [f"{page}: {one}" for one in visitor.violations()]
        wide = visitor.page.evaluate("document.documentElement.scrollWidth")
        found += [f"{page}: {wide} px"] if wide > width else []

    assert found == []


@pytest.mark.parametrize("page", PAGES)
def test_by_keyboard(come, page):
    """The Tab key reaches every field and button of a page, and it is seen where it is."""
    visitor = come()
    visitor.go(f"/ko/operator/{page}")
    visitor.settled()
    stops = visitor.stops()
    controls = visitor.page.locator("gradio-app :is(button, input, textarea):visible").count()

    assert [name for name, is_seen in stops if not is_seen] == []
    assert len(stops) >= 12 + controls


def test_what_is_wrong_comes_first(come):
    """A contestant without a server stands on top, with what to do; its line is the first of the table."""
    visitor = come()
    visitor.go("/ko/operator/")
    urgent = visitor.page.locator(".prose.urgent")
    expect(urgent).to_contain_text("답할 수 있는 서버가 없습니다", timeout=LONG)
    expect(urgent).to_contain_text("참가팀에 연락하세요")

    expect(visitor.page.locator("table tbody tr").first).to_contain_text("쉬는 중")


def test_take_a_server_out(come, arena):
    """By keyboard a server is taken out and put back; both are said, and the page follows by itself."""
    visitor = come()
    visitor.go("/ko/operator/")
    visitor.settled()
    page = visitor.page
    page.get_by_role("combobox", name="서버 고르기").focus()
    page.keyboard.type("beodeulchi")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="이 서버를 빼기").press("Enter")
    expect(page.get_by_role("status").filter(has_text="뺐습니다")).to_be_visible()
    row = page.locator("tbody tr").filter(has_text="beodeulchi")
    expect(row).to_contain_text("빼 둠", timeout=LONG)
    drained = (arena.folder / "drained").read_text()
    page.get_by_role("button", name="이 서버를 다시 넣기").press("Enter")

    expect(row).to_contain_text("정상", timeout=LONG)
    assert drained == "demo://beodeulchi\n"


def test_a_notice(come, arena):
    """What the operator writes stands on citizens' pages; a contestant's name is refused, with the reason."""
    visitor = come()
    visitor.go("/ko/operator/notices")
    visitor.settled()
    page = visitor.page
    page.get_by_label("한국어 안내문").fill("버들치의 서버를 점검합니다.")
    page.get_by_label("영어 안내문").fill("We pause at ten.")
    page.get_by_role("button", name="모든 시민에게 보이기").press("Enter")
    expect(page.get_by_role("status").filter(has_text="이름을 쓸 수 없습니다")).to_be_visible()
    page.get_by_label("한국어 안내문").fill("22시에 점검합니다.")
    page.get_by_role("button", name="모든 시민에게 보이기").press("Enter")
    expect(page.get_by_role("status").filter(has_text="올렸습니다")).to_be_visible()
    citizen = come()
    citizen.go("/ko/rules")
    shown = citizen.page.locator("#notices .notice").all_inner_texts()
    page.get_by_label("내릴 안내문의 번호").fill("1")
    page.get_by_role("button", name="이 안내문을 내리기").press("Enter")

    expect(page.get_by_role("status").filter(has_text="내렸습니다")).to_be_visible()
    assert shown == ["안내 22시에 점검합니다."]


def test_a_backup(come, arena):
    """A press makes a backup that was read again; where it lies and its hash are said."""
    visitor = come()
    visitor.go("/ko/operator/backup")
    visitor.settled()
    visitor.page.get_by_role("button", name="지금 백업하기").press("Enter")
    expect(visitor.page.locator(".text").filter(has_text="SHA-256").first).to_be_visible(timeout=LONG)

    (file,) = (arena.folder / "backups").glob("*.arena-backup")
    expect(visitor.page.locator(".text").filter(has_text=file.name).first).to_be_visible()


def test_a_rehearsal(come):
    """A rehearsal is begun, seen on its way, and stopped."""
    visitor = come()
    visitor.go("/ko/operator/rehearsal")
    visitor.settled()
    page = visitor.page
    page.get_by_label("투표 수").fill("2000")
    page.get_by_label("가상 시민 수").fill("400")
    page.get_by_role("button", name="연습 시작").press("Enter")
    expect(page.locator(".text").filter(has_text="연습하고 있습니다").first).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="연습 멈추기").press("Enter")

    expect(page.locator(".text").filter(has_text="연습을 멈췄습니다").first).to_be_visible(timeout=LONG)
