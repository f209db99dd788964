"""Uploaded scores: taken whole or not at all, and every mistake is said at once with its line."""

import csv
import io
import random
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from arena.errors import NoScore
from arena.reporting import sheet_cells
from arena.reporting.analysis import analyse
from arena.reporting.composite import composite, percent, sentence
from arena.reporting.given import Given, Part, given_of
from arena.reporting.score_sheet import read_sheet, template_csv, template_xlsx
from arena.reporting.sheet_mistakes import SheetMistake, Wrong
from tests.reporting.rounds import columns
from tests.reporting.test_scores import HOSTILE, hostile  # noqa: F401 - a fixture is asked for by name

HEAD = ["참가 모델 ID", "팀", "모델", "벤치마크 (0–40)", "전문가 (0–35)"]


def lines(contest, **changed):
    """The lines of a sheet that is right; `changed` are other cells of a contestant: (benchmark, expert)."""
    return [
        [one.id, one.team, one.name, *changed.get(one.id, (f"{30 + place}.5", f"{20 + place}"))]
        for place, one in enumerate(contest.roster.contestants)
    ]


def as_csv(rows, encoding="utf-8", delimiter=","):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows, *sheets):
    """A workbook of rows; a text that begins with = is a formula."""
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for of_sheet in (rows, *sheets):
        sheet = book.add_worksheet()
        for number, row in enumerate(of_sheet):
            sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


def wrongs(content, contest, removed=()):
    """(line, what is wrong) of every mistake."""
    read = read_sheet(content, contest, removed)

    assert (read.given is None) == bool(read.mistakes)
    return [(one.line, one.wrong) for one in read.mistakes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(contest, encoding, delimiter):
    """A CSV is read in every encoding that Excel in Korean writes."""
    head = [cell.replace("–", "~") for cell in HEAD]
    read = read_sheet(as_csv([head, *lines(contest)], encoding, delimiter), contest)

    assert read.mistakes == ()
    assert list(read.given.scores[Part.BENCHMARK]) == list(contest.roster.ids)
    assert read.given.scores[Part.BENCHMARK][contest.roster.ids[1]] == Decimal("31.5")
    assert read.given.scores[Part.EXPERT][contest.roster.ids[1]] == Decimal(21)


def test_xlsx(contest):
    """A workbook gives the very scores of the CSV, numbers or text."""
    rows = lines(contest)
    numbers = [[*row[:3], float(row[3]), int(row[4])] for row in rows]
    by_csv = read_sheet(as_csv([HEAD, *rows]), contest).given

    assert read_sheet(as_xlsx([HEAD, *numbers]), contest).given.document() == by_csv.document()
    assert read_sheet(as_xlsx([HEAD, *rows]), contest).given == by_csv


def test_heads_and_order(contest):
    """Columns may stand in any order, lines too, with heads in English and empty lines between."""
    rows = [[b, i, e] for i, _, _, b, e in reversed(lines(contest))]
    content = as_csv([["Benchmark", "ID", " EXPERT "], [], rows[0], ["", "", ""], *rows[1:]])

    assert read_sheet(content, contest).given == read_sheet(as_csv([HEAD, *lines(contest)]), contest).given


def test_every_mistake_at_once(contest):
    """All mistakes of all lines are said at once, each with the line that a spreadsheet shows."""
    a, b, c, d, e = contest.roster.ids
    said = {a: ("", "20"), b: ("abc", "36"), c: ("=1+1", "-1"), d: ("NaN", "1e3")}
    rows = [row for row in lines(contest, **said) if row[0] != e]
    rows += [[a, "", "", "1", "1"], ["nobody", "", "", "1", "1"], ["", "x", "", "1", "1"]]

    assert wrongs(as_csv([HEAD, *rows]), contest) == [
        (2, Wrong.NO_SCORE),
        (3, Wrong.NO_NUMBER),
        (3, Wrong.OUTSIDE),
        (4, Wrong.FORMULA),
        (4, Wrong.OUTSIDE),
        (5, Wrong.NO_NUMBER),
        (5, Wrong.NO_NUMBER),
        (6, Wrong.TWICE),
        (7, Wrong.UNKNOWN),
        (8, Wrong.NOBODY),
        (0, Wrong.MISSING),
    ]


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-inf", "1e1", "3,5", "３", "٣", "0x1", "1_0", "--1", "1.", ".5"]
)
def test_no_numbers(contest, text):
    """What is no plain number is no score, however a program would read it."""
    content = as_csv([HEAD, *lines(contest, **{contest.roster.ids[0]: (text, "1")})])

    assert wrongs(content, contest) == [(2, Wrong.NO_NUMBER)]


