"""Blocks: what a report is made of, before it is HTML or PDF. Texts are texts: no block knows markup."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section (level 1) or of a part of it (level 2)."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; one that `stands_out` is the sentence to remember."""

    text: str
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short paragraphs."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: caption, heads, rows of as many cells; in columns from `figures_from` on stand figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures_from: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing (SVG), its title, how to read it, and what it shows for those who do not see it."""

    name: str
    svg: bytes
    title: str
    reading: str
    told: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to be typed or compared letter by letter."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Bullets | Table | Drawn | Lines


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its title, what it is of, a line at the foot of every page, and its blocks.

    `made_of` is the moment that it is of, in seconds since 1970: no page says when it was printed.
    """

    title: str
    subtitle: str
    about: tuple[tuple[str, str], ...]
    foot: str
    blocks: tuple[Block, ...]
    made_of: int
