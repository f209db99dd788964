"""The sheet of given scores: a template to fill in, and what is read of one that was filled in.

Law: it is taken whole or not at all, and all that is wrong with it is said at once.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xlsxwriter import Workbook

from arena.contest.contest import Contest
from arena.contest.roster import Contestant, ContestantId, Roster
from arena.reporting.given import MAXIMA, PARTS, Given, Part
from arena.reporting.scores import defused
from arena.reporting.sheet_cells import FORMULA_SIGN, Row, cells_of
from arena.reporting.sheet_mistakes import SheetMistake, Wrong


class Column(StrEnum):
    """A column of the sheet."""

    ID = "id"
    TEAM = "team"
    NAME = "name"
    BENCHMARK = "benchmark"
    EXPERT = "expert"


HEADS: Mapping[Column, str] = {
    Column.ID: "참가 모델 ID",
    Column.TEAM: "팀",
    Column.NAME: "모델",
    Column.BENCHMARK: f"벤치마크 (0–{MAXIMA[Part.BENCHMARK]})",
    Column.EXPERT: f"전문가 (0–{MAXIMA[Part.EXPERT]})",
}
"""What the template writes over each column."""

SPELLINGS: Mapping[str, Column] = {
    "참가모델id": Column.ID,
    "참가모델": Column.ID,
    "id": Column.ID,
    "contestant": Column.ID,
    "팀": Column.TEAM,
    "team": Column.TEAM,
    "모델": Column.NAME,
    "model": Column.NAME,
    "name": Column.NAME,
    "벤치마크": Column.BENCHMARK,
    "benchmark": Column.BENCHMARK,
    "전문가": Column.EXPERT,
    "expert": Column.EXPERT,
}
"""How a head may be written, without spaces, brackets and capitals."""

SCORES: Mapping[Column, Part] = {Column.BENCHMARK: Part.BENCHMARK, Column.EXPERT: Part.EXPERT}
NEEDED = (Column.ID, *SCORES)
NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,15})?", re.ASCII)
IN_BRACKETS = re.compile(r"[(（\[].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a sheet gives, or all that is wrong with it in the order of its lines."""

    given: Given | None
    mistakes: tuple[SheetMistake, ...]


def read_sheet(content: bytes, contest: Contest, removed: Sequence[ContestantId] = ()) -> SheetRead:
    """Read the scores of every contestant of `contest` that can score and was not `removed`."""
    cells = cells_of(content)
    if cells.mistakes:
        return SheetRead(None, cells.mistakes)
    head, *rows = cells.rows
    columns, mistakes = _columns(head)
    if not mistakes:
        lines = _Lines(contest.roster, removed, columns)
        for row in rows:
            lines.take(row)
        mistakes = [*lines.mistakes, *lines.missing()]
        if not mistakes:
            return SheetRead(Given(lines.scores), ())
    return SheetRead(None, tuple(sorted(mistakes, key=lambda one: (one.line == 0, one.line))))


def _columns(head: Row) -> tuple[dict[Column, int], list[SheetMistake]]:
    """Find which column is where."""
    found: dict[Column, int] = {}
    mistakes = []
    for place, text in enumerate(head.cells):
        column = SPELLINGS.get(_spelled(text))
        if column is None and text:
            mistakes.append(SheetMistake(head.line, Wrong.UNKNOWN_COLUMN, (text,)))
        elif column in found:
            mistakes.append(SheetMistake(head.line, Wrong.COLUMN_TWICE, (text,)))
        elif column is not None:
            found[column] = place
    lost = [SheetMistake(head.line, Wrong.NO_COLUMN, (HEADS[one],)) for one in NEEDED if one not in found]
    return found, mistakes + lost


def _spelled(head: str) -> str:
    plain = IN_BRACKETS.sub("", unicodedata.normalize("NFKC", head))
    return "".join(plain.split()).casefold()


