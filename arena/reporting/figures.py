"""Figures of an analysis for a page (plotly); what each shows, a table beside it says too.

Nothing is told by colour alone, and all of it is legible in grey.
"""

from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go  # type: ignore[import-untyped]  # it carries no types

from arena.ledger.checks import Words
from arena.reporting.analysis import Analysis

INK, FAINT = "#1d2430", "#b9b4a8"
SHADES = [[0.0, "#ffffff"], [1.0, "#8fa6cf"]]
"""From white to a blue that dark figures stay legible on, in grey too."""

FONTS = "Noto Sans KR, Malgun Gothic, Apple SD Gothic Neo, sans-serif"
RATING = Words("평점 (평균 1000)", "rating (the mean is 1000)")
RANK = Words("순위", "rank")
WIDEST_LABEL = 24


def forest(found: Analysis, language: str) -> go.Figure:
    """Draw ratings with their intervals, the best on top."""
    rows, labels = found.standings.rows, _labels(found)
    figure = go.Figure(
        go.Scatter(
            x=[row.rating for row in rows],
            y=labels,
            mode="markers",
            marker={"symbol": "square", "size": 11, "color": INK},
            error_x={
                "array": [row.upper - row.rating for row in rows],
                "arrayminus": [row.rating - row.lower for row in rows],
                "color": INK,
                "thickness": 2,
            },
            hovertemplate="%{y}: %{x:.0f}<extra></extra>",
        )
    )
    figure.add_vline(x=1000, line={"color": FAINT, "width": 1})
    figure.update_xaxes(title=RATING.said(language))
    return _laid_out(figure, len(rows), autorange="reversed")


def ranks(found: Analysis, language: str) -> go.Figure:
    """Draw the chance of each rank as shades with their percent."""
    places = [str(rank) for rank in range(1, len(found.lines) + 1)]
    figure = _field([line.chances for line in found.lines], places, _labels(found))
    figure.update_xaxes(title=RANK.said(language), type="category")
    return _laid_out(figure, len(places), autorange="reversed")


def pairs(found: Analysis, _language: str) -> go.Figure:
    """Draw the chance that row beats column as shades with their percent."""
    ids = [one.id for one in found.entrants]
    chances = [[None if a == b else found.meetings[a, b].expected for b in ids] for a in ids]
    return _laid_out(_field(chances, _labels(found), _labels(found)), len(ids), autorange="reversed")


FIGURES: Mapping[str, Callable[[Analysis, str], go.Figure]] = {
    "forest": forest,
    "ranks": ranks,
    "pairs": pairs,
}


def _field(shares: Sequence[Sequence[float | None]], across: Sequence[str], down: Sequence[str]) -> go.Figure:
    said = [["" if share is None else f"{100 * share:.0f}" for share in row] for row in shares]
    return go.Figure(
        go.Heatmap(
            z=shares,
            x=across,
            y=down,
            text=said,
            texttemplate="%{text}",
            textfont={"color": INK},
            zmin=0.0,
            zmax=1.0,
            colorscale=SHADES,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="%{y} · %{x}: %{text} %<extra></extra>",
        )
    )


def _labels(found: Analysis) -> list[str]:
    """Give labels that plotly shows as they are: it reads a few tags in texts."""
    return [_short(one.label).replace("<", "‹").replace(">", "›") for one in found.entrants]


def _short(label: str) -> str:
    return label if len(label) <= WIDEST_LABEL else f"{label[:WIDEST_LABEL]}…"


def _laid_out(figure: go.Figure, size: int, *, autorange: str) -> go.Figure:
    figure.update_yaxes(autorange=autorange, automargin=True, ticksuffix="  ")
    figure.update_xaxes(automargin=True)
    figure.update_layout(
        template="none",
        height=150 + 46 * size,
        margin={"l": 20, "r": 20, "t": 40, "b": 60},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        font={"family": FONTS, "size": 14, "color": INK},
        showlegend=False,
    )
    return figure
