"""A real browser on a real arena; skipped with a reason where Chromium is absent."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from arena.backends.demo.launch import Demo
from tests.browser.visitor import ARGUMENTS, CHROMIUM, Visitor
from tests.servers import ROOT, Arena, need

Start = Callable[..., Arena]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; ended with each module, because its loop and pytest-asyncio's cannot be in one thread."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        yield made
        made.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Arena]:
    """The embedded demo, answering fast."""
    arena = Arena(tmp_path_factory.mktemp("site"), ARENA_DEMO_SPEED="20")
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
        declared = (ROOT / "models.yaml").read_text("utf-8")
        if endpoints:
            declared = re.sub(r"demo://", f"{endpoints}/", declared)
        for name, value in (changes or {}).items():
            declared, found = re.subn(rf"(?m)^(  {name}: ).*$", rf"\g<1>{value}", declared)
            assert found == 1
        (folder / "models.yaml").write_text(declared, "utf-8")
        arena = Arena(folder, ARENA_MODELS=str(folder / "models.yaml"), **environment)
        arena.start()
        started.append(arena)
        return arena

    yield begin
    for arena in started:
        arena.stop()


@pytest.fixture
def teams() -> Iterator[Demo]:
    """The teams' servers in a process apart from the arena's, at the pace of real ones."""
    with Demo(speed=1.5, controls=True) as demo:
        yield demo
