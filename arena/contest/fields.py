"""The fields of a YAML mapping, taken one by one; what is wrong is noted with its line, not raised.

A field that is wrong gives a harmless stand-in, so that reading goes on and every mistake is found
in one go. Nobody sees a stand-in: a document with mistakes is refused as a whole.
"""

import difflib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from arena.errors import Mistake

Closed = TypeVar("Closed", bound=StrEnum)
ANYTHING = re.compile(r".*", re.DOTALL)
SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
MISSING = object()
MOST_PLACES = 20


class Fields:
    """One mapping of the document, its place in it, and the mistakes found so far (shared)."""

    def __init__(self, mapping: CommentedMap, where: str, mistakes: list[Mistake], line: int) -> None:
        """Read `mapping`, which stands at `where` from `line` on."""
        self.mistakes = mistakes
        self._mapping = mapping
        self._where = where
        self._line = line
        self._known: list[str] = []

    @classmethod
    def of_document(cls, document: object) -> "Fields":
        """Begin with the top of a document."""
        fields = cls(CommentedMap(), "", [], 1)
        if isinstance(document, CommentedMap):
            fields._mapping = document
        else:
            fields.mistakes.append(Mistake(1, "file", "must hold `round:` and `contestants:`"))
        return fields

    def mistake(self, name: object, what: str) -> None:
        """Note a mistake at the line of field `name`."""
        key = name if isinstance(name, str) else _said(name)
        where = f"{self._where}.{key[:100]}".strip(".")
        self.mistakes.append(Mistake(self._line_of(name), where, what))

    def finish(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._mapping:
            if name not in self._known:
                near = difflib.get_close_matches(str(name)[:100], self._known, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(self._known)}"
                self.mistake(name, f"is not a known field; {hint}")

    def section(self, name: str) -> "Fields":
        """Take a mapping."""
        value = self._take(name, MISSING)
        if not isinstance(value, CommentedMap):
            if value is not MISSING:
                self.mistake(name, "must be a mapping of fields")
            value = CommentedMap()
            # The fields of a section that is not there are not reported one by one.
            return Fields(value, f"{self._where}.{name}".strip("."), [], self._line_of(name))
        return Fields(value, f"{self._where}.{name}".strip("."), self.mistakes, self._line_of(name))

    def sections(self, name: str) -> list["Fields"]:
        """Take a list of at least two mappings."""
        value = self._take(name, MISSING)
        if value is MISSING:
            return []
        if not isinstance(value, CommentedSeq) or not all(isinstance(item, CommentedMap) for item in value):
            self.mistake(name, "must be a list of mappings")
            return []
        if not 2 <= len(value) <= 6:
            self.mistake(name, f"has {len(value)}; a round has 2 to 6")
        return [
            Fields(item, f"{name}[{place}]", self.mistakes, value.lc.item(place)[0] + 1)
            for place, item in enumerate(value)
        ]

    def text(
        self,
        name: str,
        *,
        pattern: re.Pattern[str] = ANYTHING,
        longest: int = 200,
        empty: bool = False,
        default: object = MISSING,
        check: Callable[[str], str | None] = lambda _: None,
    ) -> str:
        """Take a text."""
        value = self._take(name, default)
        if value is MISSING:
            return ""
        if not isinstance(value, str):
            self.mistake(name, f"must be a text, not {_said(value)}; put it in quotes")
            return ""
        problem = None if empty and not value else _text_problem(value, pattern, longest) or check(value)
        if problem:
            self.mistake(name, problem)
        return str(value)

    def texts(
        self,
        name: str,
        *,
        pattern: re.Pattern[str] = ANYTHING,
        empty: bool = False,
        check: Callable[[str], str | None] = lambda _: None,
    ) -> tuple[str, ...]:
        """Take a list of texts, each once."""
        found: list[str] = []
        for value in self._list(name, empty=empty):
            if not isinstance(value, str):
                self.mistake(name, f"must hold texts, not {_said(value)}; put it in quotes")
                continue
            problem = _text_problem(value, pattern, 200) or check(value)
            if problem is None and value in found:
                problem = f"holds {value!r} twice"
            if problem:
                self.mistake(name, problem)
            found.append(str(value))
        return tuple(found)

    def several(self, name: str, closed: type[Closed]) -> tuple[Closed, ...]:
        """Take a list of values of a closed set, each once."""
        found: list[Closed] = []
        for value in self._list(name, empty=False):
            item = self._of(name, value, closed)
            # The stand-in for an unknown value is not a second mistake.
            if item in found and item.value == value:
                self.mistake(name, f"holds {item.value!r} twice")
            found.append(item)
        return tuple(found)

    def one(self, name: str, closed: type[Closed]) -> Closed:
        """Take a value of a closed set."""
        value = self._take(name, MISSING)
        return next(iter(closed)) if value is MISSING else self._of(name, value, closed)

    def whole(self, name: str, low: int, high: int) -> int:
        """Take a whole number of low … high."""
        value = self._take(name, MISSING)
        if value is MISSING:
            return low
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.mistake(name, f"must be a whole number from {low} to {high:,}, not {_said(value)}")
            return low
        return int(value)

    def decimal(self, name: str, low: int, high: int, *, places: int = MOST_PLACES) -> Decimal:
        """Take a number of low … high with at most so many decimal places, exactly as it is written."""
        value = self._take(name, MISSING)
        if value is MISSING:
            return Decimal(low)
        try:
            number = Decimal("NaN" if isinstance(value, bool) else str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not low <= number <= high:
            self.mistake(name, f"must be a number from {low} to {high}, not {_said(value)}")
            return Decimal(low)
        if round(number, places) != number:
            self.mistake(name, f"must have at most {places} decimal places, unlike {_said(value)}")
            return Decimal(low)
        return abs(number.normalize())

    def flag(self, name: str, *, default: object = MISSING) -> bool:
        """Take true or false."""
        value = self._take(name, default)
        if value is not MISSING and not isinstance(value, bool):
            self.mistake(name, f"must be true or false, not {_said(value)}")
        return value is True

    def moment(self, name: str) -> datetime:
        """Take a moment with its offset from UTC, given in UTC."""
        value = self._take(name, MISSING)
        if value is MISSING:
            return SOME_DAY
        try:
            moment = datetime.fromisoformat(value if isinstance(value, str) else "")
            if moment.tzinfo:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # said below, as for a moment without an offset
        wanted = "must be a moment with its offset, as 2026-12-01T09:00:00+09:00"
        self.mistake(name, f"{wanted}, not {_said(value)}")
        return SOME_DAY

    def _take(self, name: str, default: object) -> object:
        self._known.append(name)
        value = self._mapping.get(name, MISSING)
        if value is not MISSING and value is not None:
            return value
        if default is MISSING:
            self.mistake(name, "is missing; add it")
        return default

    def _list(self, name: str, *, empty: bool) -> list[object]:
        value = self._take(name, MISSING)
        if value is MISSING:
            return []
        if not isinstance(value, CommentedSeq) or not (value or empty):
            self.mistake(name, "must be a list with something in it" if not empty else "must be a list")
            return []
        return list(value)

    def _of(self, name: str, value: object, closed: type[Closed]) -> Closed:
        for item in closed:
            if value == item.value:
                return item
        self.mistake(name, f"must be one of {', '.join(closed)}; not {_said(value)}")
        return next(iter(closed))

    def _line_of(self, name: object) -> int:
        if name in self._mapping:
            return int(self._mapping.lc.key(name)[0]) + 1
        return self._line


def _text_problem(value: str, pattern: re.Pattern[str], longest: int) -> str | None:
    if not value.strip():
        return "is empty"
    if len(value) > longest:
        return f"has {len(value)} characters; at most {longest} are allowed"
    if not pattern.fullmatch(value):
        return f"{value!r} does not look like {pattern.pattern}"
    if any(_unwritable(char) for char in value):
        return "holds a control character or half a character"
    return None


def _unwritable(char: str) -> bool:
    point = ord(char)
    return (point < 0x20 and char != "\n") or 0x7F <= point <= 0x9F or 0xD800 <= point <= 0xDFFF


def _said(value: object) -> str:
    """Give a value as a message shows it: in short."""
    if isinstance(value, CommentedMap):
        return "a mapping"
    if isinstance(value, CommentedSeq):
        return "a list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
