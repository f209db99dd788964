"""`python -m ratings VOTES`: rate the contestants of anybody's file of votes in the arena format.

`python -m ratings power`: how many votes and voters a margin needs, before the round.

Data to stdout, words to stderr. Exit 0; 1 when there is no rating; 2 on usage or an unreadable file.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import Progress

from ratings.bradley_terry import BothBad, Ties
from ratings.counts import Board
from ratings.decision import Thresholds, decide
from ratings.errors import BadFile, BadSettings, RatingsError
from ratings.points import Rule
from ratings.power import Plan
from ratings.standings import Rated, Settings, rated
from ratings.votes_file import VOTER_COLUMN, WINNERS, read_votes
from ratings.writers import MARGINS, POWER_WRITERS, WRITERS

LARGE = 16 * 2**20
"""Bytes from which reading takes about a second or more, and progress is worth showing."""

LONGEST_FIELD = 64 * 2**20
"""Some arenas put whole conversations into a field; the `csv` module stops at 128 KiB unless told."""

HIGHEST_LEVEL = 0.99995
"""Beyond it, intervals and rank sets say nothing that drawing can show."""

MOST_POINTS = 1e9

DEFAULT_TIES = Ties.DAVIDSON
"""What people are told to run without naming a tie model must give what was published with it."""


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(
        prog="python -m ratings",
        description="Bradley-Terry ratings from a CSV or Parquet file of votes with the columns model_a, "
        f"model_b, winner ({', '.join(WINNERS)}) and one that names the voter.",
        epilog="`python -m ratings power -h`: how many votes and voters a margin needs.",
    )
    described.add_argument("votes", metavar="VOTES.csv|parquet", type=Path, help="the votes; CSV is UTF-8")
    described.add_argument("--ties", type=Ties, choices=list(Ties), default=DEFAULT_TIES)
    described.add_argument("--both-bad", type=BothBad, choices=list(BothBad), default=BothBad.TIE)
    described.add_argument("--side", action="store_true", help="fit a term for side A")
    described.add_argument("--voter-column", help=f"default: {VOTER_COLUMN}, if it is there")
    described.add_argument("--level", type=_level, default=0.95, help="of intervals and rank sets")
    described.add_argument("--points", type=_points, default=25.0, help="the maximum")
    described.add_argument("--rule", type=Rule, choices=list(Rule), default=Rule.MEAN_WIN, help="of points")
    described.add_argument("--floor", type=float, default=0.0, help="of points by the affine rule")
    described.add_argument("--decide", action="store_true", help="say what the votes carry about the last")
    _declare_thresholds(described)
    described.add_argument("--format", choices=sorted(WRITERS), default="table")
    described.add_argument("--charts", metavar="DIR", type=Path, help="write charts (SVG, PNG, HTML)")
    described.add_argument("--language", choices=["en", "ko"], default="ko", help="of the charts")
    return described


def _declare_thresholds(described: argparse.ArgumentParser) -> None:
    group, usual = described.add_argument_group("what --decide asks for, at least"), Thresholds()
    group.add_argument("--least-chance", type=float, default=usual.chance, help="to be last")
    group.add_argument("--least-voters", type=int, default=usual.voters, help="to change the last place")
    group.add_argument("--least-share", type=float, default=usual.share, help="of all voters, to change it")
    group.add_argument("--least-votes", type=int, default=usual.votes, help="in all")


def power_parser() -> argparse.ArgumentParser:
    """Describe the command line of `power`."""
    plan = Plan()
    described = argparse.ArgumentParser(
        prog="python -m ratings power",
        description="How many votes and voters it takes to tell a contestant from all others.",
    )
    described.add_argument("--contestants", type=int, default=plan.contestants)
    described.add_argument(
        "--margin", type=float, nargs="+", default=list(MARGINS), help="points of win rate"
    )
    described.add_argument("--ties", type=float, default=plan.ties, help="share of votes")
    described.add_argument("--design-effect", type=float, default=plan.design_effect)
    described.add_argument("--votes-each", type=float, default=plan.votes_each, help="votes of a voter")
    described.add_argument("--alpha", type=float, default=plan.alpha)
    described.add_argument("--power", type=float, default=plan.power)
    described.add_argument("--format", choices=sorted(POWER_WRITERS), default="table")
    return described


def watched(file: BinaryIO, size: int, *, progress: Progress) -> BinaryIO:
    """Show how far a large file has been read."""
    return progress.wrap_file(file, total=size, description="Reading votes") if size >= LARGE else file


def read(arguments: argparse.Namespace) -> Board:
    """Read and count the votes of the file that `arguments` name.

    Raises:
        BadFile: the file cannot be read.
    """
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        votes = read_votes(arguments.votes, arguments.voter_column, partial(watched, progress=progress))
    if not votes.names_voters:
        print(f"no column {VOTER_COLUMN!r}: each vote counts as a voter of its own", file=sys.stderr)
    return votes.board


def settings(arguments: argparse.Namespace) -> Settings:
    """Give the settings that `arguments` ask for."""
    return Settings(
        ties=arguments.ties,
        both_bad=arguments.both_bad,
        side=arguments.side,
        level=arguments.level,
        points=arguments.points,
        rule=arguments.rule,
        floor=arguments.floor,
    )


def thresholds(arguments: argparse.Namespace) -> Thresholds:
    """Give what `arguments` ask of a decision.

    Raises:
        BadSettings: they are out of bounds.
    """
    return Thresholds(
        chance=arguments.least_chance,
        voters=arguments.least_voters,
        share=arguments.least_share,
        votes=arguments.least_votes,
    )


def write_charts(found: Rated, folder: Path, language: str) -> None:
    """Write the charts and say where.

    Raises:
        MissingLibrary: matplotlib is not installed.
        BadFile: they cannot be written there.
    """
    from ratings import charts  # noqa: PLC0415 - matplotlib is optional, and half a second to load

    try:
        written = charts.write(found, folder, language=language)
    except OSError as error:
        raise BadFile(f"{folder}: {error.strerror or error}") from error
    for path in written:
        print(path, file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    csv.field_size_limit(LONGEST_FIELD)
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        text = _power(words[1:]) if words[:1] == ["power"] else _standings(words)
    except (BadFile, BadSettings) as error:
        print(error, file=sys.stderr)
        return 2
    except RatingsError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.write(text)
    return 0


def _standings(words: Sequence[str]) -> str:
    arguments = parser().parse_args(words)
    asked = thresholds(arguments)
    board = read(arguments)
    found = rated(board, settings(arguments))
    ruled = decide(board, found.strengths, found.ranks, thresholds=asked) if arguments.decide else None
    if arguments.charts is not None:
        write_charts(found, arguments.charts, arguments.language)
    return WRITERS[arguments.format](found.standings, ruled)


def _power(words: Sequence[str]) -> str:
    asked = vars(power_parser().parse_args(words))
    margins, form = asked.pop("margin"), asked.pop("format")
    return POWER_WRITERS[form](Plan(**asked), margins)


def _number(text: str, low: float, high: float) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error
    if not low < number < high:
        raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}")
    return number


def _level(text: str) -> float:
    return _number(text, 0.0, HIGHEST_LEVEL)


def _points(text: str) -> float:
    return _number(text, 0.0, MOST_POINTS)


if __name__ == "__main__":  # pragma: no cover - a test runs it, in a process of its own
    sys.exit(main())
