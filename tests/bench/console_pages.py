"""How soon every page of a console shows its data at 1,000,000 votes, beside the bare SQL of the same page.

    python -m tests.bench.console_pages [--votes 1e6] [--acts 1e5] [--times 20] [--only sqlite|postgresql]
                                        [--kept FOLDER [--url postgresql://…]] [--phase open|published]

A round is filled (`filled_round`; three to ten minutes each) and served by the real server. Somebody of every
role opens every page in Chromium `--times` times, with its files cached, and does on it what the page is
for. Of each is printed, as 95th percentiles: milliseconds until all data is shown and the page is still;
milliseconds that the server takes for the same requests, sent again one after the other by a plain client;
and those of the bare driver for the queries that these requests sent, their rows read to the end; then the
ratio of the last two. With `--kept` what was filled stays in FOLDER (and in the database of `--url`) and is
used the next time.
"""

import argparse
import base64
import pickle
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
from playwright.sync_api import Browser, Page

from arena import settings
from arena.contest.lifecycle import Phase
from arena.identity.staff import Role
from arena.store.session import Store
from arena.web.desk import STAFF_COOKIE
from tests.bench import filled_round
from tests.bench.filled_round import Size
from tests.bench.watched_browser import Act, Sent, Watched, chromium, tab
from tests.servers import ROOT, Arena, postgres
from tests.staffing import hire, session_of, staff_at

KEPT = 2.1
"""Seconds after which what everybody may see is looked up again."""

LIMIT = 1_000
"""Milliseconds that no page may take."""


class Heard(Arena):
    """The real server, which writes down the queries of its requests."""

    @property
    def file(self) -> Path:
        """Give the file of queries."""
        return self.folder / "heard"

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process."""
        command = [sys.executable, "-m", "tests.bench.heard_server", str(self.file)]
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def start(self) -> None:
        """Start and wait until it is ready, however long a full database takes."""
        self.process = self.launch()
        while self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/healthz", timeout=60).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError((self.folder / "server.log").read_text())

    def queries(self) -> list[tuple[str, object]]:
        """Give the queries since the last time, and forget them."""
        lines = self.file.read_bytes().split() if self.file.exists() else []
        self.file.write_bytes(b"")
        return [pickle.loads(base64.b64decode(line)) for line in lines]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done on a page, None: it is opened; so many charts are there once all is shown."""

    path: str
    name: str = "opened"
    act: Act | None = None
    charts: int = 0


def press(button: str) -> Act:
    """Give the pressing of a button."""
    return lambda page: page.get_by_role("button", name=button, exact=True).first.click()


def typed(words: Mapping[str, str], button: str) -> Act:
    """Give the filling of fields by their labels, and the pressing of a button."""

    def act(page: Page) -> None:
        for label, value in words.items():
            page.get_by_label(label, exact=True).first.fill(value)
        press(button)(page)

    return act


def chosen(label: str, option: str, button: str) -> Act:
    """Give the choosing in a list, and the pressing of a button."""

    def act(page: Page) -> None:
        page.get_by_label(label, exact=True).first.click()
        page.get_by_role("option", name=option, exact=True).first.click()
        press(button)(page)

    return act


SEALED: Mapping[Role | None, tuple[Deed, ...]] = {
    None: (Deed("/ko/"), Deed("/ko/standings"), Deed("/ko/record")),
    Role.EVALUATOR: (
        Deed("/ko/evaluator/", charts=4),
        Deed("/ko/evaluator/lifecycle"),
        Deed("/ko/evaluator/lifecycle", "next step looked at", press("다음 단계 살펴보기")),
    ),
    Role.TEAM: (
        Deed("/ko/team/feedback"),
        Deed("/ko/team/feedback", "of a category", chosen("분야", "법률", "찾기")),
        Deed(
            "/ko/team/feedback",
            "a search that finds nothing",
            typed({"찾을 말 (질문과 답변에서)": "없는 말"}, "찾기"),
        ),
    ),
}
"""What changes once a result is published: here a round is open."""