@pytest.mark.parametrize(("text", "fits"), [("0", True), ("40", True), ("40.0001", False), ("-0.1", False)])
def test_bounds(contest, text, fits):
    """A score is from nothing to the maximum of its part, both included."""
    content = as_csv([HEAD, *lines(contest, **{contest.roster.ids[0]: (text, "35")})])

    assert wrongs(content, contest) == ([] if fits else [(2, Wrong.OUTSIDE)])


def test_moved_line(contest):
    """A line whose id and team are of two contestants is refused: the score is one of them's."""
    rows = lines(contest)
    rows[0][1], rows[1][1] = rows[1][1], rows[0][1]

    assert wrongs(as_csv([HEAD, *rows]), contest) == [(2, Wrong.OTHER_NAME), (3, Wrong.OTHER_NAME)]


def test_removed(contest):
    """Who was removed from the round gets no score, and is not missed."""
    gone = contest.roster.ids[2]

    assert wrongs(as_csv([HEAD, *lines(contest)]), contest, [gone]) == [(4, Wrong.REMOVED)]
    assert wrongs(as_csv([HEAD, *(row for row in lines(contest) if row[0] != gone)]), contest, [gone]) == []


def test_columns(contest):
    """A column that is missing, twice or unknown is named."""
    head = ["id", "팀", "팀", "메모", "expert"]

    assert wrongs(as_csv([head, *lines(contest)]), contest) == [
        (1, Wrong.COLUMN_TWICE),
        (1, Wrong.UNKNOWN_COLUMN),
        (1, Wrong.NO_COLUMN),
    ]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", Wrong.EMPTY),
        (b"\xef\xbb\xbf\r\n,,\r\n", Wrong.EMPTY),
        ("id,벤치마크".encode("utf-16"), Wrong.NOT_TEXT),
        (b"\xff\xff\xff", Wrong.NOT_TEXT),
        (b"id\0", Wrong.NOT_TEXT),
        (b'id,"benchmark\n', Wrong.BROKEN_LINE),
        (b"x" * (2**20 + 1), Wrong.TOO_LARGE),
        (b"id\n" + b"x\n" * 1000, Wrong.TOO_MANY_CELLS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Wrong.OLD_EXCEL),
        (b"PK\x03\x04 and no more", Wrong.BROKEN),
    ],
)
def test_other_files(contest, content, wrong):
    """A file that is no such table is refused in words."""
    assert [one for _, one in wrongs(content, contest)] == [wrong]


def test_formulas_of_workbooks(contest):
    """A formula is refused in a workbook too, whatever value Excel has kept for it."""
    rows = lines(contest)
    rows[3][4] = "=20+3"

    assert wrongs(as_xlsx([HEAD, *rows]), contest) == [(5, Wrong.FORMULA)]


@pytest.mark.parametrize("cell", [True, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), "스무 점"])
def test_other_cells_of_workbooks(contest, cell):
    """A truth, a date or a text of a workbook is no score."""
    rows = lines(contest)
    rows[3][4] = cell

    assert wrongs(as_xlsx([HEAD, *rows]), contest) == [(5, Wrong.NO_NUMBER)]


