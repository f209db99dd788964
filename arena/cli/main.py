"""`arena …`: the command line.

Data to stdout, words to stderr; exit 0, 1 (does not hold), 2 (usage) or 130 (stopped by Ctrl-C).
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from arena.contest.contest import Contest
from arena.errors import ArenaError, BadDeclaration
from arena.ledger.frozen import contest_document, document_hash
from arena.reporting.tally import Standings
from arena.service.evaluators import Evaluators
from arena.service.operators import Checked
from arena.service.rehearsal import Rehearsal, Rehearsed

DOES_NOT_HOLD, STOPPED = 1, 130
UNCUT = 100_000
"""Columns of stdout where it is no terminal: a file or a program reads every letter of a table."""


@dataclass(frozen=True, slots=True)
class House:
    """What commands work with, opened by whoever composes the arena; nothing is open before it is called."""

    serve: Callable[[], None]
    migrate: Callable[[], str]
    contest: Callable[[], Contest]
    check: Callable[[], Sequence[Checked]]
    evaluators: Callable[[], AbstractContextManager[Evaluators]]
    rehearsal: Callable[[], AbstractContextManager[Rehearsal]]


def main(arguments: Sequence[str] | None, house: Callable[[], House]) -> int:
    """Run one command and give its exit status."""
    asked = _parser().parse_args(arguments)
    words = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    try:
        return COMMANDS[asked.command](asked, house(), words)
    except BadDeclaration as error:
        words.print("models.yaml cannot be used:", style="bold")
        words.print(str(error))
    except ArenaError as error:
        words.print(f"arena {asked.command}: {error}")
    except KeyboardInterrupt:
        words.print("stopped")
        return STOPPED
    return DOES_NOT_HOLD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="arena", description="A public blind-comparison arena.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="serve the page and the API")
    commands.add_parser("check", help="show roster and rules, and ask every endpoint")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("standings", help="print the standings, when the rules allow")
    export = commands.add_parser("export", help="write the export folder, when the rules allow")
    export.add_argument("folder", metavar="DIR", type=Path)
    simulate = commands.add_parser("simulate", help="rehearse with simulated citizens through the HTTP API")
    simulate.add_argument("--battles", type=_positive, default=2000)
    simulate.add_argument("--voters", type=_positive, default=200)
    simulate.add_argument("--parallel", type=_positive, default=40, help="citizens at once")
    simulate.add_argument("--seed", type=int, default=1, help="of the simulated citizens")
    simulate.add_argument("--url", default="http://127.0.0.1:7860", help="of the running arena")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _serve(_asked: argparse.Namespace, house: House, _words: Console) -> int:
    house.serve()
    return 0


def _migrate(_asked: argparse.Namespace, house: House, words: Console) -> int:
    words.print(f"the database is at schema {house.migrate()}")
    return 0


def _check(_asked: argparse.Namespace, house: House, words: Console) -> int:
    contest = house.contest()
    _print_rules(contest)
    words.print("asking every endpoint …")
    checked = house.check()
    table = _table("contestant", "endpoint", "check", "ms", "result")
    for one in checked:
        for made in one.probes:
            cells = (one.contestant.id, made.endpoint, made.check, f"{made.latency_ms:.0f}")
            result = "ok" if made.problem is None else _printable(made.problem)
            table.add_row(*cells, result, style="" if made.problem is None else "bold red")
    _out().print(table)
    silent = [one.contestant.id for one in checked if not one.serves]
    if silent:
        words.print(f"not every endpoint serves: {', '.join(silent)}")
    return DOES_NOT_HOLD if silent else 0


def _print_rules(contest: Contest) -> None:
    document = contest_document(contest)
    rules = document["rules"]
    table = _table("rule", "value")
    for name, value in sorted(rules.items() if isinstance(rules, dict) else ()):
        table.add_row(name, str(value))
    roster = _table("contestant", "team", "name", "aliases", "served model")
    for one in contest.roster.contestants:
        roster.add_row(one.id, one.team, one.name, ", ".join(one.aliases), one.served_model)
    out = _out()
    out.print(table, roster)
    out.print(f"SHA-256 of rules and roster: {document_hash(document)}", soft_wrap=True)


def _standings(_asked: argparse.Namespace, house: House, _words: Console) -> int:
    with house.evaluators() as evaluators:
        _print_standings(evaluators.standings())
    return 0


def _export(asked: argparse.Namespace, house: House, words: Console) -> int:
    with house.evaluators() as evaluators, _progress("votes", evaluators.votes(), words) as advance:
        standings = evaluators.export(asked.folder, lambda _: advance())
    words.print(f"{standings.votes + standings.left_out} votes exported to {asked.folder}")
    return 0


def _simulate(asked: argparse.Namespace, house: House, words: Console) -> int:
    random = Random(asked.seed)  # noqa: S311 - simulated citizens, to be drawn again with the same seed
    with house.rehearsal() as rehearsal, _progress("votes", asked.battles, words) as advance:
        playing = rehearsal.play(
            asked.url,
            battles_wanted=asked.battles,
            voters=asked.voters,
            parallel=asked.parallel,
            random=random,
            watch=advance,
        )
        rehearsed = asyncio.run(playing)
    _print_rehearsed(rehearsed)
    return 0 if rehearsed.lost == rehearsed.doubled == 0 else DOES_NOT_HOLD


def _print_standings(standings: Standings) -> None:
    table = _table("", "team", "contestant", "rating", "95 %", "points", "95 %", "votes")
    for rank, row in enumerate(standings.rows, start=1):
        table.add_row(
            str(rank),
            row.team,
            row.name,
            f"{row.rating:.0f}",
            f"{row.lower:.0f} … {row.upper:.0f}",
            f"{row.points:.2f}",
            f"{row.points_lower:.2f} … {row.points_upper:.2f}",
            str(row.votes),
        )
    _out().print(table)


def _print_rehearsed(rehearsed: Rehearsed) -> None:
    table = _table("contestant", "true rating", "rating", "95 %", "truth inside")
    for row in rehearsed.compared:
        interval = f"{row.lower:.0f} … {row.upper:.0f}"
        table.add_row(
            row.name, f"{row.true:.0f}", f"{row.found:.0f}", interval, "yes" if row.inside else "no"
        )
    out = _out()
    out.print(table)
    inside = sum(row.inside for row in rehearsed.compared)
    out.print(
        f"{rehearsed.acknowledged} votes acknowledged in {rehearsed.seconds:.1f} s, {rehearsed.lost} lost, "
        f"{rehearsed.doubled} doubled; {rehearsed.voids} battles void; {rehearsed.votes_before} votes before"
    )
    order = "the true one" if rehearsed.order_is_true else "not the true one"
    out.print(f"order: {order}; true strengths inside 95 % intervals: {inside} of {len(rehearsed.compared)}")


def _out() -> Console:
    """Give the console of stdout; what a declaration or a team's server says is never taken for markup."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNCUT
    return console


def _printable(text: str) -> str:
    """Give what a stranger's server says without the characters that steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _table(*columns: str) -> Table:
    """Give a table whose cells go on in the next line where they do not fit, and are never cut."""
    return Table(*(Column(name, overflow="fold") for name in columns))


@contextmanager
def _progress(what: str, total: int, words: Console) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal; elsewhere nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=words, disable=not words.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


COMMANDS: dict[str, Callable[[argparse.Namespace, House, Console], int]] = {
    "serve": _serve,
    "check": _check,
    "migrate": _migrate,
    "standings": _standings,
    "export": _export,
    "simulate": _simulate,
}
