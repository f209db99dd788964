"""Plain charts for the consoles: bars, fields of numbers, intervals; legible in grey, read without colour.

Bars of several series differ by pattern as well as by shade, fields bear their numbers, intervals their ends.
"""

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly brings no types

from arena.reporting.drawings import FONT, one_at_a_time
from ratings.plain_charts import drawn
from ratings.plain_specs import Bars, Chart, Field, Intervals

INK, PAPER, FAINT, GRID = "#1d2430", "#ffffff", "#545c69", "#dcd7cb"
"""Ink on paper, on dark pages too: shades and numbers stay as they are meant."""
SHADES = ("#22396b", "#6c8ac4", "#b9c8e6", "#454a53", "#a9a69d", "#dcd7cb")
PATTERNS = ("", "/", ".", "x", "\\", "+")
MOST_NUMBERED = 12
"""Up to so many rows and columns the fields bear their numbers."""


def drawing(chart: Chart, title: str, kind: str) -> bytes:
    """Draw a chart as a file, "svg" or "png"."""
    with one_at_a_time:
        return drawn(chart, title, kind, FONT)


def figure(chart: Chart) -> go.Figure:
    """Draw a chart."""
    match chart:
        case Bars():
            made = _bars(chart)
        case Field():
            made = _field(chart)
        case Intervals():
            made = _intervals(chart)
    made.update_layout(
        template="none",
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        margin={"l": 16, "r": 16, "t": 24, "b": 16},
        font={"size": 14, "color": INK},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        dragmode=False,
        autosize=True,
    )
    made.update_xaxes(automargin=True, gridcolor=GRID, zeroline=False, rangemode="tozero")
    made.update_yaxes(automargin=True, gridcolor=GRID, zeroline=False, rangemode="tozero")
    return made


def _bars(chart: Bars) -> go.Figure:
    made = go.Figure()
    for place, (name, numbers) in enumerate(chart.series.items()):
        look = {
            "color": SHADES[place % len(SHADES)],
            "pattern": {"shape": PATTERNS[place % len(PATTERNS)], "solidity": 0.25},
            "line": {"color": INK, "width": 1},
        }
        across, up = (numbers, chart.labels) if chart.lying else (chart.labels, numbers)
        way = "h" if chart.lying else "v"
        made.add_bar(x=_texts(across), y=_texts(up), name=escape(name), marker=look, orientation=way)
    made.update_layout(barmode="stack", showlegend=len(chart.series) > 1)
    if chart.lying:
        made.update_yaxes(autorange="reversed", type="category")
        made.update_xaxes(title=chart.across, tickformat=",")
    else:
        made.update_xaxes(type="category", nticks=12)
        made.update_yaxes(title=chart.across, tickformat=",")
    return made


def _field(chart: Field) -> go.Figure:
    shown = len(chart.rows) <= MOST_NUMBERED
    made = go.Figure(
        go.Heatmap(
            x=_texts(chart.columns),
            y=_texts(chart.rows),
            z=[list(row) for row in chart.numbers],
            colorscale=[[0, "#ffffff"], [1, "#93aad6"]],
            showscale=False,
            texttemplate="%{z:,}" if shown else None,
            textfont={"color": "#121f3b"},
            xgap=2,
            ygap=2,
        )
    )
    made.update_yaxes(autorange="reversed", type="category", title=chart.down)
    made.update_xaxes(type="category", title=chart.across)
    return made


def _intervals(chart: Intervals) -> go.Figure:
    middles = [value for value, _, _ in chart.values]
    ends = {
        "type": "data",
        "symmetric": False,
        "array": [upper - value for value, _, upper in chart.values],
        "arrayminus": [value - lower for value, lower, _ in chart.values],
        "color": "#6c8ac4",
        "thickness": 2,
    }
    made = go.Figure(
        go.Scatter(
            x=middles,
            y=_texts(chart.labels),
            error_x=ends,
            mode="markers",
            marker={"symbol": "square", "size": 10, "color": "#6c8ac4"},
        )
    )
    made.add_vline(x=chart.mark, line={"color": FAINT, "dash": "dot"})
    made.update_yaxes(autorange="reversed", type="category")
    made.update_xaxes(title=chart.across)
    return made


def _texts(values: Sequence[str] | Sequence[float]) -> list[str | float]:
    """Write labels so that plotly, which reads some markup, gives none of theirs a meaning."""
    return [escape(value) if isinstance(value, str) else value for value in values]
