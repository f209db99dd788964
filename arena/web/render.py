"""Replies are hostile text: Markdown in, HTML that a kept sanitiser cleaned out.

Rule 1: nothing leaves this module that `nh3` has not cleaned.
Rule 2: however a text is cut into deltas, its blocks are those of the whole text.
Rule 3: a finished block is rendered once; only the open one, the last, again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import nh3
from markdown_it.token import Token
from pygments.token import STANDARD_TYPES

from arena.web.markdown import CLASS_PREFIX, align, demote, escaped, fill, parser, structure, words

EAGER, LEAST = 300, 12
"""An open block of at most EAGER characters is shown again when it has grown by LEAST; a new one at once."""

STEP, LONG_STEP = 6, 2
"""A longer one when it has grown by one part in STEP; from MAX_BLOCK characters on, in LONG_STEP."""

DENSE = 32
"""And by one character for every DENSE of the HTML that it was last shown as."""

MAX_BLOCK = 6_000
"""The longest block, in characters, that is more than plain text; code may be of any length."""

MAX_MARKS, MAX_BRACKETS = 400, 50
"""The most marks in one run of text, and the most `[`: for every `[` all that follows is read again."""

MAX_TEXT = 50_000
"""What follows the first MAX_TEXT characters of a reply is plain text."""

_BEGUN = re.compile(r"\n\n(?:[^\W\d_]|\*\*|#)[^\n]*\Z")
"""A last line that begins a block of its own, whatever is still to come on it."""

_MARK = re.compile(r"[\[\]`*_~$\\<!&]")
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
    "p": {"plain"},
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
        self._taken = 0
        self._rest = ""
        self._new: list[str] = []
        self._grown = 0
        self._beyond: list[str] = []
        self._first = 0
        self._above: list[int] = []
        self._open: dict[int, str] = {}

    def feed(self, delta: str) -> list[tuple[int, str]]:
        """Take the next piece; give the blocks that changed, by index ("" for one that vanished)."""
        self.take(delta)
        return self.show() if self.is_due else []

    def take(self, delta: str) -> None:
        """Take the next piece."""
        delta = _unified(delta)
        within = delta[: max(0, MAX_TEXT - self._taken)]
        self._taken += len(delta)
        self._new.append(within)
        self._beyond.append(delta[len(within) :])
        self._grown += len(delta)

    def show(self) -> list[tuple[int, str]]:
        """Give the blocks that changed since they were last given."""
        return self._changed(finished=False)

    def finish(self) -> list[tuple[int, str]]:
        """Say that the reply is whole; give the blocks that changed."""
        return self._changed(finished=True)

    @property
    def is_quick(self) -> bool:
        """Tell whether what has come is shown within a moment, because it only goes on with a short block."""
        return 0 < self._grown <= EAGER - self._before()

    @property
    def is_due(self) -> bool:
        """Tell whether so much has come that it is to be shown."""
        before = self._before()
        if before + self._grown <= EAGER:
            return self._grown >= LEAST or (self._grown > 0 and not self._open)
        step = STEP if before < MAX_BLOCK else LONG_STEP
        shown = sum(map(len, self._open.values()))
        return self._grown >= max(before // step, shown // DENSE)

    def _before(self) -> int:
        """Count the characters of the open blocks that have been shown."""
        return len(self._rest) + sum(map(len, self._beyond[:1]))

    def _changed(self, *, finished: bool) -> list[tuple[int, str]]:
        new = "".join(self._new)
        self._rest, self._new, self._grown = self._rest + new, [], 0
        self._beyond = ["".join(self._beyond)]
        begun = _BEGUN.search(self._rest) is not None
        committed = self._commit(begun=begun) if begun or "\n" in new else {}
        return sorted((committed | self._show(finished=finished)).items())

    def _commit(self, *, begun: bool) -> dict[int, str]:
        """Render for good all blocks but the last that stand on complete lines, or above a block begun."""
        sources = _sources(self._rest if begun else self._rest[: self._rest.rindex("\n") + 1])
        changed = {}
        for source in sources[:-1]:
            html = _html(source, self._above, finished=True)
            if self._open.pop(self._first, None) != html:
                changed[self._first] = html
            self._first += 1
        if len(sources) > 1:
            self._rest = self._rest[sources[-1].start :]
        return changed

    def _show(self, *, finished: bool) -> dict[int, str]:
        above = list(self._above)
        shown = [_html(source, above, finished=finished) for source in _sources(self._rest)]
        if self._beyond[0].strip():
            shown.append(_plain(self._beyond[0]))
        now = dict(enumerate(shown, self._first))
        vanished = {index: "" for index, html in self._open.items() if index not in now and html}
        changed = {index: html for index, html in now.items() if self._open.get(index) != html}
        self._open = self._open | now | vanished
        return vanished | changed


@dataclass(frozen=True, slots=True)
class Source:
    """A top-level block before anything inside its lines is read; `start` is its place in the text."""

    start: int
    text: str
    tokens: list[Token]


def _sources(text: str) -> list[Source]:
    """Cut a text into its top-level blocks."""
    groups: list[list[Token]] = []
    for token in structure(_PARSER, text):
        if token.level == 0 and token.nesting >= 0:
            groups.append([])
        groups[-1].append(token)
    starts = list(_offsets(text, [_line(group) for group in groups]))
    ends = [*starts[1:], len(text)][: len(starts)]
    return [
        Source(start, text[start:end].strip("\n"), group)
        for start, end, group in zip(starts, ends, groups, strict=True)
    ]


def _unified(text: str) -> str:
    return text.replace("\r", "").replace("\0", "\ufffd")


def _line(group: list[Token]) -> int:
    where = group[0].map
    if where is None:
        raise ValueError("a block without lines")
    return where[0]


def _offsets(text: str, lines: list[int]) -> Iterator[int]:
    """Give the places where lines of ascending numbers begin."""
    offset = at = 0
    for line in lines:
        for _ in range(line - at):
            offset = text.index("\n", offset) + 1
        at = line
        yield offset


def _html(source: Source, above: list[int], *, finished: bool) -> str:
    if _is_heavy(source):
        return _plain(source.text)
    fill(_PARSER, source.tokens)
    demote(source.tokens, above)
    align(source.tokens)
    return _clean(_PARSER.renderer.render(source.tokens, _PARSER.options, {"finished": finished}))


def _is_heavy(source: Source) -> bool:
    """Tell, by the text of a block alone, whether it would cost too much to be more than plain text."""
    if source.tokens[0].type in ("fence", "code_block"):
        return False
    if len(source.text.rstrip()) > MAX_BLOCK:
        return True
    return any(_is_dense(token.content) for token in source.tokens if token.type == "inline")


def _is_dense(line: str) -> bool:
    return line.count("[") > MAX_BRACKETS or len(_MARK.findall(line)) > MAX_MARKS


def _plain(text: str) -> str:
    return _clean(f'<p class="plain">{escaped(text.rstrip())}</p>')


def _clean(html: str) -> str:
    return _CLEANER.clean(html).strip()
