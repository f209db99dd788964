"""Drawings: the charts of an analysis as SVG and PNG, the same bytes on every machine."""

import threading
from pathlib import Path

import pylopdf_fonts_ko

from arena.reporting.analysis import Analysis
from arena.reporting.entrants import relabelled
from ratings import charts

FONT: Path = pylopdf_fonts_ko.sans_path()
"""Noto Sans KR: what the charts and the report are set in."""

NAMES = tuple(chart.name for chart in charts.CHARTS)
KINDS = ("svg", "png")
_CHARTS = {chart.name: chart for chart in charts.CHARTS}
one_at_a_time = threading.Lock()
"""The library keeps its style in one place for the whole process."""


def drawing(found: Analysis, name: str, kind: str, language: str = "ko") -> bytes:
    """Draw one of `NAMES` as one of `KINDS`, contestants named as people read them."""
    with one_at_a_time:
        return charts.rendered(_CHARTS[name], relabelled(found.rated, found.entrants), language, kind, FONT)


def inlined(svg: bytes, name: str, title: str) -> str:
    """Make a drawing a part of a page, with ids of its own and a name read aloud."""
    return charts.within_page(svg.decode(), name, title)


def title_of(name: str, language: str = "ko") -> str:
    """Name a drawing."""
    return _CHARTS[name].words[language].title


def reading_of(name: str, language: str = "ko") -> str:
    """Say in one line how to read a drawing."""
    return _CHARTS[name].words[language].reading