class _Lines:
    """The lines of a sheet as they are read: scores so far, and mistakes so far."""

    def __init__(
        self, roster: Roster, removed: Sequence[ContestantId], columns: Mapping[Column, int]
    ) -> None:
        self.scores: dict[Part, dict[ContestantId, Decimal]] = {part: {} for part in Part}
        self.mistakes: list[SheetMistake] = []
        self._known = {one: roster[one] for one in roster.rated}
        self._removed = frozenset(removed)
        self._columns = columns
        self._lines: dict[ContestantId, int] = {}

    def take(self, row: Row) -> None:
        """Read one line."""
        cells = {
            column: row.cells[place] if place < len(row.cells) else ""
            for column, place in self._columns.items()
        }
        contestant = ContestantId(cells[Column.ID])
        problem = self._problem(contestant)
        if problem is not None:
            self.mistakes.append(SheetMistake(row.line, *problem))
            return
        self._lines[contestant] = row.line
        self.mistakes += [
            SheetMistake(row.line, wrong, details)
            for wrong, details in (
                *_other_names(self._known[contestant], cells),
                *self._scored(contestant, cells),
            )
        ]

    def missing(self) -> Iterator[SheetMistake]:
        """Find those who have no line."""
        for contestant in self._known:
            if contestant not in self._lines and contestant not in self._removed:
                yield SheetMistake(0, Wrong.MISSING, (contestant,))

    def _problem(self, contestant: ContestantId) -> tuple[Wrong, tuple[object, ...]] | None:
        if not contestant:
            return Wrong.NOBODY, ()
        if contestant not in self._known:
            return Wrong.UNKNOWN, (contestant,)
        if contestant in self._removed:
            return Wrong.REMOVED, (contestant,)
        if contestant in self._lines:
            return Wrong.TWICE, (contestant, self._lines[contestant])
        return None

    def _scored(
        self, contestant: ContestantId, cells: Mapping[Column, str]
    ) -> Iterator[tuple[Wrong, tuple[object, ...]]]:
        for column, part in SCORES.items():
            problem = _score_problem(cells[column], part)
            if problem is None:
                self.scores[part][contestant] = Decimal(cells[column])
            else:
                yield problem


def _score_problem(text: str, part: Part) -> tuple[Wrong, tuple[object, ...]] | None:
    name = PARTS[part]
    if not text:
        return Wrong.NO_SCORE, (name,)
    if text.startswith(FORMULA_SIGN):
        return Wrong.FORMULA, (name,)
    negative = text.removeprefix("-")
    if not NUMBER.fullmatch(negative):
        return Wrong.NO_NUMBER, (name, text)
    if negative != text or Decimal(text) > MAXIMA[part]:
        return Wrong.OUTSIDE, (name, text, MAXIMA[part])
    return None


def _other_names(
    contestant: Contestant, cells: Mapping[Column, str]
) -> Iterator[tuple[Wrong, tuple[object, ...]]]:
    """Find names that are another's: a line that was moved is a wrong score."""
    for column, name in ((Column.TEAM, contestant.team), (Column.NAME, contestant.name)):
        said = cells.get(column, "")
        if said and _plain(said) not in {_plain(name), _plain(str(defused(name)))}:
            yield Wrong.OTHER_NAME, (contestant.id, said, name)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


# The template


def template_csv(contest: Contest, removed: Sequence[ContestantId] = ()) -> bytes:
    """Give the template as CSV that Excel opens."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADS.values())
    writer.writerows([defused(cell) for cell in line] + ["", ""] for line in _named(contest, removed))
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(contest: Contest, removed: Sequence[ContestantId] = ()) -> bytes:
    """Give the template as XLSX that takes only scores within their bounds."""
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": contest.rules.opens.replace(tzinfo=None)})
    sheet = book.add_worksheet("scores")
    head = book.add_format({"bold": True, "bottom": 1})
    for place, (text, width) in enumerate(zip(HEADS.values(), (24, 28, 28, 18, 18), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, text, head)
    lines = list(_named(contest, removed))
    for number, line in enumerate(lines, start=1):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell)
    for place, part in ((3, Part.BENCHMARK), (4, Part.EXPERT)):
        bounds = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": MAXIMA[part]}
        sheet.data_validation(1, place, max(1, len(lines)), place, bounds)
    sheet.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def _named(contest: Contest, removed: Sequence[ContestantId]) -> Iterator[tuple[str, str, str]]:
    for one in (contest.roster[rated] for rated in contest.roster.rated):
        if one.id not in removed:
            yield one.id, one.team, one.name