TOLD: Mapping[Role | None, tuple[Deed, ...]] = {
    None: SEALED[None],
    Role.EVALUATOR: (
        Deed("/ko/evaluator/", charts=4),
        Deed("/ko/evaluator/", "looked at again", press("새로 고침"), charts=4),
        Deed("/ko/evaluator/standings", charts=3),
        Deed("/ko/evaluator/score"),
        Deed("/ko/evaluator/export"),
        Deed("/ko/evaluator/lifecycle"),
    ),
    Role.TEAM: (
        Deed("/ko/team/", charts=1),
        Deed("/ko/team/", "by hours", chosen("막대 하나의 길이", "1시간 (회차 전체)", "보기"), charts=1),
        Deed("/ko/team/feedback"),
        Deed("/ko/team/feedback", "next page", press("다음")),
        Deed("/ko/team/feedback", "of a category", chosen("분야", "법률", "찾기")),
        Deed("/ko/team/feedback", "with a reason", chosen("까닭", "참신해요", "찾기")),
        Deed(
            "/ko/team/feedback",
            "a search that finds nothing",
            typed({"찾을 말 (질문과 답변에서)": "없는 말"}, "찾기"),
        ),
        Deed("/ko/team/summary"),
    ),
    Role.OPERATOR: (
        Deed("/ko/operator/"),
        Deed("/ko/operator/notices"),
        Deed("/ko/operator/rehearsal"),
        Deed("/ko/operator/backup"),
    ),
    Role.AUDITOR: (
        Deed("/ko/audit/"),
        Deed("/ko/audit/", "of a role", chosen("역할", "운영자", "찾아보기")),
        Deed(
            "/ko/audit/", "of a day nobody acted", typed({"이 날까지 (연-월-일)": "2020-01-02"}, "찾아보기")
        ),
        Deed("/ko/audit/", "the 1,900th page", typed({"쪽": "1900"}, "찾아보기")),
    ),
}

FILES: Mapping[Role | None, tuple[str, ...]] = {
    None: ("/api/round", "/api/standings", "/api/standings.svg", "/readyz", "/metrics"),
    Role.EVALUATOR: (
        "/api/evaluator/charts/forest.svg",
        "/api/evaluator/charts/pairs.png",
        "/api/evaluator/health/ko/over_time.svg",
        "/api/evaluator/exports/public/status",
    ),
}
"""What pages link to and other machines ask, once a result is published."""


def p95(times: list[float]) -> float:
    """Give the 95th percentile."""
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]


