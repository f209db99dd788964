"""Tables of an analysis as Markdown: each row has its cells, and no name is read as anything but a name."""

from dataclasses import replace
from decimal import Decimal

import pytest
from markdown_it import MarkdownIt

from arena.contest.roster import Roster
from arena.reporting.analysis import analyse
from arena.reporting.composite import composite
from arena.reporting.given import Given, Part
from arena.web.pages import analysis_tables as tables
from arena.web.text import CONSOLES
from tests.reporting.rounds import columns

HOSTILE = ("a | b", "<script>alert(1)</script>", "[x](http://example.org)", "**굵게**", "줄\n바꿈")


@pytest.fixture
def hostile(contest):
    """A contest whose teams are named like markup."""
    named = [
        replace(one, team=name, name=name)
        for one, name in zip(contest.roster.contestants, HOSTILE, strict=True)
    ]
    return replace(contest, roster=Roster(tuple(named)))


def written(contest, language):
    """Every table of an analysis."""
    found, t = analyse(contest, columns(contest)), CONSOLES["evaluator"][language]
    given = Given({part: dict.fromkeys(contest.roster.ids, Decimal(20)) for part in Part})
    return {
        "ratings": tables.ratings(found, t),
        "points": tables.points(found, contest, t),
        "pairs": tables.pairs(found, t),
        "parts": tables.parts(found, found.categories, t, tables.categories(language)),
        "sensitivity": tables.sensitivity(found, t, language),
        "goodness": tables.goodness(found.findings, t, language),
        "whole": tables.whole(composite(contest.rules, found, given), contest, t),
    }


@pytest.mark.parametrize("language", ["ko", "en"])
def test_rows(contest, language):
    """Every row of every table has as many cells as its head."""
    for text in written(contest, language).values():
        widths = {line.count("|") for line in text.splitlines()}
        assert len(widths) == 1


def test_hostile_names(hostile):
    """Names that are markup make no element but the table's own, and no further cell."""
    for text in written(hostile, "ko").values():
        html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
        assert "<script" not in html
        assert "<a " not in html
        assert len({line.count("|") for line in text.splitlines()}) == 1
