"""What several sections of the report write in one way."""

from arena.reporting.analysis import Analysis
from arena.reporting.blocks import Drawn
from arena.reporting.drawings import drawing, reading_of, title_of

MOST_ABREAST = 6
"""Up to so many contestants a table holds a column for each."""


def span(low: int, high: int) -> str:
    """Write the possible ranks."""
    return f"{low}위" if low == high else f"{low}–{high}위"


def drawn(found: Analysis, name: str, told: str) -> Drawn:
    """Give a drawing with how to read it; `told` is what it shows, for those who do not see it."""
    title = title_of(name)
    return Drawn(name, drawing(found, name, "svg"), title, reading_of(name), f"{title}: {told}")
