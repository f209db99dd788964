"""The score sheet: points out of the rules' maximum, as CSV that Excel opens and as XLSX."""

import csv
import io
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from arena.contest.rules import Rules
from arena.reporting.methods import methods
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
WIDTHS = (6, 24, 24, 10, 18, 18, 10, 18, 18, 11)
FORMS = {"rank": "0", "points": "0.00", "rating": "0", "votes": "#,##0"}
"""How figures are shown, by the first word of their column; the cell holds every digit."""

A4 = 9
SAID, LINE = 90, 16
"""The width of what is said of methods, in letters, and the height of a line of it, in points."""


def scores_csv(standings: Standings) -> str:
    """Give the score sheet as CSV with CRLF; the caller adds the byte-order mark that Excel wants."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([defused(cell) for cell in _cells(rank, row)] for rank, row in _ranked(standings))
    return text.getvalue()


def scores_xlsx(rules: Rules, standings: Standings) -> bytes:
    """Give the score sheet as XLSX, with a second sheet on how it came about; same standings, same bytes."""
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The file says when it was made; the round's own time keeps its bytes the same.
    book.set_properties({"title": rules.titles["ko"], "created": rules.opens.replace(tzinfo=None)})
    _write_scores(book, rules, standings)
    _write_methods(book, rules, standings)
    book.close()
    return made.getvalue()


def _write_scores(book: Workbook, rules: Rules, standings: Standings) -> None:
    """Write the first sheet: the cells of `scores.csv` and nothing else, as verifiers compare the two."""
    sheet = book.add_worksheet("scores")
    line = {"valign": "vcenter", "bottom": 4}
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#EDEDED"}
    )
    forms = {kind: book.add_format({**line, "num_format": form}) for kind, form in FORMS.items()}
    text = book.add_format(line)
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    for rank, row in _ranked(standings):
        for column, cell in enumerate(_cells(rank, row)):
            if isinstance(cell, str):
                sheet.write_string(rank, column, cell, text)
            else:
                sheet.write_number(rank, column, cell, forms[COLUMNS[column].partition("_")[0]])
    sheet.freeze_panes(1, 3)
    _set_paper(sheet, rules)


def _write_methods(book: Workbook, rules: Rules, standings: Standings) -> None:
    sheet = book.add_worksheet("methods")
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 4})
    text = book.add_format({"valign": "top", "text_wrap": True, "bottom": 4})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, SAID)
    for number, (name, said) in enumerate(methods(rules, standings)):
        sheet.set_row(number, LINE * (1 + _width(said) // SAID))  # not every program finds it out by itself
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, said, text)
    _set_paper(sheet, rules)


def _width(text: str) -> int:
    """Give how many letters wide a text is; a Korean one is as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _set_paper(sheet: Worksheet, rules: Rules) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{rules.round_id}&R&P / &N")


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