class Bench:
    """One database, full, and the server on it."""

    def __init__(self, name: str, folder: Path, url: str, times: int) -> None:
        self.name, self.folder, self.url, self.times = name, folder, url, times
        self.store = Store(url)
        self.server = Heard(folder, ARENA_DATABASE_URL=url)
        self.slow: list[str] = []

    def measure(self, phase: Phase, browser: Browser) -> None:
        """Print a line for every page at a phase of the round."""
        filled_round.turn_to(self.store, phase)
        begun = time.perf_counter()
        self.server.start()
        try:
            print(f"{self.name} {phase}: ready after {time.perf_counter() - begun:.1f} s", flush=True)
            tabs = {role: self._tab(browser, role) for role in (None, *Role)}
            if phase is Phase.PUBLISHED:
                self._while_it_is_made(tabs)
            for role, deeds in (SEALED if phase is Phase.OPEN else TOLD).items():
                for deed in deeds:
                    self._line(tabs[role], deed)
            for role, paths in FILES.items() if phase is Phase.PUBLISHED else ():
                for path in paths:
                    self._file(tabs[role], path)
        finally:
            self.server.stop()

    def _while_it_is_made(self, tabs: Mapping[Role | None, Watched]) -> None:
        """Time the pages that wait for something, until it is there."""
        for role, path, says in (
            (Role.EVALUATOR, "/ko/evaluator/standings", "계산하고 있습니다"),
            (Role.TEAM, "/ko/team/summary", "정리하고 있습니다"),
        ):
            begun, taken = time.perf_counter(), []
            while True:
                shown, said = tabs[role].text(self.server.url + path)
                if says not in said:
                    break
                taken.append(shown)
                time.sleep(0.5)
            told = f"{len(taken)} loads, slowest {max(taken, default=0):.0f} ms"
            print(
                f"{self.name} {path} while it is made ({time.perf_counter() - begun:.0f} s): {told}",
                flush=True,
            )

    def _tab(self, browser: Browser, role: Role | None) -> Watched:
        if role is None:
            return tab(browser, self.server.url, {})
        accounts, book = staff_at(self.folder, self.url)
        member = hire(book, role, f"{role}-{secrets.token_hex(4)}")
        token = session_of(accounts, self.store, member, datetime.now(UTC))
        return tab(browser, self.server.url, {STAFF_COOKIE: token})

    def _line(self, who: Watched, deed: Deed) -> None:
        url, times = self.server.url + deed.path, self.times + 1  # the first fills the browser's cache
        if deed.act is None:
            loads = [who.load(url, deed.charts) for _ in range(times)]
            shown, asked = [taken for taken, _ in loads], loads[-1][1]
        else:
            shown, asked = who.acts(url, deed.act, times, deed.charts)
        self._print(f"{deed.path} {deed.name}", p95(shown[1:]), asked)

    def _file(self, who: Watched, path: str) -> None:
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in who.context.cookies())
        self._print(path, None, [Sent("GET", self.server.url + path, {"cookie": cookies}, b"")])

    def _print(self, name: str, shown: float | None, asked: list[Sent]) -> None:
        took, bare = [], []
        with httpx.Client(timeout=120) as client:
            time.sleep(KEPT)  # so that nothing is kept of the loads before
            self.server.queries()
            _send(client, asked)
            heard = self.server.queries()
            for _ in range(self.times):
                took.append(_timed(lambda: _send(client, asked)))
                bare.append(_timed(lambda: self._bare(heard)))
        mine, theirs = p95(took), p95(bare)
        seen = "      –" if shown is None else f"{shown:>7.0f}"
        ratio = f"{mine / theirs:>6.1f}" if heard else "     –"
        print(
            f"{self.name:<10} {name:<58} shown {seen} ms   server {mine:>7.1f} ms   "
            f"bare SQL {theirs:>7.1f} ms ({len(heard):>2})   ratio {ratio}",
            flush=True,
        )
        if max(mine, shown or 0) > LIMIT:
            self.slow.append(name)

    def _bare(self, heard: list[tuple[str, object]]) -> None:
        connection = self.store.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("BEGIN")
            for statement, given in heard:
                cursor.execute(statement, given)
                cursor.fetchall()
            cursor.execute("COMMIT")
        finally:
            connection.close()


def _send(client: httpx.Client, asked: list[Sent]) -> None:
    for one in asked:
        answer = client.request(one.method, one.url, headers=one.headers, content=one.body)
        assert answer.status_code == 200, (one.url, answer.status_code, answer.text[:200])


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - begun)


@contextmanager
def database(kind: str, folder: Path, url: str) -> Iterator[str]:
    """Give a database of a kind: that of `url`, or one of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/arena.db"
    elif url:
        yield url
    else:
        with postgres() as server:
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench")
            yield f"{server}/bench"


def filled(folder: Path, url: str, size: Size) -> None:
    """Fill a database, unless it was before."""
    done = folder / "filled"
    if done.exists():
        return
    chosen_settings = settings.read({"ARENA_DATA": str(folder), "ARENA_DATABASE_URL": url})
    begun = time.perf_counter()
    filled_round.fill(chosen_settings, size)
    between = time.perf_counter()
    filled_round.commit(chosen_settings)
    told = f"filled in {between - begun:.0f} s, result committed to in {time.perf_counter() - between:.0f} s"
    print(told, flush=True)
    done.write_text(told)


def main() -> None:
    """Print a line for each database, phase and page."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--votes", type=float, default=1e6)
    asked.add_argument("--acts", type=float, default=1e5)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    asked.add_argument("--phase", choices=[Phase.OPEN.value, Phase.PUBLISHED.value])
    asked.add_argument("--kept", type=Path)
    asked.add_argument("--url", default="")
    given = asked.parse_args()
    size, slow = Size(int(given.votes), int(given.acts)), []
    for kind in [given.only] if given.only else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
            folder = given.kept / kind if given.kept else Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            with database(kind, folder, given.url) as url:
                filled(folder, url, size)
                bench = Bench(kind, folder, url, given.times)
                for phase in (Phase.OPEN, Phase.PUBLISHED):
                    if given.phase in {None, phase.value}:
                        bench.measure(phase, browser)
                bench.store.close()
                slow += [f"{kind} {name}" for name in bench.slow]
    print(f"over {LIMIT:,} ms: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
