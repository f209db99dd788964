"""Replies are hostile text: Markdown in, HTML that a kept sanitiser cleaned out.

Rule 1: nothing leaves this module that `nh3` has not cleaned.
Rule 2: however a text is cut into deltas, its blocks are those of the whole text.
Rule 3: a finished block is rendered once; only the open one, the last, again.
"""

import re

import nh3
from markdown_it.token import Token
from pygments.token import STANDARD_TYPES

from arena.web.markdown import CLASS_PREFIX, align, demote, parser, words

GROWTH = 16
EAGER = 8_000
"""An open block of more characters is only rendered again when it has grown by one part in GROWTH."""

_MATH = words(
    "math mrow mi mn mo ms mspace mtext mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup "
    "munder mover munderover mmultiscripts mprescripts none mtable mtr mtd"
)
_TAGS = _MATH | words(
    "a blockquote br code del div em h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul"
)
_MATH_ATTRIBUTES = words(
    "accent accentunder columnalign columnlines depth display displaystyle fence form height largeop "
    "linethickness lspace mathcolor mathvariant maxsize minsize movablelimits notation rowlines rowspacing "
    "rspace scriptlevel separator stretchy symmetric voffset width"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "target"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex"},
} | {tag: set(_MATH_ATTRIBUTES) for tag in _MATH}
_CLASSES: dict[str, set[str]] = {
    "div": {"wide"},
    "td": {"left", "center", "right"},
    "th": {"left", "center", "right"},
    "span": {"picture"} | {CLASS_PREFIX + name for name in STANDARD_TYPES.values() if name},
}
_MATH_VALUE = re.compile(r"[+-]?\d{0,2}(\.\d{1,4})?(em|ex|px|pt|mu|%)?|[a-z][a-z -]{0,39}|#[0-9A-Fa-f]{3,8}")


def _kept(tag: str, _attribute: str, value: str) -> str | None:
    if tag in _MATH:
        return value if _MATH_VALUE.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags={"script", "style", "annotation", "annotation-xml"},
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow ugc",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    strip_comments=True,
)
_PARSER = parser()


def render(text: str) -> str:
    """Give the HTML of a whole reply."""
    blocks = Blocks()
    shown = dict(blocks.feed(text)) | dict(blocks.finish())
    return "\n".join(html for _, html in sorted(shown.items()) if html)


class Blocks:
    """The blocks of one growing reply; the open ones are those that a later line may still change."""

    def __init__(self) -> None:
        self._rest = ""
        self._first = 0
        self._above: list[int] = []
        self._open: dict[int, str] = {}
        self._rendered = 0
        self._new_line = False

    def feed(self, delta: str) -> list[tuple[int, str]]:
        """Take the next piece; give the blocks that changed, by index ("" for one that vanished)."""
        self._rest += _unified(delta)
        self._new_line |= "\n" in delta
        size = len(self._rest)
        if size > EAGER and size - self._rendered < size // GROWTH:
            return []
        changed = self._commit() if self._new_line else {}
        return sorted((changed | self._show(finished=False)).items())

    def finish(self) -> list[tuple[int, str]]:
        """Say that the reply is whole; give the blocks that changed."""
        return sorted(self._show(finished=True).items())

    def _commit(self) -> dict[int, str]:
        """Render for good all blocks but the last that stand on complete lines."""
        self._new_line = False
        groups = _groups(_PARSER.parse(self._rest[: self._rest.rindex("\n") + 1]))
        changed = {}
        for group in groups[:-1]:
            html = _html(group, self._above, finished=True)
            if self._open.pop(self._first, None) != html:
                changed[self._first] = html
            self._first += 1
        if len(groups) > 1:
            self._rest = self._rest[_offset(self._rest, _start(groups[-1])) :]
        return changed

    def _show(self, *, finished: bool) -> dict[int, str]:
        above = list(self._above)
        groups = _groups(_PARSER.parse(self._rest))
        now = {
            index: _html(group, above, finished=finished) for index, group in enumerate(groups, self._first)
        }
        vanished = {index: "" for index, html in self._open.items() if index not in now and html}
        changed = {index: html for index, html in now.items() if self._open.get(index) != html}
        self._open = self._open | now | vanished
        self._rendered = len(self._rest)
        return vanished | changed


def _unified(text: str) -> str:
    return text.replace("\r", "").replace("\0", "\ufffd")


def _groups(tokens: list[Token]) -> list[list[Token]]:
    """Cut tokens into top-level blocks."""
    groups: list[list[Token]] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            groups.append([])
        groups[-1].append(token)
    return groups


def _start(group: list[Token]) -> int:
    where = group[0].map
    if where is None:
        raise ValueError("a block without lines")
    return where[0]


def _offset(text: str, line: int) -> int:
    offset = 0
    for _ in range(line):
        offset = text.index("\n", offset) + 1
    return offset


def _html(group: list[Token], above: list[int], *, finished: bool) -> str:
    demote(group, above)
    align(group)
    return _CLEANER.clean(_PARSER.renderer.render(group, _PARSER.options, {"finished": finished})).strip()
