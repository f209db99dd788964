"""The published standings at a real browser: for readers who know no statistics, and nothing before."""

import re
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import declare
from tests.browser.test_evaluator import vote
from tests.browser.visitor import CHROMIUM, LOOKS, Visitor
from tests.forked import ForkedArena
from tests.servers import need


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A served round whose result is published."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    folder = tmp_path_factory.mktemp("published")
    arena = ForkedArena(folder, ARENA_MODELS=str(declare(folder)))
    vote(folder, arena.environment, voters=20, each=8)
    arena.start()
    for step in ("close", "commit-result", "publish"):
        asked = arena.command("round", step)
        code = re.search(r"--confirm ([0-9a-f]{8})", asked.stderr)[1]
        done = arena.command("round", step, "--confirm", code)
        assert done.returncode == 0, done.stderr
    yield arena
    arena.stop()


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_legible(browser, published, width, language):
    """Axe finds nothing on the published standings, light and dark, phone and desk; nothing overflows."""
    visitor = Visitor(browser, published.url, viewport={"width": width, "height": 800})
    visitor.go(f"/{language}/standings")
    visitor.settled()
    found, wide = visitor.violations(), visitor.page.evaluate("document.documentElement.scrollWidth")
    rows, troubles = visitor.page.locator("#outcome .bars li").count(), visitor.troubles
    visitor.close()

    assert (found, troubles) == ([], [])
    assert (wide, rows) == (width, 5)


def test_bars_say_what_the_numbers_say(browser, published):
    """Every bar stands where its figures say, and the order is that of the API."""
    visitor = Visitor(browser, published.url)
    visitor.go("/ko/standings")
    known = visitor.page.request.get(f"{published.url}/api/standings").json()["contestants"]
    marks = visitor.page.eval_on_selector_all(".bar-mark", "all => all.map((one) => +one.getAttribute('x1'))")
    names = visitor.page.locator("#outcome .bars strong").all_inner_texts()
    visitor.close()

    ratings = [row["rating"] for row in known]
    scale = (marks[0] - marks[-1]) / (ratings[0] - ratings[-1])
    assert names == [row["name"] for row in known]
    assert marks == pytest.approx([marks[0] + scale * (one - ratings[0]) for one in ratings], abs=2)


def test_to_take_along(published):
    """Sheet and drawing are there to download; the drawing runs nothing and holds its figures as text."""
    sheet = httpx.get(f"{published.url}/api/standings.csv")
    drawing = httpx.get(f"{published.url}/api/standings.svg?language=en")

    assert sheet.content.startswith(b"\xef\xbb\xbfrank,team,contestant,points")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "95 % interval" in drawing.text
    assert "<script" not in drawing.text


def test_sealed(guest, site):
    """While standings are sealed there are no bars, no sheet and no drawing."""
    guest.go("/ko/standings")
    guest.settled()
    refused = [
        guest.page.request.get(f"{site.url}/api/standings{kind}").status for kind in ("", ".csv", ".svg")
    ]

    assert guest.page.locator("#outcome").count() == 0
    assert refused == [403, 403, 403]
