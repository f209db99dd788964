"""Charts of the standings: a forest plot, the chances of each rank, and the matrix of all pairs.

SVG, PNG, and a page of HTML that holds all three with one line each on how to read them. The bytes are the
same each time: no dates, no random ids; text in SVG stays text, so that it can be read aloud and searched.

Nothing is told by colour alone: shapes, numbers and shades from light to dark say the same in grey.

Raises on import:
    MissingLibrary: matplotlib is not installed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np

from ratings.chart_words import FOREST, PAGE_HEAD, PAIRS, RANKS, TITLE, Words
from ratings.counts import FloatArray
from ratings.errors import MissingLibrary
from ratings.ranks import BoolArray
from ratings.standings import CENTRE, Rated, Row

try:
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import fontManager, get_font
    from matplotlib.patches import Rectangle
except ImportError as error:  # pragma: no cover - a test runs it, in a process without matplotlib
    raise MissingLibrary("charts need matplotlib: pip install 'blind-arena[charts]'") from error

FONTS = (
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "Noto Sans KR",
    "NanumGothic",
    "Malgun Gothic",
    "DejaVu Sans",
)
"""Those that are installed are used, in this order; an SVG also lets the reader's machine choose."""

SPARE = "DejaVu Sans"
"""What draws letters that a given font has not; matplotlib brings it along."""

INK, FAINT = "#1a1a1a", "#b0b0b0"
SHADES, LIGHTEST, DARKEST = "Blues", 0.0, 2.0
"""Shares of 0 to 1 take the light half of the shades, so that dark figures stay legible, in grey too."""

MOST_NUMBERED = 30
"""Up to so many contestants the numbers fit into their fields."""

