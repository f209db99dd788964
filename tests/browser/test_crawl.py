"""Every byte that a browser can get in whole battles is the same, whoever answers and on whichever side.

Two servers that say the same words, and are alike in nothing else, sit on both sides in turn (a block of two
contestants holds both orders), and then exchange names. What is recorded is compared as it is; the only
differences allowed are those of `OWN`, each of which would differ between two battles of the same pair.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect
from ruamel.yaml import YAML

from arena.contest.battle import BattleId, Side
from arena.store import battles
from arena.store.session import Store
from tests.browser.peculiar import Team, teams
from tests.browser.test_pictures import PHOTO, chosen
from tests.browser.visitor import LONG, Visitor
from tests.forked import ForkedArena
from tests.servers import ROOT, Arena

OWN = (
    (r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", "<hash>"),
    (r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", "<battle>"),
    (r"arena_citizen=[^;\"' ]+", "arena_citizen=<token>"),
    (r"nonce([-=]\"?)[\w-]{20,}", r"nonce\1<nonce>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", "<time>"),
    (r"'(date|content-length|last-modified)': '[^']*'", r"'\1': '<own>'"),
    (r'"(index|citizens|battles|votes)":\s?\d+', r'"\1":<count>'),
    (r"(session_hash|event_id)([\"'=:\s]+)\w+", r"\1\2<id>"),
    (r'"app_id":\d+', '"app_id":<process>'),
    (r'"((?:average_)?duration)":\s?[\d.e-]+', r'"\1":<seconds>'),
    (r"(?<!\w)(?:[0-9a-f]{4} ){3}[0-9a-f]{4}(?!\w)", "<code>"),
    (r"지금까지 .{0,140}?던졌습니다", "<counts>"),
    (r"영수증 파일(?:은 길어도 1분 안에 준비됩니다\.|이 준비되었습니다\.\n영수증 파일 받기)", "<receipt>"),
)
"""What is a battle's own, whoever sits in it: ids, hashes, cookies, nonces, times, counts of the round.

And whether its receipt is there yet: that is when the log signs, once in a minute for all.
"""

SENT = "/api/pictures"

ELSEWHERE = ("/receipt", "/api/checkpoint")
"""Signatures and proofs over the whole record; what they may hold is tried in `test_blind_receipts`."""

MARKUP = """() => {
    const whole = document.documentElement.cloneNode(true);
    for (const turning of whole.querySelectorAll("[data-testid=status-tracker]")) turning.remove();
    return whole.outerHTML.replaceAll(/<!---->\\s*/g, "");
}"""
"""The DOM without what Gradio leaves of its spinners, which depends on when one looked."""

PAGES = ("/ko/record", "/api/round", "/api/me")
AROUND = ("/ko/rules", "/ko/standings")
"""Pages that nobody's battle is on: one test sees them drawn, the others get their bytes."""

RELAYED = re.compile(r"^(?!.*/(?:assets|static)/)")
"""All but files whose address changes with their content: those are asked for once of each server."""


@dataclass(slots=True)
class Record:
    """All that one browser got, by where it got it; the order in which requests ended is not kept."""

    arena: str
    got: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    files: set[str] = field(default_factory=set)

    def keep(self, place: str, text: str) -> None:
        """Keep what came, less what is the battle's own."""
        self.got[self._bare(place)].add(self._bare(text))

    def keep_file(self, url: str) -> None:
        """Remember the address of what the browser got without our seeing it."""
        if not RELAYED.match(url):
            self.files.add(url.removeprefix(self.arena))

    def _bare(self, text: str) -> str:
        text = text.replace(self.arena, "<arena>").replace(urlsplit(self.arena).netloc, "<arena>")
        for pattern, instead in OWN:
            text = re.sub(pattern, instead, text)
        return text


Crawl = tuple[tuple[str, ...], Record]
"""Who sat where, and what a browser got."""


