"""`python -m ratings VOTES.csv`: rate the contestants of anybody's file of votes in the arena format.

Data to stdout, words to stderr. Exit 0; 1 when there is no rating; 2 on usage or an unreadable file.
"""

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import BinaryIO

from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress

from ratings.bradley_terry import BothBad, Ties
from ratings.errors import BadFile, RatingsError
from ratings.standings import Row, Settings, Standings, standings
from ratings.votes_file import VOTER_COLUMN, WINNERS, read_votes

LARGE = 16 * 2**20
"""Bytes from which reading takes about a second or more, and progress is worth showing."""

LONGEST_FIELD = 64 * 2**20
"""Some arenas put whole conversations into a field; the `csv` module stops at 128 KiB unless told."""


def as_json(found: Standings) -> str:
    """Write the standings as one JSON document."""
    return json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n"


def as_csv(found: Standings) -> str:
    """Write the rows as comma-separated lines under their field names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Row.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in found.rows)
    return text.getvalue()


def as_table(found: Standings) -> str:
    """Write the rows for people: ratings whole, points with two decimals, wide letters aligned."""
    table = [("", "rating", "interval", "points", "interval", "votes"), *map(_cells, found.rows)]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    return "".join(_line(cells, widths) for cells in table)


WRITERS: dict[str, Callable[[Standings], str]] = {"table": as_table, "csv": as_csv, "json": as_json}


def _cells(row: Row) -> tuple[str, ...]:
    return (
        "".join(letter if letter.isprintable() else "?" for letter in row.name),
        f"{row.rating:.0f}",
        f"{row.lower:.0f} to {row.upper:.0f}",
        f"{row.points:.2f}",
        f"{row.points_lower:.2f} to {row.points_upper:.2f}",
        str(row.votes),
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    gaps = [" " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
    figures = [gap + cell for gap, cell in zip(gaps[1:], cells[1:], strict=True)]
    return "  ".join([cells[0] + gaps[0], *figures]) + "\n"


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(
        prog="python -m ratings",
        description="Bradley-Terry ratings from a CSV of votes with the columns model_a, model_b, winner "
        f"({', '.join(WINNERS)}) and one that names the voter.",
    )
    described.add_argument("votes", metavar="VOTES.csv", type=Path, help="the votes; UTF-8")
    described.add_argument("--ties", type=Ties, choices=list(Ties), default=Ties.HALF, help="half a win each")
    described.add_argument("--both-bad", type=BothBad, choices=list(BothBad), default=BothBad.TIE)
    described.add_argument("--voter-column", help=f"default: {VOTER_COLUMN}, if it is there")
    described.add_argument("--format", choices=sorted(WRITERS), default="table")
    return described


def watched(file: BinaryIO, size: int, *, progress: Progress) -> BinaryIO:
    """Show how far a large file has been read."""
    return progress.wrap_file(file, total=size, description="Reading votes") if size >= LARGE else file


def rate(arguments: argparse.Namespace) -> Standings:
    """Read the file that `arguments` name and rate its contestants.

    Raises:
        RatingsError: the file cannot be read or there is no rating.
    """
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        votes = read_votes(arguments.votes, arguments.voter_column, partial(watched, progress=progress))
    if not votes.names_voters:
        print(f"no column {VOTER_COLUMN!r}: each vote counts as a voter of its own", file=sys.stderr)
    return standings(votes.board, Settings(ties=arguments.ties, both_bad=arguments.both_bad))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    csv.field_size_limit(LONGEST_FIELD)
    arguments = parser().parse_args(argv)
    try:
        found = rate(arguments)
    except BadFile as error:
        print(error, file=sys.stderr)
        return 2
    except RatingsError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.write(WRITERS[arguments.format](found))
    return 0


if __name__ == "__main__":  # pragma: no cover - a test runs it, in a process of its own
    sys.exit(main())
