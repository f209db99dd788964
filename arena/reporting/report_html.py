"""The report as one HTML file: no scripts, nothing from elsewhere; it opens from disk and prints."""

from html import escape
from io import StringIO
from typing import assert_never

from arena.reporting import drawings
from arena.reporting.blocks import Block, Bullets, Drawn, Heading, Lines, Paragraph, Report, Table

HEAD = """<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light; }}
body {{ font: 1rem/1.7 "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", sans-serif; color: #1a1a1a;
  background: #fff; margin: 2rem auto; padding: 0 1rem; max-width: 52rem; word-break: keep-all;
  overflow-wrap: anywhere; }}
h1 {{ font-size: 1.8rem; margin: 0; }}
h2 {{ font-size: 1.3rem; border-bottom: 2px solid #1a1a1a; padding-bottom: .2rem; margin-top: 2.5rem; }}
h3 {{ font-size: 1.05rem; margin-top: 1.8rem; }}
header p {{ margin: .3rem 0 1rem; color: #444; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 1rem 0; }}
dt {{ color: #444; }}
dd {{ margin: 0; overflow-wrap: anywhere; }}
.stands-out {{ border-left: 4px solid #1a1a1a; padding: .6rem 1rem; background: #f2f2f2; font-weight: 600; }}
.scrolls {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }}
caption {{ text-align: left; font-weight: 600; padding: .4rem 0; }}
th, td {{ text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
thead th {{ border-bottom: 2px solid #1a1a1a; }}
.figure {{ text-align: right; white-space: nowrap; }}
figure {{ margin: 1.5rem 0; }}
figure svg {{ max-width: 100%; height: auto; }}
figcaption {{ font-size: .92rem; color: #333; }}
pre {{ background: #f2f2f2; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
footer {{ margin-top: 3rem; border-top: 1px solid #999; color: #444; font-size: .9rem; }}
@media print {{
  body {{ margin: 0; max-width: none; font-size: 10pt; }}
  figure, table, pre {{ break-inside: avoid; }}
}}
</style>
"""


def as_html(report: Report) -> bytes:
    """Write the report as a file; the same report gives the same bytes."""
    page = StringIO()
    page.write(HEAD.format(title=escape(report.title)))
    page.write(f"<header>\n<h1>{escape(report.title)}</h1>\n<p>{escape(report.subtitle)}</p>\n<dl>\n")
    for name, value in report.about:
        page.write(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n")
    page.write("</dl>\n</header>\n<main>\n")
    for block in report.blocks:
        page.write(_written(block))
    page.write(f"</main>\n<footer><p>{escape(report.foot)}</p></footer>\n</html>\n")
    return page.getvalue().encode()


def _written(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level + 1}>{escape(text)}</h{level + 1}>\n"
        case Paragraph(text, stands_out):
            return f'<p class="stands-out">{escape(text)}</p>\n' if stands_out else f"<p>{escape(text)}</p>\n"
        case Bullets(items):
            return "<ul>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + "</ul>\n"
        case Table():
            return _table(block)
        case Drawn():
            svg = drawings.inlined(block.svg, block.name, block.title)
            return f"<figure>\n{svg}<figcaption>{escape(block.reading)}</figcaption>\n</figure>\n"
        case Lines(lines):
            return "<pre>" + "\n".join(map(escape, lines)) + "</pre>\n"
        case _:
            assert_never(block)


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_class(place, table)}>{escape(head)}</th>' for place, head in enumerate(table.head)
    )
    rows = "".join(f"<tr>{_cells(row, table)}</tr>\n" for row in table.rows)
    return (
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{escape(table.caption)}">\n<table>\n'
        f"<caption>{escape(table.caption)}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _cells(row: tuple[str, ...], table: Table) -> str:
    first, *rest = row
    cells = (f"<td{_class(place, table)}>{escape(cell)}</td>" for place, cell in enumerate(rest, start=1))
    return f'<th scope="row"{_class(0, table)}>{escape(first)}</th>' + "".join(cells)


def _class(place: int, table: Table) -> str:
    return ' class="figure"' if place >= table.figures_from else ""
