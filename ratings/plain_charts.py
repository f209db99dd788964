"""Plain charts drawn as files, SVG or PNG: the same bytes each time, told by pattern and number.

Raises on import:
    MissingLibrary: matplotlib is not installed.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ratings.charts import DPI, FAINT, INK, METADATA, SPARE, STYLE, label, taken
from ratings.plain_specs import Bars, Chart, Field, Intervals

FILLS = ("#33507f", "#9db2d9", "#dfe6f3", "#5b5d61", "#b5b2aa", "#e7e3da")
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
MOST_LABELS = 12
LIGHTEST, DARKEST = 0.0, 2.0
"""Numbers take the light half of the shades, so that dark figures stay legible."""


def drawn(chart: Chart, title: str, kind: str, font: Path) -> bytes:
    """Draw a chart as "svg" or "png", set in the file of a `font`."""
    style = {**STYLE, "font.family": [taken(font), SPARE]}
    with mpl.rc_context(style):  # type: ignore[arg-type]  # the stubs want names as literals
        figure = Figure(figsize=_size(chart), layout="constrained")
        axes = figure.add_subplot()
        _DRAW[type(chart)](axes, chart)
        axes.set_title(label(title), loc="left", pad=12)
        content = BytesIO()
        figure.savefig(content, format=kind, dpi=DPI, metadata=METADATA[kind])
    return content.getvalue()


def _size(chart: Chart) -> tuple[float, float]:
    if isinstance(chart, Field):
        return 3.2 + 0.9 * len(chart.columns), 2.0 + 0.6 * len(chart.rows)
    if isinstance(chart, Bars) and not chart.lying:
        return 9.0, 4.5
    return 9.0, 1.8 + 0.45 * len(chart.labels)


def _bars(axes: Axes, chart: Bars) -> None:
    places, base = np.arange(len(chart.labels)), np.zeros(len(chart.labels))
    for number, (name, values) in enumerate(chart.series.items()):
        look: dict[str, Any] = {
            "color": FILLS[number % len(FILLS)],
            "hatch": HATCHES[number % len(HATCHES)],
            "edgecolor": INK,
            "linewidth": 0.6,
            "label": label(name),
        }
        if chart.lying:
            axes.barh(places, values, left=base, **look)
        else:
            axes.bar(places, values, bottom=base, **look)
        base = base + np.asarray(values, dtype=float)
    if len(chart.series) > 1:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    named = [label(one) for one in chart.labels]
    if chart.lying:
        axes.set_yticks(places, named)
        axes.invert_yaxis()
        axes.set_xlabel(label(chart.across))
    else:
        every = max(1, -(-len(named) // MOST_LABELS))
        axes.set_xticks(places[::every], named[::every], rotation=45, ha="right", rotation_mode="anchor")
        axes.set_ylabel(label(chart.across))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _field(axes: Axes, chart: Field) -> None:
    numbers = np.array(
        [[np.nan if one is None else float(one) for one in row] for row in chart.numbers], dtype=float
    )
    most = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 1.0
    axes.imshow(numbers, cmap="Blues", vmin=LIGHTEST * most, vmax=DARKEST * max(most, 1.0), aspect="equal")
    for (row, column), number in np.ndenumerate(numbers):
        if np.isfinite(number):
            axes.text(column, row, f"{number:,.0f}", ha="center", va="center", size=10)
    axes.set_yticks(np.arange(len(chart.rows)), [label(one) for one in chart.rows])
    across = [label(one) for one in chart.columns]
    axes.set_xticks(np.arange(len(across)), across, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_ylabel(label(chart.down))
    axes.set_xlabel(label(chart.across))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _intervals(axes: Axes, chart: Intervals) -> None:
    for place, (value, lower, upper) in enumerate(chart.values):
        axes.plot([lower, upper], [place, place], color=INK, linewidth=2, solid_capstyle="butt")
        axes.plot([value], [place], "s", color=INK, markersize=8)
    axes.axvline(chart.mark, color=FAINT, linewidth=1, linestyle=":", zorder=0)
    axes.set_yticks(np.arange(len(chart.labels)), [label(one) for one in chart.labels])
    axes.set_ylim(max(len(chart.labels), 1) - 0.5, -0.5)
    axes.set_xlabel(label(chart.across))


_DRAW: dict[type[Chart], Callable[[Axes, Any], None]] = {Bars: _bars, Field: _field, Intervals: _intervals}