STYLE: dict[str, object] = {
    "svg.hashsalt": "ratings",
    "svg.fonttype": "none",
    "axes.edgecolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
DPI = 150


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its file name, how it is drawn, and its words by language."""

    name: str
    draw: Callable[[Axes, Rated, Words], None]
    words: dict[str, Words]
    size: Callable[[int], tuple[float, float]]


def write(found: Rated, folder: Path, *, language: str = "ko", font: Path | None = None) -> tuple[Path, ...]:
    """Write every chart as SVG and PNG, and the page, into a `folder` that is made if need be.

    `language` is that of the words, "ko" or "en"; `font` as for `rendered`. Returns the paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for chart in CHARTS:
        for kind in ("svg", "png"):
            path = folder / f"{chart.name}.{kind}"
            path.write_bytes(rendered(chart, found, language, kind, font))
            written.append(path)
    page = folder / "charts.html"
    page.write_text(as_page(found, language, font), encoding="utf-8", newline="\n")
    return (*written, page)


def rendered(chart: Chart, found: Rated, language: str, kind: str, font: Path | None = None) -> bytes:
    """Draw one chart as "svg" or "png".

    With the file of a `font` the bytes are the same on every machine; without, those fonts are used that
    are installed.
    """
    style = {**STYLE, "font.family": _fonts() if font is None else [taken(font), SPARE]}
    with mpl.rc_context(style):  # type: ignore[arg-type]  # the stubs want names as literals
        figure = Figure(figsize=chart.size(len(found.standings.rows)), layout="constrained")
        axes = figure.add_subplot()
        words = chart.words[language]
        chart.draw(axes, found, words)
        weight = "bold" if font is None else "normal"  # a font that is given has one weight
        axes.set_title(words.title, loc="left", fontweight=weight, pad=12)
        axes.set_xlabel(words.across)
        content = BytesIO()
        figure.savefig(content, format=kind, dpi=DPI, metadata=METADATA[kind])
    return content.getvalue()


METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


def as_page(found: Rated, language: str, font: Path | None = None) -> str:
    """Write the page: every chart as SVG inside it, with a line on how to read it."""
    parts = StringIO()
    parts.write(PAGE_HEAD.format(language=language, title=escape(TITLE[language])))
    for chart in CHARTS:
        words = chart.words[language]
        svg = rendered(chart, found, language, "svg", font)
        drawing = within_page(svg.decode(), chart.name, words.title)
        parts.write(f"<figure>\n{drawing}<figcaption>{escape(words.reading)}</figcaption>\n</figure>\n")
    parts.write("</main>\n</html>\n")
    return parts.getvalue()


def within_page(svg: str, name: str, title: str) -> str:
    """Make an SVG file a part of a page: no XML heading, ids of its own, and a name read aloud."""
    for sign in ('id="', "url(#", 'href="#'):
        svg = svg.replace(sign, f"{sign}{name}-")
    return svg[svg.index("<svg") :].replace("<svg", f'<svg role="group" aria-label="{escape(title)}"', 1)


@cache
def taken(font: Path) -> str:
    """Take a font into use and give its name; what an installed one of that name is like does not matter."""
    fontManager.ttflist[:] = [one for one in fontManager.ttflist if one.name != get_font(font).family_name]
    fontManager.addfont(font)
    return get_font(font).family_name


def _fonts() -> list[str]:
    installed = {font.name for font in fontManager.ttflist}
    return [*(name for name in FONTS if name in installed), "sans-serif"]


def label(name: str) -> str:
    """Make a name safe to draw: no control characters, and a dollar sign that starts no formula."""
    return "".join(letter if letter.isprintable() else "?" for letter in name).replace("$", r"\$")


def _forest(axes: Axes, found: Rated, words: Words) -> None:
    rows = found.standings.rows
    places = np.arange(len(rows))
    for place, row in zip(places, rows, strict=True):
        axes.plot([row.lower, row.upper], [place, place], color=INK, linewidth=2, solid_capstyle="butt")
        said = f"{row.rating:.0f} ({row.lower:.0f}–{row.upper:.0f})   {words.figures} {_span(row)}"
        axes.annotate(said, (1.02, place), xycoords=("axes fraction", "data"), va="center", size=10)
    axes.plot([row.rating for row in rows], places, "s", color=INK, markersize=8)
    axes.axvline(CENTRE, color=FAINT, linewidth=1, zorder=0)
    axes.set_yticks(places, [label(row.name) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def _span(row: Row) -> str:
    return f"{row.rank_low}" if row.rank_low == row.rank_high else f"{row.rank_low}–{row.rank_high}"


def _rank_chances(axes: Axes, found: Rated, _: Words) -> None:
    order = _order(found)
    possible = np.array(
        [[row.rank_low <= rank <= row.rank_high for rank in _ranks(found)] for row in found.standings.rows]
    )
    _field(axes, found, found.ranks.chances[order], possible)
    axes.set_xticks(np.arange(len(order)), [str(rank) for rank in _ranks(found)])


def _pairs(axes: Axes, found: Rated, _: Words) -> None:
    order = _order(found)
    among = np.ix_(order, order)
    chances = found.strengths.chances()[among].copy()
    np.fill_diagonal(chances, np.nan)
    _field(axes, found, chances, found.ranks.better[among])
    names = [label(row.name) for row in found.standings.rows]
    axes.set_xticks(np.arange(len(order)), names, rotation=45, ha="right", rotation_mode="anchor")


def _field(axes: Axes, found: Rated, shares: FloatArray, framed: BoolArray) -> None:
    """Draw shares as shades from white to dark with their percent, and a frame around some."""
    axes.imshow(shares, cmap=SHADES, vmin=LIGHTEST, vmax=DARKEST, aspect="equal")
    for (row, column), share in np.ndenumerate(shares):
        if np.isfinite(share) and len(shares) <= MOST_NUMBERED:
            axes.text(column, row, _percent(share), ha="center", va="center", size=10)
        if framed[row, column]:
            corner = (column - 0.45, row - 0.45)
            axes.add_patch(Rectangle(corner, 0.9, 0.9, fill=False, edgecolor=INK, linewidth=1.8))
    axes.set_yticks(np.arange(len(shares)), [label(row.name) for row in found.standings.rows])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _percent(share: float) -> str:
    """Write a share in percent; what is not nothing and not all is never written so."""
    if 0.0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1.0 else f"{100 * share:.0f}"


def _order(found: Rated) -> list[int]:
    return [found.strengths.names.index(row.name) for row in found.standings.rows]


def _ranks(found: Rated) -> range:
    return range(1, len(found.standings.rows) + 1)


CHARTS = (
    Chart(
        "forest",
        _forest,
        FOREST,
        lambda size: (9.0, 1.6 + 0.45 * size),
    ),
    Chart(
        "ranks",
        _rank_chances,
        RANKS,
        lambda size: (2.6 + 0.75 * size, 1.6 + 0.75 * size),
    ),
    Chart(
        "pairs",
        _pairs,
        PAIRS,
        lambda size: (3.2 + 0.75 * size, 2.4 + 0.75 * size),
    ),
)
"""The charts in the order of the page."""