def streamed(body: str) -> str:
    """Give what a page has in the end: blocks in their places, and the ending.

    When each came and with which others is time's, and is tried by the timing attack.
    """
    shown: dict[str, dict[int, str]] = {side.value: {} for side in Side}
    other = []
    for event in body.split("\n\n"):
        if not event.startswith("event: blocks\n"):
            other += [event] if event and not event.startswith(":") else []
            continue
        said = json.loads(event.partition("\ndata: ")[2])
        other.append(str(sorted(said)))
        for side, blocks in shown.items():
            blocks.update(said[side])
    return f"{sorted(set(other))} {shown}"


def declare(folder: Path, pair: tuple[Team, ...]) -> Path:
    """Write a declaration of two contestants; the first is served by the first of the pair."""
    yaml = YAML()
    told = yaml.load((ROOT / "models.yaml").read_text("utf-8"))
    told["round"].update(id="crawl", votes_per_person=9, given_up_per_person=9, controls=0)
    told["contestants"] = told["contestants"][: len(pair)]
    for contestant, team in zip(told["contestants"], pair, strict=True):
        contestant.update(endpoints=[team.url], served_model=contestant["id"])
        team.says = contestant["name"]
    written = StringIO()
    yaml.dump(told, written)
    file = folder / "models.yaml"
    file.write_text(written.getvalue(), "utf-8")
    return file


def relaying(record: Record) -> Callable[[Route], None]:
    """Pass every answer on to the browser, and keep it."""

    def relay(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if (route.request.method, path) == ("POST", SENT):
            route.continue_()  # what is sent from a file cannot be sent again from here
            return
        answer = route.fetch(max_redirects=0)
        body = answer.body().decode(errors="replace")
        if path.endswith("/events"):
            body = streamed(body)
        if not path.endswith(ELSEWHERE):
            headers = sorted(answer.headers.items())
            record.keep(f"{route.request.method} {path}", f"{answer.status} {dict(headers)} {body}")
        route.fulfill(response=answer)

    return relay


def show(citizen: Visitor, record: Record) -> None:
    """Add a picture to her question, and keep what the server says to it."""
    with citizen.page.expect_response(f"**{SENT}") as taken:
        chosen(citizen.page, PHOTO)
    answer = taken.value
    record.keep(
        f"POST {SENT}", f"{answer.status} {dict(sorted(answer.all_headers().items()))} {answer.text()}"
    )


def crawl(browser: Browser, arena: Arena, stage: str, *, shows: bool) -> tuple[Record, BattleId]:
    """Be a citizen with one battle that comes to a stage; give all she got, and which battle it was.

    Where she `shows` a picture, her question comes with one.
    """
    citizen, record = Visitor(browser, arena.url), Record(arena.url)
    citizen.page.route(RELAYED, relaying(record))
    citizen.page.on("response", lambda response: record.keep_file(response.url))
    citizen.consent()
    citizen.settled()
    if shows:
        show(citizen, record)
    citizen.ask()
    expect(citizen.page.locator({"open": "#choice", "void": "#void"}[stage])).to_be_visible(timeout=LONG)
    record.keep("DOM", citizen.page.evaluate(MARKUP))
    (battle,) = {line["battle"] for line in citizen.me()["record"]}
    cookies = {cookie["name"]: cookie["value"] for cookie in citizen.context.cookies()}
    own = (f"/api/battles/{battle}", f"/api/battles/{battle}/events")
    drawn = (*AROUND, *PAGES) if stage == "open" and not shows else PAGES
    for path in (*(path + query for query in ("", "?render=html") for path in own), *AROUND):
        answer = httpx.get(f"{arena.url}{path}", cookies=cookies)
        record.keep(path, f"{answer.status_code} {dict(answer.headers)} {answer.text}")
    if stage == "open":
        citizen.vote()
        expect(citizen.page.locator("#guess")).to_be_visible()
        record.keep("DOM after the vote", citizen.page.locator("#thanks").inner_text())
    for path in drawn:
        citizen.go(path)
        if path.startswith("/ko"):
            citizen.settled()
        record.keep(f"DOM of {path}", citizen.page.evaluate(MARKUP))
    citizen.close()
    return record, battle


def seated(arena: Arena, battle: BattleId) -> tuple[str, ...]:
    """Give who sat where."""
    store = Store(f"sqlite:///{arena.folder}/arena.db")
    with store.reading() as connection:
        found = battles.find(connection, battle)
    store.close()
    return tuple(found.seats[side] for side in Side)


@dataclass(slots=True)
class Crawled:
    """An arena, the two teams that serve it, and the files that it gave."""

    arena: Arena
    pair: tuple[Team, ...]
    files: dict[str, str] = field(default_factory=dict)

    def crawl(self, browser: Browser, stage: str, fault: list[object], *, shows: bool) -> Crawl:
        """Crawl one battle; gives who sat where and what the browser got."""
        for team, answer in zip(self.pair, fault, strict=True):
            team.fault = answer
        record, battle = crawl(browser, self.arena, stage, shows=shows)
        for path in record.files:
            record.keep(f"GET {path}", self._file(path))
        return seated(self.arena, battle), record

    def _file(self, path: str) -> str:
        if path not in self.files:
            answer = httpx.get(self.arena.url + path)
            headers = dict(sorted(answer.headers.items()))
            self.files[path] = f"{answer.status_code} {headers} {sha256(answer.content).digest()}"
        return self.files[path]


@pytest.fixture(scope="module")
def arenas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Crawled]]:
    """Two arenas, each before two teams of its own, which bear each other's names."""
    with ExitStack() as running:
        found = []
        for order in (slice(None), slice(None, None, -1)):
            pair, folder = running.enter_context(teams()), tmp_path_factory.mktemp("crawled")
            arena = ForkedArena(folder, ARENA_MODELS=str(declare(folder, pair[order])))
            running.callback(arena.stop)
            arena.start()
            found.append(Crawled(arena, pair))
        yield found


