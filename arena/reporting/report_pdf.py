"""The report as PDF/UA, A4, set in Noto Sans KR; the same report gives the same bytes.

Law: the template is fixed, and everything of the report comes to it as data: no text is ever markup.
"""

import json
import warnings
from datetime import UTC, datetime
from typing import Literal, assert_never

import typst

from arena.reporting.blocks import Block, Bullets, Drawn, Heading, Lines, Paragraph, Report, Table
from arena.reporting.drawings import FONT

STANDARD: Literal["ua-1"] = "ua-1"

TEMPLATE = r"""
#let report = json(bytes(sys.inputs.report))
#let ink = luma(10%)
#let grey = luma(35%)
#let made = datetime(..report.made)

#set document(title: report.title, date: made)
#set text(font: "Noto Sans KR", size: 9.5pt, lang: "ko", fill: ink)
#set par(leading: 0.75em, spacing: 1.05em, justify: false)
#set page(
  paper: "a4",
  margin: (x: 22mm, top: 22mm, bottom: 24mm),
  footer: context [
    #set text(size: 8pt, fill: grey)
    #line(length: 100%, stroke: 0.4pt + grey)
    #grid(
      columns: (1fr, auto), column-gutter: 8mm,
      text(report.foot), counter(page).display("1 / 1", both: true),
    )
  ],
)
#let strong-text(body) = text(stroke: 0.25pt + ink, body)
#show heading.where(level: 1): it => block(above: 1.7em, below: 0.9em, sticky: true, breakable: false)[
  #text(size: 14pt, strong-text(it.body))
  #v(-0.75em)
  #line(length: 100%, stroke: 1pt + ink)
]
#show heading.where(level: 2): it => block(above: 1.5em, below: 0.8em, sticky: true)[
  #text(size: 11pt, strong-text(it.body))
]
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true, above: 1.4em, below: 1.4em)
#show figure.caption: it => align(left, text(size: 8.6pt, it.body))
#set figure(supplement: none, numbering: none)
#set table(stroke: none, inset: (x: 4pt, y: 4.2pt))
#show table: set text(size: 8.6pt, number-width: "tabular")
#show table: set par(leading: 0.55em)

// A word stays whole; what is no word but very long may break.
#let kept(body) = {
  show regex("\S{0,14}\p{Hangul}\S{0,14}"): box
  body
}

#let as-table(it) = figure(
  kind: table,
  caption: strong-text(text(it.caption)),
  table(
    columns: range(it.head.len()).map(place => {
      if it.figures_from == 1 and it.head.len() > 4 { if place == 0 { 1.5fr } else { 1fr } }
      else if place + 1 == it.figures_from { 1fr }
      else { auto }
    }),
    align: range(it.head.len()).map(place => if place >= it.figures_from { right } else { left }),
    table.hline(stroke: 0.9pt + ink),
    table.header(..it.head.map(cell => strong-text(text(cell)))),
    table.hline(stroke: 0.6pt + ink),
    ..it.rows.map(row => (..row.map(cell => text(cell)), table.hline(stroke: 0.3pt + luma(70%)))).flatten(),
    table.hline(stroke: 0.9pt + ink),
  ),
)

#let shown(it) = {
  if it.kind == "heading" { heading(level: it.level, it.text) }
  else if it.kind == "paragraph" and it.stands_out {
    block(
      width: 100%, fill: luma(95%), stroke: (left: 2.5pt + ink), inset: (x: 10pt, y: 9pt), breakable: false,
      text(size: 10.5pt, strong-text(kept(it.text))),
    )
  }
  else if it.kind == "paragraph" { par(kept(it.text)) }
  else if it.kind == "bullets" {
    list(indent: 2pt, spacing: 0.85em, ..it.items.map(item => kept(text(item))))
  }
  else if it.kind == "table" { block(breakable: it.rows.len() > 16, as-table(it)) }
  else if it.kind == "drawn" {
    block(breakable: false, width: 100%)[
      #figure(
        image(bytes(it.svg), format: "svg", width: it.width * 1%, alt: it.told),
        caption: kept(text(it.reading)), kind: image,
      )
    ]
  }
  else if it.kind == "lines" {
    block(width: 100%, fill: luma(95%), inset: 8pt, breakable: false)[
      #set text(size: 8pt)
      #for line in it.lines [#text(line)#linebreak()]
    ]
  }
}

#block(below: 1.2em)[
  #show title: set text(size: 20pt)
  #strong-text(title())
  #v(-0.6em)
  #text(size: 11pt, fill: grey, report.subtitle)
]
#grid(
  columns: (auto, 1fr), column-gutter: 6mm, row-gutter: 0.75em,
  ..report.about.map(((name, value)) => (text(fill: grey, name), text(value))).flatten(),
)
#for it in report.blocks { shown(it) }
"""

FONTS = typst.Fonts(include_system_fonts=False, font_paths=[FONT.parent])
"""No font of the machine: the same pages everywhere."""

WIDTHS = {"forest": 92, "ranks": 48, "pairs": 52}
"""How wide a drawing is set, in hundredths of the line."""


def as_pdf(report: Report) -> bytes:
    """Write the report as PDF."""
    made = _compiled(report, "pdf")
    return b"".join(made) if isinstance(made, list) else made


def as_pictures(report: Report, ppi: float = 80.0) -> list[bytes]:
    """Give every page of the PDF as a PNG, to be looked at."""
    made = _compiled(report, "png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _compiled(report: Report, form: Literal["pdf", "png"], ppi: float | None = None) -> bytes | list[bytes]:
    with warnings.catch_warnings():
        # It warns of letters that no font has; they are shown as such.
        warnings.simplefilter("ignore", typst.TypstWarning)
        made: bytes | list[bytes] = typst.compile(
            TEMPLATE.encode(),
            format=form,
            font_paths=FONTS,
            sys_inputs={"report": json.dumps(_data(report), ensure_ascii=False)},
            pdf_standards=STANDARD if form == "pdf" else None,
            timestamp=report.made_of,
            ppi=ppi,
        )
    return made


def _data(report: Report) -> dict[str, object]:
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "about": [list(pair) for pair in report.about],
        "foot": report.foot,
        "blocks": [_of(block) for block in report.blocks],
        "made": _day(report.made_of),
    }


def _of(block: Block) -> dict[str, object]:
    match block:
        case Heading(text, level):
            return {"kind": "heading", "text": text, "level": level}
        case Paragraph(text, stands_out):
            return {"kind": "paragraph", "text": text, "stands_out": stands_out}
        case Bullets(items):
            return {"kind": "bullets", "items": items}
        case Table(caption, head, rows, figures_from):
            told = {"caption": caption, "head": head, "rows": rows, "figures_from": figures_from}
            return {"kind": "table", **told}
        case Drawn():
            told = {"svg": block.svg.decode(), "reading": block.reading, "told": block.told}
            return {"kind": "drawn", "width": WIDTHS.get(block.name, 100), **told}
        case Lines(lines):
            return {"kind": "lines", "lines": lines}
        case _:
            assert_never(block)


def _day(seconds: int) -> dict[str, int]:
    moment = datetime.fromtimestamp(seconds, UTC)
    names = ("year", "month", "day", "hour", "minute", "second")
    return dict(zip(names, moment.timetuple(), strict=False))
