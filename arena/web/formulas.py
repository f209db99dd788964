r"""Formulas: between `$`, `$$`, `\( \)` or `\[ \]`, LaTeX from hostile text becomes MathML, or nothing.

Rule 1: the size and the nesting of a source are bounded before it is parsed; the parser bounds neither.
Rule 2: a formula that is a block of its own ends at a blank line at the latest.
Rule 3: what stands in a formula is what is shown: nothing is defined, decoded, or left out in it. A source
        that does so could put a masked name together, or grow without bounds, and is shown as it is.
"""

import re
from functools import lru_cache

from latex2mathml import exceptions
from latex2mathml.converter import convert
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

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


_REFUSED = re.compile(
    r"\\(?:def|newcommand|newenvironment|DeclareMathOperator|unicode|mathchoice|href|style|class|genfrac|skew"
    r"|rule|kern|mkern|hskip|mskip|mspace|raise|lower|moveleft|moveright|above|abovewithdelims|smash"
    r"|colorbox|fcolorbox|root|uproot|leftroot)(?![A-Za-z])"
    r"|(?<!\\)(?:\\\\)*%"
)
"""Commands of the parser that break Rule 3, and comments. Others with words that are not shown (`\\color`,
`\\hspace`, `\\phantom`, `\\begin`) are common in answers; masking knows them."""

_BLOCK = {"$$": "$$", "\\[": "\\]"}
_INLINE = (
    (re.compile(rf"\$\$(?!\$)((?:[^$\\]|\\.){{1,{MAX_SOURCE}}})\$\$", re.DOTALL), True),
    (re.compile(rf"\\\[(.{{1,{MAX_SOURCE}}}?)\\\]", re.DOTALL), True),
    (re.compile(rf"\$(?![\s$])((?:[^$\\\n]|\\.){{1,{MAX_SOURCE}}})(?<!\s)\$(?!\d)"), False),
    (re.compile(rf"\\\((.{{1,{MAX_SOURCE}}}?)\\\)", re.DOTALL), False),
)


@lru_cache(maxsize=512)
def mathml(source: str, *, display: bool) -> str | None:
    """Give the MathML of a formula, not yet sanitised; None if it cannot be read or is too large."""
    if len(source) > MAX_SOURCE or _depth(source) > MAX_DEPTH or _REFUSED.search(source):
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


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def _formula_end(state: StateBlock, start: int, end: int, closing: str) -> int | None:
    """Find the line that closes a formula; `end` if the text stops before; None if a blank line is first."""
    for number in range(start, end):
        line = _line(state, number)
        if not line or state.sCount[number] < state.blkIndent:
            return None
        body = line[2:] if number == start else line
        if closing in body:
            return number if body.endswith(closing) and body.count(closing) == 1 else None
    return end


def formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls rules so
    """Read a formula that is a block of its own (a block rule of markdown-it)."""
    closing = _BLOCK.get(_line(state, start)[:2])
    if closing is None or state.is_code_block(start):
        return False
    if silent:
        return (
            True  # even if no formula comes of it: whether a paragraph ends here must not hang on later lines
        )
    last = _formula_end(state, start, end, closing)
    if last is None:
        return False
    source = state.getLines(start, min(last + 1, end), state.blkIndent, keepLastLF=False).strip()
    token = state.push("formula", "math", 0)
    token.block = True
    token.content = source[2:].removesuffix(closing).strip()
    token.markup = source if last == end else ""
    token.meta = {"display": True}
    token.map = [start, min(last + 1, end)]
    state.line = min(last + 1, end)
    return True


def formula_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls rules so
    """Read a formula inside a line (an inline rule of markdown-it)."""
    if state.src[state.pos] not in "$\\":
        return False
    for pattern, display in _INLINE:
        found = pattern.match(state.src, state.pos, state.posMax)
        if found is None:
            continue
        if not silent:
            token = state.push("formula", "math", 0)
            token.content = found[1].strip()
            token.meta = {"display": display}
        state.pos = found.end()
        return True
    return False
