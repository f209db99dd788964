"""The evaluator's console at a real browser, from reading the standings to the exported score."""

import re
import secrets
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Download, expect

from arena import settings
from arena.composition import opening
from arena.contest.battle import Side
from arena.identity.staff import Role
from arena.ledger.findings import Findings
from arena.reporting.truth import Truth
from arena.reporting.verifying import check_folder
from arena.service.citizens import CONSENT, Citizens
from tests.browser.visitor import CHROMIUM, LONG, LOOKS, Visitor
from tests.forked import ForkedArena
from tests.reporting.ballots import REPLIES, seats_of
from tests.reporting.test_score_sheet import HEAD, as_csv, lines
from tests.servers import need
from tests.staffing import hire, session_of, staff_at

PAGES = ("standings", "score", "export", "lifecycle")


def vote(folder: Path, environment: dict[str, str], voters: int = 40, each: int = 15) -> None:
    """Put votes by known strengths on the record that a server will serve from `folder`."""
    with opening.opened(settings.read(environment), serving=True) as house:
        key = house.secrets.get("citizen.key")
        citizens = Citizens(house.store, house.round, key, opening.now, secrets.token_bytes)
        arena, random = SimpleNamespace(store=house.store), Random(3)
        truth, categories = Truth(house.round.contest.roster), house.round.contest.rules.categories
        for _ in range(voters):
            voter = citizens.voter(citizens.consent(None, CONSENT))
            tastes = truth.voter(random, voter)
            for _ in range(each):
                category = random.choice(categories[:3])
                opened = citizens.open_battle(citizens.new_battle_id(), voter, "질문", category, "ko")
                seats = seats_of(arena, opened)
                citizens.answered(opened.id, REPLIES)
                verdict = truth.verdict(random, tastes, seats[Side.A], seats[Side.B])
                citizens.cast_vote(opened.id, voter, verdict)


@pytest.fixture(scope="module")
def voted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A site with 600 votes, an evaluator and an auditor."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    folder = tmp_path_factory.mktemp("voted")
    arena = ForkedArena(folder)
    vote(folder, arena.environment)
    arena.start()
    service, book = staff_at(folder, f"sqlite:///{folder}/arena.db")
    members = {role: hire(book, role) for role in (Role.EVALUATOR, Role.AUDITOR)}
    yield SimpleNamespace(url=arena.url, members=members, service=service, store=book.store)
    book.store.close()
    arena.stop()


@pytest.fixture
def enter(browser: Browser, voted: SimpleNamespace):
    """Come in as a role; at the end nothing may have gone wrong on any page."""
    visitors = []

    def come(role: Role = Role.EVALUATOR, **context: object) -> Visitor:
        visitor, member = Visitor(browser, voted.url, **context), voted.members[role]
        token = session_of(voted.service, voted.store, member, datetime.now(UTC))
        cookie = {"name": "arena_staff", "value": token, "url": voted.url, "sameSite": "Strict"}
        visitor.context.add_cookies([cookie])
        visitors.append(visitor)
        return visitor

    yield come
    troubles = [trouble for one in visitors for trouble in one.troubles]
    for one in visitors:
        one.close()
    assert troubles == []


def shown(visitor: Visitor, path: str) -> None:
    """Open a page and wait until what it computes is there."""
    visitor.go(path)
    visitor.settled()
    if path.endswith(("standings", "score")):
        expect(visitor.page.locator("gradio-app table").first).to_be_visible(timeout=LONG)
    if path.endswith("standings"):
        expect(visitor.page.locator(".js-plotly-plot")).to_have_count(3, timeout=LONG)


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_access(enter, width, language):
    """Axe finds nothing on any of the evaluator's pages with all that they show, wide and narrow."""
    visitor = enter(viewport={"width": width, "height": 800})
    found = []
    for name in PAGES:
        shown(visitor, f"/{language}/evaluator/{name}")
        found += [f"{name}: {one}" for one in visitor.violations()]
        width_of_page = visitor.page.evaluate("document.documentElement.scrollWidth")
        found += [f"{name}: {width_of_page} px wide"] if width_of_page > width else []

    assert found == []