@pytest.fixture
def crawls(arenas: list[Crawled], browser: Browser) -> Callable[..., list[Crawl]]:
    """Crawl both arenas once with each fault; gives for each battle who sat where and what a browser got."""

    def begin(stage: str, faults: list[list[object]], *, shows: bool) -> list[Crawl]:
        return [one.crawl(browser, stage, fault, shows=shows) for one in arenas for fault in faults]

    return begin


def differences(one: Record, other: Record) -> list[tuple[str, str, str]]:
    """Give what is not the same in two records, shortened to where it begins to differ."""
    found = []
    for place in sorted(one.got.keys() | other.got.keys()):
        ours, theirs = sorted(one.got[place]), sorted(other.got[place])
        if ours != theirs:
            mine, yours = (" ".join(sorted(set(a) - set(b))) for a, b in ((ours, theirs), (theirs, ours)))
            at = next((n for n, (x, y) in enumerate(zip(mine, yours)) if x != y), 0)  # noqa: B905 - the shorter may end
            found.append((place, mine[max(0, at - 80) : at + 80], yours[max(0, at - 80) : at + 80]))
    return found


ABOUT = pytest.mark.parametrize("shows", [False, True], ids=["text", "a picture"])


@ABOUT
def test_answered_battles(crawls, shows):
    """Whoever sits where, whatever a contestant is called: a browser gets the same, also after the vote."""
    found = crawls("open", [[None, None]] * 2, shows=shows)

    assert len({seats for seats, _ in found}) == 2
    assert all(len(record.got) > 60 and len(record.files) > 40 for _, record in found)
    assert {f"GET {SENT}/<battle>" in record.got for _, record in found} == {shows}
    for (_, one), (_, other) in pairwise(found):
        assert differences(one, other) == []


@ABOUT
def test_battles_that_failed(crawls, arenas, shows):
    """Whichever side failed, of whichever contestant and in whatever way: a browser gets the same."""
    first, second = arenas[0].pair
    faults = [[*first.manner.faults, None], *([None, fault] for fault in second.manner.faults[shows:])]
    found = crawls("void", faults, shows=shows)

    assert len({seats for seats, _ in found}) == 2
    for (_, one), (_, other) in pairwise(found):
        assert differences(one, other) == []
