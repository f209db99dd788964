"""The charts of a round's health say what its tallies say."""

import json

import pytest

from arena.reporting.health import progress
from arena.reporting.health_charts import Wording, charts, serving_over_time
from arena.reporting.plain_figures import drawing, figure
from arena.store.health import What

IDS = ("one", "two")
NAMES = {"one": "하나", "two": "<a href='x'>둘</a>"}
WORDS = Wording({"open": "열린"}, {"law": "법"}, {"skipped": "건너뜀"}, "표", "백분율", "지수", "A", "B")
NOON = 1_796_094_000


@pytest.fixture
def found():
    """A round of a few votes, two hours with a gap between them."""
    tallies = {what: {} for what in What}
    tallies[What.HOUR] = {("open", NOON): 4, ("open", NOON + 7_200): 2}
    tallies[What.CATEGORY] = {("open", "law"): 5, ("open", "new"): 1}
    tallies[What.PAIR] = {("open", "one", "two"): 4, ("open", "two", "one"): 2}
    tallies[What.VOID] = {("open", "one", "two", "skipped"): 4}
    return progress(IDS, 10, tallies, {("open", "one", "one"): 1})


def test_over_time(found):
    """An hour without votes has its place, with nothing in it."""
    made = charts(found, None, NAMES, WORDS)["over_time"]

    assert list(made.series["열린"]) == [4, 0, 2]


def test_large_numbers_on_axes(found):
    """Thousands stand on the axes as they do in the tables, not as a k."""
    made = charts(found, None, NAMES, WORDS)

    assert figure(made["over_time"]).layout.yaxis.tickformat == ","
    assert figure(made["categories"]).layout.xaxis.tickformat == ","


def test_by_the_day(found):
    """Of a long round votes are shown by the day."""
    later = {("open", NOON + 10 * 86_400): 7}
    made = charts(
        progress(IDS, 10, {**{what: {} for what in What}, What.HOUR: {("open", NOON): 1, **later}}, {}),
        None,
        NAMES,
        WORDS,
    )["over_time"]

    assert len(made.labels) == 11
    assert sum(made.series["열린"]) == 8


def test_categories_and_pairs(found):
    """Categories, pairs and voids stand under their names; what has none stands for itself."""
    made = charts(found, None, NAMES, WORDS)

    assert list(made["categories"].labels) == ["법", "new"]
    assert made["exposure"].numbers == [[1, 8], [2, None]]
    assert made["voids"].series["건너뜀"] == [pytest.approx(36.36), pytest.approx(40)]
    assert made["blinding"].is_empty


def test_no_markup_in_figures(found):
    """A contestant's name is text in a figure, whatever it looks like."""
    said = figure(charts(found, None, NAMES, WORDS)["exposure"]).to_json()

    assert "<a href" not in json.dumps(json.loads(said), ensure_ascii=False)


@pytest.mark.parametrize("name", ["over_time", "categories", "exposure", "voids", "blinding"])
def test_files_and_figures(found, name):
    """Every chart is a figure and a file, whether there is something in it or not."""
    made = charts(found, None, NAMES, WORDS)[name]

    assert figure(made).to_json()
    assert b"<svg" in drawing(made, "제목", "svg")


def test_serving():
    """Requests over time stand under what became of them."""
    made = serving_over_time({NOON: (3, 1, 0)}, ("완료", "실패", "그만둠"), "요청")

    assert made.series == {"완료": [3], "실패": [1], "그만둠": [0]}