def test_standings(enter):
    """The page says verdict, ratings, ranks, pairs, categories, sensitivity and goodness of fit."""
    visitor = enter()
    shown(visitor, "/ko/evaluator/standings")
    page = visitor.page

    expect(page.locator("gradio-app")).to_contain_text("최하위")
    expect(page.locator("gradio-app")).to_contain_text("투표자 40명")
    expect(page.locator("gradio-app table")).to_have_count(5)
    with page.expect_download() as coming:
        page.get_by_role("link", name="SVG").first.click()
    assert Path(coming.value.path()).read_bytes().startswith(b"<?xml")


def fetched(download: Download) -> Path:
    return Path(download.path())


def test_score(enter, voted, contest, tmp_path):
    """A sheet with mistakes is refused line by line; a right one makes the whole, all by keyboard."""
    visitor = enter()
    shown(visitor, "/ko/evaluator/score")
    page, rows = visitor.page, lines(contest)
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_bytes(as_csv([HEAD, *rows[:-1], [*rows[-1][:3], "99", "열 점"]]))
    right.write_bytes(as_csv([HEAD, *rows], "utf-8-sig"))
    page.locator("#sheet-file").set_input_files(wrong)
    page.locator("#sheet button").press("Enter")
    expect(page.locator("#sheet-mistakes li")).to_have_count(2)
    expect(page.locator("#sheet-mistakes")).to_contain_text("6번째 줄")
    page.locator("#sheet-file").set_input_files(right)
    page.locator("#sheet button").press("Enter")

    expect(page.locator("#sheet-said")).to_contain_text("받았습니다")
    expect(page.locator("gradio-app")).to_contain_text("합계 100점 만점에서")
    expect(page.locator("gradio-app table")).to_have_count(2)
    assert visitor.violations() == []


@pytest.mark.parametrize(("role", "kind"), [(Role.EVALUATOR, "public"), (Role.AUDITOR, "auditors")])
def test_export(enter, tmp_path, role, kind):
    """An export is made while she watches, and what she downloads holds; openings are the auditors' alone."""
    visitor = enter(role)
    shown(visitor, "/ko/evaluator/export")
    page = visitor.page
    section = page.locator(f'[data-kind="{kind}"]')
    assert page.locator(".export").count() == (2 if role is Role.AUDITOR else 1)
    section.locator(".make").press("Enter")
    expect(section.locator(".whole")).to_be_visible(timeout=LONG)
    with page.expect_download() as coming:
        section.locator(".whole").click()
    with zipfile.ZipFile(fetched(coming.value)) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    findings = Findings()
    check_folder(folder, findings)
    section.locator("summary").press("Enter")
    with page.expect_download() as piece:
        section.get_by_role("link", name="report.pdf").click()

    assert findings.kept == []
    assert fetched(piece.value).read_bytes() == (folder / "report.pdf").read_bytes()
    assert visitor.violations() == []


def test_two_close(enter):
    """She looks at the next step, types the code, and closes; a second evaluator is told kindly."""
    first, second = enter(), enter()
    for visitor in (first, second):
        shown(visitor, "/ko/evaluator/lifecycle")
        visitor.page.locator("#lead-ask").press("Enter")
        expect(visitor.page.locator("#lead-told")).to_contain_text("되돌릴 수 없습니다")
    code = re.search(r"\b[0-9a-f]{8}\b", first.page.locator("#lead-told").inner_text())[0]
    for visitor in (first, second):
        visitor.page.locator("#lead-code textarea, #lead-code input").fill(code)
        visitor.page.locator("#lead-take").press("Enter")
        expect(visitor.page.locator("#lead-told")).to_contain_text(
            "마쳤습니다" if visitor is first else "먼저 진행"
        )

    expect(second.page.locator("gradio-app table").first).to_contain_text("닫힘")
    assert first.violations() == []
