"""Plain charts as files: the same each time, their words as text, their numbers in the fields."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pylopdf_fonts_ko
import pytest

from ratings.plain_charts import drawn
from ratings.plain_specs import Bars, Field, Intervals

SVG = "{http://www.w3.org/2000/svg}"
FONT = Path(pylopdf_fonts_ko.sans_path())
LONG = [f"11-{day:02}" for day in range(1, 31)]

CHARTS = {
    "standing": Bars(LONG, {"열린 트랙": list(range(30))}, "표"),
    "lying": Bars(["법", "의료 $x$"], {"하나": [1, 2], "둘": [3, 0]}, "표", lying=True),
    "field": Field(["가", "나"], ["가", "나"], [[None, 1200], [7, None]], "A 자리", "B 자리"),
    "intervals": Intervals(["가", "나"], [(0.1, 0.0, 0.2), (-0.1, -0.3, 0.1)], "지수", 0.0),
}
EMPTY = {
    "bars": Bars((), {}, "표"),
    "field": Field(["가"], ["나"], [[None]], "A", "B"),
    "intervals": Intervals((), (), "지수", 0.0),
}


def texts(svg: bytes) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_bytes(name, kind):
    """A chart drawn twice is the same file."""
    assert drawn(CHARTS[name], "제목", kind, FONT) == drawn(CHARTS[name], "제목", kind, FONT)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("standing", {"제목", "표", "11-01"}),
        ("lying", {"제목", "법", "의료 $x$", "하나", "둘"}),
        ("field", {"제목", "1,200", "7", "A 자리", "B 자리"}),
        ("intervals", {"제목", "가", "나", "지수"}),
    ],
)
def test_words_stay_text(name, said):
    """What a chart says can be searched and read aloud; no label is a formula."""
    assert said <= set(texts(drawn(CHARTS[name], "제목", "svg", FONT)))


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_draw(name):
    """A chart of nothing knows that it is empty, and is a file all the same."""
    assert EMPTY[name].is_empty
    assert drawn(EMPTY[name], "제목", "png", FONT).startswith(b"\x89PNG")


def test_something_to_draw():
    """A chart with something in it is not empty."""
    assert not any(chart.is_empty for chart in CHARTS.values())
