"""Formulas: LaTeX from hostile text becomes MathML, or nothing.

The size and the nesting of a source are bounded before it is parsed, because the parser bounds neither.
"""

from functools import lru_cache

from latex2mathml import exceptions
from latex2mathml.converter import convert

MAX_SOURCE = 1_000
"""The longest formula, in characters."""

MAX_DEPTH = 24
"""The deepest nesting of braces."""

CANNOT: tuple[type[Exception], ...] = (
    *(
        error
        for error in vars(exceptions).values()
        if isinstance(error, type) and issubclass(error, Exception)
    ),
    LookupError,  # the parser indexes past the end of a cut source
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
    RuntimeError,
    StopIteration,  # a \left whose \right is not there
)
"""What the parser raises for a source that it cannot read; its own errors have no common base."""


@lru_cache(maxsize=512)
def mathml(source: str, *, display: bool) -> str | None:
    """Give the MathML of a formula, not yet sanitised; None if it cannot be read or is too large."""
    if len(source) > MAX_SOURCE or _depth(source) > MAX_DEPTH:
        return None
    try:
        return str(convert(source, display="block" if display else "inline"))
    except CANNOT:
        return None


def _depth(source: str) -> int:
    deepest = depth = 0
    for char in source:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest
