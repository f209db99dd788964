"""The evaluator's health page and the team's console at a real browser, on a round with votes."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import Browser, expect

from arena.contest import declaration
from arena.contest.battle import Side, VoidReason
from arena.contest.feedback import Feedback, Reason
from arena.contest.rules import Verdict
from arena.errors import Fault
from arena.identity.secrets import Secrets
from arena.identity.staff import Role
from arena.service.citizens import Citizens
from arena.service.round_health import RoundHealth
from arena.service.rounds import take_up_round
from arena.store.session import Store
from tests.browser.visitor import Visitor
from tests.fakes import Chance
from tests.reporting.ballots import newcomer, seats_of
from tests.servers import ROOT, Arena
from tests.staffing import CONTESTANT, OTHER, hire, staff_at

BATTLES = 60
SECRET = "오직 우리 답변"


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def fill(site: Arena, store: Store) -> None:
    """Let citizens ask and vote on the record that the site serves."""
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    secrets = Secrets(site.folder / "secrets")
    citizens = Citizens(
        store, take_up_round(store, contest, secrets), secrets.get("citizen.key"), now, Chance(99)
    )
    arena = SimpleNamespace(citizens=citizens, store=store)
    for number in range(BATTLES):
        voter, category = newcomer(arena), contest.rules.categories[number % 3]
        battle = citizens.open_battle(
            citizens.new_battle_id(), voter, f"질문 <b>{number}</b>", category, "ko"
        )
        seats = seats_of(arena, battle)
        if number % 10 == 9:
            citizens.failed(battle.id, VoidReason.REPLY_FAILED, Side.A, Fault.STALLED)
            continue
        citizens.answered(battle.id, {side: f"{SECRET} {seats[side]} {number}" for side in Side})
        said = Feedback({Side.A: (Reason.CLEAR,), Side.B: (Reason.WRONG,)}, "댓글입니다")
        citizens.cast_vote(battle.id, voter, [Verdict.A, Verdict.B, Verdict.TIE][number % 3], said)
    watching = RoundHealth(store, contest, now)
    while watching.count():
        pass


@pytest.fixture(scope="module")
def staffed(site: Arena) -> Iterator[SimpleNamespace]:
    """The site with votes, an evaluator and two teams, each with a session."""
    service, book = staff_at(site.folder, f"sqlite:///{site.folder}/arena.db")
    store = book.store
    fill(site, store)
    hired = {
        "evaluator": hire(book, Role.EVALUATOR, "health-evaluator"),
        "team": hire(book, Role.TEAM, "health-team", CONTESTANT),
        "other": hire(book, Role.TEAM, "health-other", OTHER),
    }
    tokens = {name: service.sign_in(one.name, one.password, one.code(now())) for name, one in hired.items()}
    yield SimpleNamespace(url=site.url, tokens=tokens)
    store.close()


@pytest.fixture
def enter(browser: Browser, staffed: SimpleNamespace):
    """Come in as somebody; nothing may go wrong on her pages."""
    visitors = []

    def come(name: str, **context: object) -> Visitor:
        visitor = Visitor(browser, staffed.url, **context)
        cookie = {"name": "arena_staff", "value": staffed.tokens[name], "url": staffed.url}
        visitor.context.add_cookies([{**cookie, "sameSite": "Strict"}])
        visitors.append(visitor)
        return visitor

    yield come
    troubles = [trouble for one in visitors for trouble in one.troubles]
    for one in visitors:
        one.close()
    assert troubles == []


@pytest.mark.parametrize("width", [1440, 360])
def test_health(enter, width):
    """The health page shows votes, its charts and tables; axe finds nothing."""
    visitor = enter("evaluator", viewport={"width": width, "height": 900})
    visitor.go("/ko/evaluator/")
    visitor.settled()
    page = visitor.page

    expect(page.locator(".js-plotly-plot")).to_have_count(4)  # the fifth has nothing to show yet
    expect(page.locator("gradio-app")).to_contain_text("표가 모두 반대였어도")
    expect(page.locator("gradio-app table").first).to_be_attached()
    assert visitor.violations() == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_health_by_keyboard(enter):
    """The health page is read anew by keyboard alone."""
    visitor = enter("evaluator")
    visitor.go("/ko/evaluator/")
    visitor.settled()
    button = visitor.page.get_by_role("button", name="새로 고침")
    button.focus()
    with visitor.page.expect_response("**/run/predict") as answered:
        visitor.page.keyboard.press("Enter")

    assert answered.value.ok


@pytest.mark.parametrize(
    ("name", "page"), [("evaluator", "evaluator/"), ("team", "team/feedback"), ("team", "team/")]
)
def test_by_keyboard(enter, name, page):
    """The Tab key is seen wherever it stops, and charts are passed in one step, with their files before."""
    visitor = enter(name)
    visitor.go(f"/ko/{page}")
    visitor.settled()
    if name == "evaluator":
        expect(visitor.page.locator(".js-plotly-plot")).to_have_count(4)
    stops = visitor.stops()

    assert [what for what, is_seen in stops if not is_seen] == []
    assert len(stops) < 40


@pytest.mark.parametrize("width", [1440, 360])
def test_answers(enter, width):
    """A team reads its own answers and filters them; what citizens said is not there before publication."""
    visitor = enter("team", viewport={"width": width, "height": 900})
    visitor.go("/ko/team/feedback")
    visitor.settled()
    page, shown = visitor.page, visitor.page.locator(".prose.answers")
    expect(shown).to_contain_text(f"{SECRET} {CONTESTANT}")
    before = shown.inner_text()
    page.get_by_label("찾을 말").fill("없는 말입니다")
    page.get_by_role("button", name="찾기").press("Enter")
    expect(shown).to_contain_text("맞는 답변이 없습니다")

    assert str(OTHER) not in before
    assert "댓글입니다" not in before
    assert "질문 <b>" in before
    assert visitor.violations() == []


def test_what_is_sealed(enter):
    """A filter by what citizens said, and the own result, wait for the publication."""
    visitor = enter("team")
    visitor.go("/ko/team/summary")
    visitor.settled()
    expect(visitor.page.locator("gradio-app")).to_contain_text("결과가 공개된 뒤에")
    visitor.go("/ko/team/feedback")
    visitor.settled()
    visitor.page.get_by_label("댓글이 있는 것만").check()
    visitor.page.get_by_role("button", name="찾기").click()

    expect(visitor.page.locator(".prose.answers")).to_contain_text("공개된 뒤에 쓸 수 있습니다")


def test_files(staffed):
    """A team's files hold its own answers alone, whatever else is asked for in the address."""
    cookies = {"arena_staff": staffed.tokens["team"]}
    for query in ("", f"?contestant={OTHER}", f"?by={OTHER}&category=law&side=a", "?verdict=won&told=1"):
        for kind in ("csv", "json"):
            got = httpx.get(f"{staffed.url}/api/team/answers.{kind}{query}", cookies=cookies)
            assert got.status_code == 200
            assert f"{SECRET} {CONTESTANT}" in got.text
            assert f"{SECRET} {OTHER}" not in got.text
            assert "댓글입니다" not in got.text
            assert "wrong" not in got.text


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_chart_files(staffed, kind):
    """Every chart of the health page is there as a file, for evaluators and for no team."""
    for name in ("over_time", "categories", "exposure", "voids", "blinding"):
        path = f"{staffed.url}/api/evaluator/health/ko/{name}.{kind}"
        got = httpx.get(path, cookies={"arena_staff": staffed.tokens["evaluator"]}, timeout=30)
        refused = httpx.get(path, cookies={"arena_staff": staffed.tokens["team"]})

        assert got.status_code == 200
        assert got.content[:4] in {b"<?xm", b"\x89PNG"}
        assert refused.status_code == 403


