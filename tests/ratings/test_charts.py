"""Charts of the standings: files that are the same each time and say what they show."""

import subprocess
import sys
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import pytest

from ratings.chart_words import TITLE
from ratings.charts import CHARTS, as_page, rendered, write
from ratings.counts import tally
from ratings.simulate import World, plan, play
from ratings.standings import Rated, rated

SVG = "{http://www.w3.org/2000/svg}"


def played(*names: str, battles: int = 1_500) -> Rated:
    chance = Random(1)
    world = World({name: 0.5 - 0.3 * place for place, name in enumerate(names)})
    turns = plan(chance, battles=battles, voters=100)
    return rated(tally(vote.as_row() for vote in play(chance, world, turns)))


@pytest.fixture(scope="module")
def found() -> Rated:
    return played("가람", "나래", "라온 $2$", "ce\x1bdar")


def texts(svg: bytes) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_files(found: Rated, tmp_path: Path):
    """Each chart is there as SVG and PNG, and one page holds them all."""
    written = write(found, tmp_path / "new" / "folder")

    names = {path.name for path in written}
    assert names == {f"{chart.name}.{kind}" for chart in CHARTS for kind in ("svg", "png")} | {"charts.html"}
    for path in written:
        assert path.stat().st_size > 0
    assert (tmp_path / "new/folder/forest.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("chart", CHARTS, ids=[chart.name for chart in CHARTS])
def test_same_bytes(found: Rated, chart, kind: str):
    """The same standings make the same bytes: no dates, no random ids."""
    assert rendered(chart, found, "ko", kind) == rendered(chart, found, "ko", kind)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("chart", CHARTS, ids=[chart.name for chart in CHARTS])
def test_text_is_text(found: Rated, chart, language: str):
    """Names and figures stand in the SVG as text; nothing in a name is a formula or a control."""
    said = texts(rendered(chart, found, language, "svg"))

    assert chart.words[language].title in said
    assert {"가람", "나래", "라온 $2$", "ce?dar"} <= set(said)


def test_forest_says_its_figures(found: Rated):
    """The forest plot says the rating, its interval and the possible ranks of each contestant."""
    said = texts(rendered(CHARTS[0], found, "en", "svg"))

    row = found.standings.rows[0]
    figures = f"{row.rating:.0f} ({row.lower:.0f}–{row.upper:.0f})"
    assert any(figures in text and "rank" in text for text in said)


def test_chances_are_never_rounded_to_certainty():
    """A chance that is not nothing and not all is written as neither."""
    found = played("x", "y", "z", battles=700)

    said = set(texts(rendered(CHARTS[1], found, "en", "svg")))

    chances = found.ranks.chances
    assert ("<1" in said) == bool(((chances > 0) & (chances < 0.005)).any())
    assert (">99" in said) == bool(((chances >= 0.995) & (chances < 1)).any())


def test_far_apart():
    """Where a rank is certain, one number says so."""
    found = played("x", "y", "z", battles=9_000)

    said = texts(rendered(CHARTS[0], found, "en", "svg"))

    assert [text.rsplit(maxsplit=1)[-1] for text in said if "rank" in text] == ["1", "2", "3"]


def test_page(found: Rated):
    """The page fetches nothing, names every chart for those who listen, and has no id twice."""
    page = as_page(found, "ko")

    assert "<script" not in page
    assert "<link" not in page
    assert f"<title>{TITLE['ko']}</title>" in page
    ids = [part.split('"', 1)[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    for chart in CHARTS:
        assert f'aria-label="{chart.words["ko"].title}"' in page
        assert f"<figcaption>{chart.words['ko'].reading}</figcaption>" in page


def test_many_contestants():
    """With very many contestants the fields hold shades and no figures."""
    found = played(*(f"c{n:02}" for n in range(31)), battles=4_000)

    said = texts(rendered(CHARTS[2], found, "en", "svg"))

    assert len(said) == 1 + 2 * 31


def test_without_matplotlib():
    """Without matplotlib the refusal names it and how to get it."""
    code = "import sys; sys.modules['matplotlib'] = None; from ratings import charts"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "MissingLibrary: charts need matplotlib: pip install 'blind-arena[charts]'" in run.stderr
