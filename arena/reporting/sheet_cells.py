"""The cells of an uploaded table, CSV or XLSX, read with limits: rows of texts with their line numbers.

Law: nothing is unpacked beyond `MOST_UNPACKED`, and the library sees an archive that was packed here.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook

from arena.reporting.sheet_mistakes import SheetMistake, Wrong

MIB = 2**20
MOST_BYTES = MIB
MOST_UNPACKED = 8 * MIB
MOST_PARTS = 200
MOST_LINES = 1_000
MOST_CELLS = 20_000
MOST_COLUMNS = 100

ZIP_START, OLE_START = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCODINGS = ("utf-8-sig", "cp949")
DELIMITERS = (",", ";", "\t")
WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
PLACE = re.compile(rb"""\s(?:r|ref)\s*=\s*["'](?:[A-Za-z]+[0-9]*:)?([A-Za-z]*)0*([0-9]*)["']""")
FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*\s)?r\s*=\s*["']([A-Za-z]+)0*([0-9]{1,9})["'][^>]*>\s*<(?:\w+:)?f[\s/>]"""
)

FORMULA_SIGN = "="
"""What a cell begins with that is a formula; a formula of a workbook is shown as this alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: its number as a spreadsheet counts, and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The lines that are not empty, or what is wrong with the file."""

    rows: tuple[Row, ...] = ()
    mistakes: tuple[SheetMistake, ...] = field(default=())


def cells_of(content: bytes) -> Cells:
    """Read the cells of a file."""
    if len(content) > MOST_BYTES:
        return _wrong(Wrong.TOO_LARGE, len(content), MOST_BYTES)
    if content.startswith(OLE_START):
        return _wrong(Wrong.OLD_EXCEL)
    read = _of_workbook(content) if content.startswith(ZIP_START) else _of_text(content)
    return read if read.rows or read.mistakes else _wrong(Wrong.EMPTY)


def _wrong(wrong: Wrong, *details: object, line: int = 0) -> Cells:
    return Cells(mistakes=(SheetMistake(line, wrong, details),))


# CSV


def _of_text(content: bytes) -> Cells:
    text = _decoded(content)
    if text is None or "\0" in text:
        return _wrong(Wrong.NOT_TEXT)
    head = text.lstrip("\r\n").partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count), strict=True)
    rows = []
    try:
        for number, cells in enumerate(lines, start=1):
            if number > MOST_LINES:
                return _wrong(Wrong.TOO_MANY_CELLS, MOST_LINES)
            rows.append(Row(lines.line_num, tuple(cell.strip() for cell in cells)))
    except csv.Error:
        return _wrong(Wrong.BROKEN_LINE, line=lines.line_num)
    return Cells(tuple(row for row in rows if any(row.cells)))


def _decoded(content: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# XLSX


def _of_workbook(content: bytes) -> Cells:
    try:
        parts = _unpacked(content)
    # A hostile archive: broken, cut off, encrypted (RuntimeError) or packed in a way unknown here.
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return _wrong(Wrong.BROKEN)
    if parts is None:
        return _wrong(Wrong.TOO_MANY_CELLS, MOST_LINES)
    sheets = [part for name, part in parts.items() if WORKSHEET.fullmatch(name)]
    return _problem(sheets) or _of_sheet(parts, sheets[0])


def _problem(sheets: Sequence[bytes]) -> Cells | None:
    """Look for what must not be read any further."""
    if len(sheets) > 1:
        return _wrong(Wrong.SEVERAL_SHEETS, len(sheets))
    if not sheets or _is_odd(sheets[0]):
        return _wrong(Wrong.BROKEN)
    return _wrong(Wrong.TOO_MANY_CELLS, MOST_LINES) if _is_too_large(sheets[0]) else None


def _of_sheet(parts: dict[str, bytes], sheet: bytes) -> Cells:
    try:
        book = CalamineWorkbook.from_filelike(_packed(parts))
        table = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        return _wrong(Wrong.BROKEN)
    return Cells(tuple(_rows(table, _formulas(sheet))))


def _unpacked(content: bytes) -> dict[str, bytes] | None:
    """Unpack every part; None where they are too many or too large, whatever the archive says of them."""
    parts, left = {}, MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if len(archive.infolist()) > MOST_PARTS:
            return None
        for about in archive.infolist():
            with archive.open(about) as part:
                parts[about.filename] = part.read(left + 1)
            left -= len(parts[about.filename])
            if left < 0:
                return None
    return parts


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    again.seek(0)
    return again


def _is_odd(sheet: bytes) -> bool:
    """Tell whether a part is written so that it cannot be looked through before it is read."""
    return b"\0" in sheet or b"<!DOCTYPE" in sheet


def _is_too_large(sheet: bytes) -> bool:
    """Tell whether the table would be large, by how many cells there are or where they say they stand."""
    if len(CELL.findall(sheet)) > MOST_CELLS or len(ROW.findall(sheet)) > MOST_LINES:
        return True
    places = [(_number(letters), int(digits[:9] or 0)) for letters, digits in PLACE.findall(sheet)]
    return any(column > MOST_COLUMNS or line > MOST_LINES for column, line in places)


def _number(letters: bytes) -> int:
    """Number a column as a spreadsheet names it, A is 1, in letters of either size."""
    number = 0
    for letter in letters[:4].upper():
        number = 26 * number + letter - 64
    return number


def _formulas(sheet: bytes) -> frozenset[tuple[int, int]]:
    """Find the cells, line and column from 1, that hold a formula."""
    return frozenset((int(digits), _number(letters)) for letters, digits in FORMULA.findall(sheet))


def _rows(table: Iterable[Iterable[object]], formulas: frozenset[tuple[int, int]]) -> Iterator[Row]:
    for line, values in enumerate(table, start=1):
        cells = tuple(
            FORMULA_SIGN if (line, column) in formulas else _text(value)
            for column, value in enumerate(values, start=1)
        )
        if any(cells):
            yield Row(line, cells)


def _text(value: object) -> str:
    """Give a cell as its text; a number as people write it."""
    if isinstance(value, float) and not isinstance(value, bool):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()