FOREIGN = ("/api/evaluator/health.json", "/api/operator/", "/api/evaluator/standings", "/api/standings")
HOSTILE = [str(OTHER), "wrong", "' OR 1=1 --", "0" * 32, 3600, True, None, [str(OTHER)]]


def handlers(client: httpx.Client, page: str) -> list[int]:
    """Give the numbers of the handlers of a page, as its own configuration tells them."""
    written = client.get(f"/ko/team/{page}").text
    return [int(number) for number in re.findall(r'"id":\s*(\d+),\s*"targets"', written)]


@pytest.mark.parametrize("page", ["", "feedback", "summary"])
def test_every_parameter(staffed, page):
    """Whatever a team puts into the calls of its own pages, it gets nothing of another team, nor of votes."""
    with httpx.Client(base_url=staffed.url, cookies={"arena_staff": staffed.tokens["team"]}) as client:
        token = re.search(r'name="arena-csrf" content="([^"]+)"', client.get("/ko/team/").text)[1]
        numbers = handlers(client, page)
        found = []
        for number, place, value in product(numbers, range(6), HOSTILE):
            data: list[object] = ["", "", "", False, "", ""]
            data[place] = value
            for given in ([], data[:1], data[:5], data):
                called = {"data": given, "fn_index": number, "session_hash": "abc"}
                head = {"origin": staffed.url, "arena-csrf": token}
                got = client.post("/ko/team/gradio_api/run/predict", json=called, headers=head)
                found.append(got.text)
    text = " ".join(json.dumps(json.loads(one), ensure_ascii=False) for one in found)

    assert numbers
    assert page != "feedback" or f"{SECRET} {CONTESTANT}" in text
    assert f"{SECRET} {OTHER}" not in text
    assert "댓글입니다" not in text
    assert "bad_origin" not in text


@pytest.mark.parametrize("path", FOREIGN)
def test_routes_of_others(staffed, path):
    """Routes of evaluators and operators are closed to a team, and standings are sealed to it."""
    got = httpx.get(staffed.url + path, cookies={"arena_staff": staffed.tokens["team"]})

    assert got.status_code in {403, 404}
    assert str(OTHER) not in got.text


@pytest.mark.parametrize("console", ["evaluator", "operator", "audit"])
def test_consoles_of_others(staffed, console):
    """A team cannot open another role's console, nor call its handlers."""
    cookies = {"arena_staff": staffed.tokens["team"]}
    page = httpx.get(f"{staffed.url}/ko/{console}/", cookies=cookies)
    called = {"data": [], "fn_index": 0, "session_hash": "abc"}
    call = httpx.post(
        f"{staffed.url}/ko/{console}/gradio_api/run/predict",
        json=called,
        cookies=cookies,
        headers={"origin": staffed.url},
    )

    assert page.status_code in {303, 403}
    assert call.status_code == 403
