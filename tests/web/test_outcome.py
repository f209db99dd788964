"""The published standings for lay readers: whatever the figures and names are, they stand as they are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.reporting.tally import Standing, Standings
from arena.web import outcome
from arena.web.text import standings as text

ROW = Standing("one", "수수깡", "뒤뜰", 0.0, 0.1, 1000.0, 980.0, 1020.0, 12.5, 11.0, 14.0, 50)


def standings(*rows):
    """Standings of these rows."""
    return Standings(rows=rows, votes=100, left_out=0, voters=10, document={})


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 500), st.floats(0, 500)), min_size=2, max_size=12))
def test_every_bar_is_on_the_scale(found):
    """Marks lie within their intervals, and intervals within the scale, for any ratings."""
    rows = [
        replace(ROW, rating=rating, lower=rating - below, upper=rating + above)
        for rating, below, above in sorted(found, reverse=True)
    ]

    for bar in outcome.bars(standings(*rows), "ko"):
        assert 0 <= bar.left <= bar.mark <= bar.left + bar.length <= outcome.WIDTH


def test_near():
    """A contestant is said to be near the one above where their intervals meet, and nowhere else."""
    rows = [
        replace(ROW, rating=1200.0, lower=1150.0, upper=1250.0),
        replace(ROW, rating=1110.0, lower=1070.0, upper=1150.0),
        replace(ROW, rating=1000.0, lower=950.0, upper=1069.0),
    ]

    assert [bar.near for bar in outcome.bars(standings(*rows), "en")] == [False, True, False]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("write", [outcome.markup, outcome.drawing])
def test_hostile_names(write, language):
    """A name that is markup stays a name, on the page and in the drawing."""
    row = replace(ROW, name="<script>alert(1)</script>", team='"/><image href="x"/>')

    written = write(standings(row, replace(ROW, rating=900.0, lower=880.0, upper=920.0)), language)

    assert "<script" not in written
    assert "<image" not in written
    assert "&lt;script&gt;" in written


def test_words():
    """Both languages say the same things."""
    assert text.KO.keys() == text.EN.keys()
