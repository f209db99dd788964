r"""A reply read as letters, each with its place in the source, so that what is found can be taken out.

Law: a reading begins anew at any place that `cuttable` allows, and reads on as if nothing had been cut.

There are two ways to read. As it is written: every letter counts, and what an address or a page decodes
(`&#114;`, `%72`) is the letter that it stands for. As it is shown: Markdown that is not seen, or is no
part of a word, is left out too (a link's target, a list's number, a tag, a command of a formula), because a
page puts together what it parted.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from arena.contest.homoglyphs import letters_of, loose

GAP = 16
"""How many characters that are no letters may stand between two letters of a name."""

SPAN = 512
"""The longest stretch of source, in characters, that a name or a mark may take."""

BREAK = "\0"
"""Stands in the letters of a reading where a gap is longer than GAP."""

SEEN, BLANK, PUNCTUATION = 1, 2, 4
CLAUSE = BLANK | PUNCTUATION
"""What stands between two letters, as bits."""


class Unit(NamedTuple):
    """What is read as one: a character or its escape, its letters, and what stands before it (bits)."""

    start: int
    end: int
    letters: str
    gap: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Units, their letters put together in the loose form, and the unit that each letter is of."""

    units: list[Unit]
    letters: str
    places: list[int]

    def begins_unit(self, letter: int) -> bool:
        """Tell whether a letter, by its index, is the first of its unit."""
        return letter == 0 or self.places[letter - 1] != self.places[letter]


_ESCAPES = (
    r"&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|%[0-7][0-9A-Fa-f]|%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3}"
)
_WITH_WORDS = r"\\(?:begin|end|hspace|color|textcolor|[hv]?phantom)(?![A-Za-z])"
_UNSEEN = (
    # the target of a link
    r"|(?P<unseen>\]\((?:[^()\\]|\\.){0,150}+(?:\((?:[^()\\]|\\.){0,50}+\)(?:[^()\\]|\\.){0,50}+)?\)"
    r"|</?[A-Za-z!][^<>\n]{0,60}>"  # a tag
    r"|\n[ \t>]{0,20}[0-9]{1,9}[.)](?=\s)"  # the number of a list's item
    rf"|{_WITH_WORDS}\*? ?\{{[^{{}}\n]{{0,40}}\}}"  # a command of a formula with words that are not shown
    r"|\\(?:[A-Za-z]{1,30}|[()\[\],;:!])"  # one without, a blank, the beginning or end of a formula
    r"|!(?=\[)"  # the mark of a picture
    r"|`{3,20}[^\n`]{0,40}\n)"  # the head of a fence
)
WRITTEN = re.compile(_ESCAPES)
SHOWN = re.compile(_ESCAPES + _UNSEEN, re.DOTALL)

_MAY_MARK = re.compile(r"[&%\]<\\\n`!]")

_UNFINISHED = re.compile(
    r"(?:&\#?[0-9A-Za-z]{0,32}|(?:%[0-9A-Fa-f]{2}){0,4}%[0-9A-Fa-f]?|(?:%[0-9A-Fa-f]{2}){1,4}"
    r"|</?|</?[A-Za-z!][^<>\n]{0,60}|\n[ \t>]{0,20}[0-9]{0,9}[.)]?|\\[A-Za-z]{0,30}|!"
    rf"|{_WITH_WORDS}\*? ?(?:\{{[^{{}}\n]{{0,40}})?"
    r"|`{1,20}|`{3,20}[^\n`]{0,40}|\])\Z"
)
_LONGEST_UNFINISHED = 64
_PUNCTUATION = frozenset('.,;:!?()"“”…。、「」『』《》〈〉，；：！？（）')
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})


def read(text: str, marks: re.Pattern[str]) -> Reading:
    """Read a text as it is WRITTEN or SHOWN."""
    units: list[Unit] = []
    gap = size = 0
    for piece, start, end in _pieces(text, marks):
        letters = letters_of(piece) if end - start == 1 else "".join(map(letters_of, piece))
        if letters:
            units.append(Unit(start, end, letters, gap))
            gap = size = 0
            continue
        gap, size = gap | kind_of(piece), size + 1
        if size == GAP + 1:
            units.append(Unit(start, end, BREAK, gap))
    letters = loose("".join([unit.letters for unit in units]))
    return Reading(units, letters, [place for place, unit in enumerate(units) for _ in unit.letters])


@lru_cache(maxsize=4096)
def kind_of(piece: str) -> int:
    """Tell what kind of gap something without letters is."""
    kind = 0
    for char in piece:
        if unicodedata.category(char) not in _INVISIBLE:
            kind |= SEEN
        if char.isspace():
            kind |= BLANK
        if char in _PUNCTUATION:
            kind |= PUNCTUATION
    return kind


def is_marked(text: str) -> bool:
    """Tell whether a text holds a mark; without any it reads in one way only, and can be cut anywhere."""
    return _MAY_MARK.search(text) is not None and SHOWN.search(text) is not None


def settled(text: str) -> str:
    """Give the beginning of a text that reads the same whatever comes after it."""
    if _MAY_MARK.search(text) is None:
        return text
    return text[: cuttable(text, unfinished(text))]


def unfinished(text: str) -> int:
    """Find where a mark begins that more text may finish; the end of the text if there is none."""
    found = _UNFINISHED.search(text, max(0, len(text) - _LONGEST_UNFINISHED))
    at = found.start() if found else len(text)
    link = text.find("](", max(0, len(text) - SPAN))
    while 0 <= link < at:
        closed = SHOWN.match(text, link)
        if closed is None:
            return link
        link = text.find("](", closed.end())
    return at


def cuttable(text: str, at: int) -> int:
    """Give the last place not after `at` that is inside no mark."""
    for found in SHOWN.finditer(text):
        if found.end() > at:
            return min(found.start(), at)
    return at


def _pieces(text: str, marks: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """Give characters, and marks as what they stand for, each from where to where."""
    at = 0
    for found in marks.finditer(text):
        yield from ((text[place], place, place + 1) for place in range(at, found.start()))
        at = found.end()
        yield _stands_for(found), found.start(), at
    yield from ((text[place], place, place + 1) for place in range(at, len(text)))


def _stands_for(found: re.Match[str]) -> str:
    if found.lastgroup:
        return "\u200b"
    if found[0][0] == "&":
        return html.unescape(found[0])
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace")