def test_several_sheets(contest):
    """A workbook of several sheets is refused: nobody guesses which one is meant."""
    rows = [HEAD, *lines(contest)]

    assert wrongs(as_xlsx(rows, rows), contest) == [(0, Wrong.SEVERAL_SHEETS)]


def repacked(content, **changed):
    """A workbook with other parts, by the last word of their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for about in old.infolist():
            stem = about.filename.rpartition("/")[2].partition(".")[0]
            new.writestr(about.filename, changed.get(stem, old.read(about)))
    return made.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'


@pytest.mark.parametrize(
    ("sheet", "wrong"),
    [
        (
            SHEET % b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
            Wrong.TOO_MANY_CELLS,
        ),
        (SHEET % b'<dimension ref="A1:XFD1048576"/><sheetData/>', Wrong.TOO_MANY_CELLS),
        (SHEET % b'<sheetData><row><c r="A0000000001001"/></row></sheetData>', Wrong.TOO_MANY_CELLS),
        (SHEET % b'<sheetData><row><c r="a1001"/></row></sheetData>', Wrong.TOO_MANY_CELLS),
        (SHEET % b'<sheetData><row><c r="cw1"/></row></sheetData>', Wrong.TOO_MANY_CELLS),
        (SHEET % (b"<sheetData><row>" + b"<c/>" * 20_001 + b"</row></sheetData>"), Wrong.TOO_MANY_CELLS),
        (SHEET % (b"<sheetData>" + b"<row/>" * 1_001 + b"</sheetData>"), Wrong.TOO_MANY_CELLS),
        (b" " * (9 * 2**20), Wrong.TOO_MANY_CELLS),
        (b"<!DOCTYPE x><worksheet/>", Wrong.BROKEN),
        ('<?xml version="1.0"?><worksheet/>'.encode("utf-16"), Wrong.BROKEN),
        (b"<worksheet", Wrong.BROKEN),
        (SHEET % b"<sheetData/>", Wrong.EMPTY),
    ],
)
def test_hostile_workbooks(contest, sheet, wrong):
    """A workbook that would fill the memory, or hides what it holds, is refused before it is read."""
    content = repacked(as_xlsx([HEAD, *lines(contest)]), sheet1=sheet)

    assert len(content) < 2**20
    assert [one for _, one in wrongs(content, contest)] == [wrong]


@pytest.mark.parametrize("place", [b"d2", b"D002", b"D" + b"0" * 5_000 + b"2"])
def test_formulas_in_odd_places(contest, place):
    """A formula is seen however the place of its cell is written."""
    content = as_xlsx([HEAD, *([*row[:3], float(row[3]), int(row[4])] for row in lines(contest))])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    cell = re.compile(rb'<c r="D2"([^>]*)><v>')
    content = repacked(content, sheet1=cell.sub(rb'<c r="' + place + rb'"\1><f>1+1</f><v>', sheet))

    assert wrongs(content, contest) == [(2, Wrong.FORMULA)]


def test_many_parts(contest):
    """A workbook of very many parts is refused."""
    made = io.BytesIO(as_xlsx([HEAD, *lines(contest)]))
    with zipfile.ZipFile(made, "a") as book:
        for number in range(200):
            book.writestr(f"more/{number}.xml", b"")

    assert [one for _, one in wrongs(made.getvalue(), contest)] == [Wrong.TOO_MANY_CELLS]


def test_spoiled_workbooks(contest):
    """A workbook with any byte another is read, or refused in words; nothing else ever happens."""
    whole, chance = as_xlsx([HEAD, *lines(contest)]), random.Random(4)
    for _ in range(150):
        spoiled = bytearray(whole)
        spoiled[chance.randrange(4, len(whole))] ^= 1 << chance.randrange(8)
        read = read_sheet(bytes(spoiled), contest)
        assert (read.given is None) == bool(read.mistakes)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file(content):
    """Any file is a table or is refused in words."""
    read = sheet_cells.cells_of(content)

    assert bool(read.rows) != bool(read.mistakes)


@given(st.text(max_size=20), st.text(max_size=20))
def test_mistakes_are_sentences(said, other):
    """A mistake is one line in both languages, whatever the sheet holds."""
    for wrong in Wrong:
        for language in ("ko", "en"):
            told = SheetMistake(7, wrong, (said, other, 3)).said(language)
            assert "7" in told
            assert told.isprintable()


def test_template(contest):
    """The template, filled in, is taken: as CSV and as a workbook."""
    plain = list(csv.reader(io.StringIO(template_csv(contest).decode("utf-8-sig"), newline="")))
    filled = [plain[0], *([*row[:3], "10", "20"] for row in plain[1:])]
    sheet = openpyxl.load_workbook(io.BytesIO(template_xlsx(contest)))
    for row in sheet.active.iter_rows(min_row=2):
        row[3].value, row[4].value = 10, 20.0
    saved = io.BytesIO()
    sheet.save(saved)

    assert wrongs(template_csv(contest), contest) == [
        (line, Wrong.NO_SCORE) for line in range(2, 7) for _ in range(2)
    ]
    assert read_sheet(as_csv(filled), contest).given is not None
    assert read_sheet(saved.getvalue(), contest).given is not None
    assert template_xlsx(contest) == template_xlsx(contest)


def test_template_of_hostile_names(hostile):  # noqa: F811 - the fixture
    """Names like formulas stay text in the template, and a filled one is taken."""
    plain = list(csv.reader(io.StringIO(template_csv(hostile).decode("utf-8-sig"), newline="")))
    filled = [plain[0], *([*row[:3], "10", "20"] for row in plain[1:])]
    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(template_xlsx(hostile))).active for cell in row
    ]

    assert read_sheet(as_csv(filled), hostile).mistakes == ()
    assert not any(row[1].startswith(("=", "+", "-", "@", "\t")) for row in plain[1:])
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert len(HOSTILE) == len(plain) - 1


def test_given_again(contest):
    """Scores that were kept are read back as they were."""
    said = read_sheet(as_csv([HEAD, *lines(contest)]), contest).given

    assert given_of(said.document()) == said


def even(contest, *, last):
    """The same scores for all but one, which has a little less."""
    return Given(
        {
            part: {name: Decimal(20) - (Decimal(4) if name == last else 0) for name in contest.roster.ids}
            for part in Part
        }
    )


def test_composite(contest):
    """The whole is the users' points and the given scores; its doubt is that of the users' part alone."""
    found = analyse(contest, columns(contest))
    last = contest.roster.ids[-1]
    made = composite(contest.rules, found, even(contest, last=last))
    points = {row.contestant: row.points for row in found.standings.rows}

    assert [one.total for one in made] == sorted((one.total for one in made), reverse=True)
    assert all(
        one.total == pytest.approx(points[one.contestant] + one.benchmark + one.expert, abs=1e-6)
        for one in made
    )
    assert all(one.lower < one.total < one.upper for one in made)
    assert [sum(one.chances) for one in made] == [pytest.approx(1.0)] * 5
    assert made[-1].contestant == last
    assert made[-1].p_last > 0.99
    assert found.labels[last] in sentence(contest.rules, made, "ko")
    assert "100" in sentence(contest.rules, made, "en")


def test_composite_of_others(contest):
    """Scores of other contestants than those in the standings make no whole."""
    found = analyse(contest, columns(contest))
    some = Given({part: {contest.roster.ids[0]: Decimal(1)} for part in Part})

    with pytest.raises(NoScore, match="exactly"):
        composite(contest.rules, found, some)


@pytest.mark.parametrize(
    ("chance", "said"), [(0.0, "<1%"), (0.004, "<1%"), (0.5, "50%"), (0.996, ">99%"), (1.0, ">99%")]
)
def test_percent(chance, said):
    """What is not certain is never written as certain."""
    assert percent(chance) == said
