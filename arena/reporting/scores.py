"""The score sheet: points out of the rules' maximum, as CSV that Excel opens and as XLSX."""

import csv
import io

from xlsxwriter import Workbook

from arena.contest.rules import Rules
from arena.reporting.tally import Standing, Standings

COLUMNS = (
    "rank",
    "team",
    "contestant",
    "points",
    "points_lower_95",
    "points_upper_95",
    "rating",
    "rating_lower_95",
    "rating_upper_95",
    "votes",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = (6, 24, 24, 9, 16, 16, 9, 16, 16, 9)


def scores_csv(standings: Standings) -> str:
    """Give the score sheet as CSV with CRLF; the caller adds the byte-order mark that Excel wants."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([defused(cell) for cell in _cells(rank, row)] for rank, row in _ranked(standings))
    return text.getvalue()


def scores_xlsx(rules: Rules, standings: Standings) -> bytes:
    """Give the score sheet as XLSX; the same standings give the same bytes."""
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The file says when it was made; the round's own time keeps its bytes the same.
    book.set_properties({"title": rules.titles["ko"], "created": rules.opens.replace(tzinfo=None)})
    sheet = book.add_worksheet("scores")
    head, number = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "0.00"})
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    for rank, row in _ranked(standings):
        for column, cell in enumerate(_cells(rank, row)):
            if isinstance(cell, str):
                sheet.write_string(rank, column, cell)
            else:
                sheet.write_number(rank, column, cell, number if isinstance(cell, float) else None)
    sheet.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def defused(cell: str | float) -> str | float:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _ranked(standings: Standings) -> list[tuple[int, Standing]]:
    return list(enumerate(standings.rows, start=1))


def _cells(rank: int, row: Standing) -> tuple[str | float, ...]:
    return (
        rank,
        row.team,
        row.name,
        row.points,
        row.points_lower,
        row.points_upper,
        row.rating,
        row.lower,
        row.upper,
        row.votes,
    )
