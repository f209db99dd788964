"""The score sheet: numbers that a spreadsheet reads as numbers, names that it never runs."""

import csv
import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.outcomes import Cell
from arena.contest.roster import Roster
from arena.contest.rules import Verdict
from arena.reporting import scores, tally
from arena.reporting.methods import methods
from arena.reporting.score_files import refused, score_files

HOSTILE = (
    '=HYPERLINK("http://example.org","click")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
)


@pytest.fixture
def hostile(contest):
    """A contest whose teams and contestants are named like formulas."""
    renamed = [
        replace(one, team=name, name=f"{name} ")
        for one, name in zip(contest.roster.contestants, HOSTILE, strict=True)
    ]
    return replace(contest, roster=Roster(tuple(renamed)))


def made(contest):
    """Standings of a few votes on every pair; each contestant beats those after it more often."""
    ids = contest.roster.ids
    cells = [
        Cell(voter, a, b, verdict, count)
        for voter, extra in (("U", 0), ("V", 1), ("W", 3), ("X", 4))
        for place, a in enumerate(ids)
        for b in ids[place + 1 :]
        for verdict, count in ((Verdict.A, 3 + extra * (place + 1)), (Verdict.B, 2 + extra))
    ]
    return tally.standings(contest, cells)


def written(contest, folder):
    standings = made(contest)
    folder.mkdir()
    for name, content in score_files(contest, standings).items():
        (folder / name).write_bytes(content)
    return standings


def test_csv_for_excel(contest, tmp_path):
    """`scores.csv` begins with a byte-order mark and ends its lines as Excel does."""
    written(contest, tmp_path / "out")

    content = (tmp_path / "out/scores.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfrank,")
    assert content.count(b"\r\n") == content.count(b"\n") == 6


def test_csv_numbers(contest):
    """`scores.csv` holds every line of the standings, in their order, to the last digit."""
    standings = made(contest)

    rows = list(csv.DictReader(io.StringIO(scores.scores_csv(standings))))

    assert [row["contestant"] for row in rows] == [row.name for row in standings.rows]
    assert [float(row["points"]) for row in rows] == [row.points for row in standings.rows]
    assert [float(row["rating_lower_95"]) for row in rows] == [row.lower for row in standings.rows]
    assert [int(row["rank"]) for row in rows] == [1, 2, 3, 4, 5]


def test_csv_formulas(hostile):
    """A name that begins like a formula is written so that no spreadsheet runs it."""
    rows = list(csv.reader(io.StringIO(scores.scores_csv(made(hostile)))))

    names = {cell for row in rows[1:] for cell in row[1:3]}
    assert {name.removeprefix("'").strip() for name in names} == {name.strip() for name in HOSTILE}
    assert all(name.startswith("'") for name in names)


@given(st.text(max_size=30))
def test_defused(text):
    """No text that has been defused begins like a formula, and one that never did is as it was."""
    cell = scores.defused(text)

    assert not str(cell).startswith(scores.FORMULA_STARTS)
    assert cell in {text, f"'{text}"}


@given(st.floats(allow_nan=False) | st.integers())
def test_numbers_are_not_defused(number):
    """A number stays a number, below zero too."""
    assert scores.defused(number) == number


def test_xlsx_numbers(contest, tmp_path):
    """`scores.xlsx` opens, and its cells are the numbers of the standings."""
    standings = written(contest, tmp_path / "out")

    sheet = openpyxl.load_workbook(tmp_path / "out/scores.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == scores.COLUMNS
    assert [row[:4] for row in rows[1:]] == [
        (rank, row.team, row.name, pytest.approx(row.points)) for rank, row in enumerate(standings.rows, 1)
    ]
    assert [row[9] for row in rows[1:]] == [row.votes for row in standings.rows]


def test_xlsx_formulas(hostile, tmp_path):
    """No cell of `scores.xlsx` is a formula or a link, whatever a team calls itself."""
    written(hostile, tmp_path / "out")

    sheet = openpyxl.load_workbook(tmp_path / "out/scores.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert {cell.value.strip() for cell in sheet["B"][1:]} == {name.strip() for name in HOSTILE}


def test_xlsx_says_nothing_of_now(contest):
    """`scores.xlsx` carries the round's time and no other."""
    content = scores.scores_xlsx(contest.rules, made(contest))

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        core = book.read("docProps/core.xml").decode()
        times = {entry.date_time for entry in book.infolist()}
    opens = contest.rules.opens.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert core.count(opens) == 2
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_methods(contest, tmp_path):
    """The second sheet says how the scores came about, in texts; it follows from the standings alone."""
    written(contest, tmp_path / "out")

    sheet = openpyxl.load_workbook(tmp_path / "out/scores.xlsx")["methods"]
    said = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert said["라운드 (round)"] == f"{contest.rules.titles['ko']} · {contest.rules.round_id}"
    assert "25 ×" in said["점수 (points)"]
    decided = said["최하위의 판정 (decision on the last place)"]
    assert all(
        words in decided for words in ("90%", "30명", "2%", "100표보다 적으면", "30 voters", "100 votes")
    )
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_methods_without_scores(contest):
    """Where votes make no scores the second sheet says why."""
    said = dict(methods(contest.rules, refused("no votes")))

    assert said["점수 없음 (no scores)"] == "no votes"
