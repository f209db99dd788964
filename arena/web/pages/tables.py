"""Tables and figures as Markdown; a foreign text in them means nothing to Markdown."""

from collections.abc import Iterable, Sequence

from arena.web.pages.build import plain

NOTHING = "–"


def table(heads: str, rows: Iterable[Sequence[str]], *, figures: bool = False) -> str:
    """Write a table, its heads parted by bars; `figures` stand to the right, but for the first column."""
    names = heads.split("|")
    lines = [names, ["---", *["---:" if figures else "---"] * (len(names) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def titled(title: str, *parts: str) -> str:
    """Write parts under a title; those that are empty are left out."""
    return "\n\n".join([f"## {title}", *(part for part in parts if part)])


def listed(points: Iterable[str]) -> str:
    """Write a list."""
    return "\n".join(f"- {point}" for point in points)


def number(value: float | None) -> str:
    """Write a whole number, or that there is none."""
    return NOTHING if value is None else f"{value:,.0f}"


def shortened(text: str, most: int) -> str:
    """Write the beginning of a foreign text."""
    line = " ".join(text.split())
    return plain(line if len(line) <= most else line[: most - 1] + "…")
