"""A file of votes in the arena format, as arenas publish it: CSV in UTF-8 or Parquet, one vote a line.

Columns `model_a`, `model_b` and `winner`, one for the voter, and any others, which are not read.
`winner` is one of `WINNERS`; anything else is an error with its line, never a tie.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from ratings.counts import Board, Row, Verdict, tally
from ratings.errors import BadFile, BadOutcome

WINNERS: dict[str, Verdict] = {
    "model_a": Verdict.A,
    "model_b": Verdict.B,
    "tie": Verdict.TIE,
    "tie (bothbad)": Verdict.BOTH_BAD,
    "bothbad": Verdict.BOTH_BAD,
    "both_bad": Verdict.BOTH_BAD,
}

VOTER_COLUMN = "judge"

PARQUET = frozenset({".parquet", ".pq"})

Watch = Callable[[BinaryIO, int], BinaryIO]
"""Wraps a file of so many bytes, to show how far it has been read."""


@dataclass(frozen=True, slots=True)
class VotesFile:
    """The votes of a file, and whether it says who cast them."""

    board: Board
    names_voters: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand; `voter` is None when each vote counts as a voter of its own."""

    a: int
    b: int
    winner: int
    voter: int | None
    width: int


def read_votes(path: Path, voter_column: str | None = None, watch: Watch | None = None) -> VotesFile:
    """Read and count the votes of a file.

    `voter_column` must be there when it is named; without it, the votes of a file that has no column
    `judge` each count as a voter of their own.

    Raises:
        BadFile: the file cannot be read, or a line of it is not a vote.
    """
    try:
        if path.suffix.lower() in PARQUET:
            return _read_parquet(path, voter_column)
        with path.open("rb") as file:
            source = watch(file, path.stat().st_size) if watch else file
            with TextIOWrapper(source, encoding="utf-8-sig", newline="") as text:
                return _read(text, voter_column)
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path} is not UTF-8 text (byte {error.start})") from error
    except BadOutcome as error:
        raise BadFile(f"{path}: row {error.row}: {error.why}") from error
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error


def _read_parquet(
    path: Path, voter_column: str | None, load: Callable[[str], ModuleType] = import_module
) -> VotesFile:
    """Read with `pyarrow`, which is loaded when the first Parquet file comes.

    Raises:
        BadFile: as `read_votes`, or `pyarrow` is not installed.
        BadOutcome: a row is not a vote.
    """
    try:
        arrow = load("ratings.arrow")
    except ModuleNotFoundError as error:
        raise BadFile(f"a Parquet file needs {error.name}, which is not installed") from error
    named = voter_column or (VOTER_COLUMN if VOTER_COLUMN in arrow.column_names(path) else None)
    return VotesFile(arrow.count_file(path, named, spellings=WINNERS), named is not None)


def _read(text: TextIOWrapper, voter_column: str | None) -> VotesFile:
    lines = csv.reader(_without_nul(text), strict=True)
    try:
        columns = _columns(next(lines, []), voter_column)
        board = tally(_row(columns, lines.line_num, cells) for cells in lines if cells)
    except csv.Error as error:
        raise BadFile(f"line {lines.line_num}: {error}") from error
    except BadOutcome as error:
        raise BadFile(f"line {lines.line_num}: {error.why}") from error
    return VotesFile(board, columns.voter is not None)


def _without_nul(text: TextIOWrapper) -> Iterator[str]:
    for number, line in enumerate(text, start=1):
        if "\0" in line:
            raise BadFile(f"line {number}: there is a NUL byte; this is not a text file")
        yield line


def _columns(header: Sequence[str], voter_column: str | None) -> Columns:
    wanted = voter_column or VOTER_COLUMN
    voter = _place(header, wanted) if voter_column or wanted in header else None
    a, b, winner = (_place(header, name) for name in ("model_a", "model_b", "winner"))
    return Columns(a, b, winner, voter, len(header))


def _place(header: Sequence[str], name: str) -> int:
    times = header.count(name)
    if times != 1:
        raise BadFile(f"line 1: the column {name!r} must be there once and is there {times} times")
    return header.index(name)


def _row(columns: Columns, line: int, cells: Sequence[str]) -> Row:
    if len(cells) != columns.width:
        raise BadFile(f"line {line}: {len(cells)} fields under {columns.width} columns")
    said = cells[columns.winner]
    if said not in WINNERS:
        raise BadFile(f"line {line}: the winner {_short(said)} is none of {', '.join(map(repr, WINNERS))}")
    voter = f"line {line}" if columns.voter is None else cells[columns.voter]
    return (voter, cells[columns.a], cells[columns.b], WINNERS[said], 1)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
