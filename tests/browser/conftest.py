"""A real browser on a real arena; skipped with a reason where Chromium is absent."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from arena.backends.demo.launch import Demo
from tests.browser.visitor import ARGUMENTS, CHROMIUM, Visitor
from tests.forked import ForkedArena
from tests.servers import ROOT, Arena, need

Start = Callable[..., Arena]
PACE = 1.5


def declare(folder: Path, endpoints: str = "", changes: dict[str, str] | None = None) -> Path:
    """Write a `models.yaml` with changed lines and its endpoints elsewhere."""
    declared = (ROOT / "models.yaml").read_text("utf-8")
    if endpoints:
        declared = re.sub(r"demo://", f"{endpoints}/", declared)
    for name, value in (changes or {}).items():
        declared, found = re.subn(rf"(?m)^(  {name}: ).*$", rf"\g<1>{value}", declared)
        assert found == 1
    file = folder / "models.yaml"
    file.write_text(declared, "utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; ended with each module, because its loop and pytest-asyncio's cannot be in one thread."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        yield made
        made.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The embedded demo, answering fast."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    arena = ForkedArena(tmp_path_factory.mktemp("site"), ARENA_DEMO_SPEED="20")
    arena.start()
    yield arena
    arena.stop()


@pytest.fixture
def visit(browser: Browser, site: Arena) -> Iterator[Callable[..., Visitor]]:
    """Citizens of `site`; at the end nothing may have gone wrong on any of their pages."""
    visitors: list[Visitor] = []

    def come(**context: object) -> Visitor:
        visitors.append(Visitor(browser, site.url, **context))
        return visitors[-1]

    yield come
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    for visitor in visitors:
        visitor.close()
    assert troubles == []


@pytest.fixture
def guest(visit: Callable[..., Visitor]) -> Visitor:
    """One Korean citizen at a desk."""
    return visit()


@pytest.fixture
def start(tmp_path: Path, browser: Browser) -> Iterator[Start]:
    """Arenas of a test's own, with changed lines of `models.yaml` and their endpoints elsewhere."""
    started: list[Arena] = []

    def begin(endpoints: str = "", changes: dict[str, str] | None = None, **environment: str) -> Arena:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        arena = ForkedArena(folder, ARENA_MODELS=str(declare(folder, endpoints, changes)), **environment)
        arena.start()
        started.append(arena)
        return arena

    yield begin
    for arena in started:
        arena.stop()


@pytest.fixture
def teams() -> Iterator[Demo]:
    """The teams' servers in a process apart from the arena's, at the pace of real ones."""
    with Demo(speed=PACE, controls=True) as demo:
        yield demo


@dataclass(frozen=True, slots=True)
class Paced:
    """An arena and its teams' servers, in processes apart; a citizen has one vote and two turns."""

    arena: Arena
    teams: Demo

    def speed(self, factor: float) -> None:
        """Set the pace of the teams' servers."""
        httpx.put(f"{self.teams.url}/control/speed", json={"factor": factor}).raise_for_status()

    def asked(self) -> int:
        """Count the questions that the teams' servers have had."""
        return sum(httpx.get(f"{self.teams.url}/control/streams").json()["asked"].values())


@pytest.fixture(scope="session")
def paced_arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paced]:
    """The one that `paced` resets."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    folder = tmp_path_factory.mktemp("paced")
    with Demo(speed=PACE, controls=True) as demo:
        file = declare(folder, demo.url, {"votes_per_person": "1", "max_turns": "2"})
        arena = ForkedArena(folder, ARENA_MODELS=str(file))
        arena.start()
        yield Paced(arena, demo)
        arena.stop()


@pytest.fixture
def paced(paced_arena: Paced) -> Paced:
    """An arena whose teams answer at the pace of real ones; shared, so every test is a new citizen."""
    paced_arena.speed(PACE)
    return paced_arena
