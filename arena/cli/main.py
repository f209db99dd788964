"""`arena …`: the command line.

Data to stdout, words to stderr; exit 0, 1 (does not hold), 2 (usage) or 130 (stopped by Ctrl-C).
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from random import Random

from rich.console import Console

from arena.cli import (
    accounts,
    backup,
    blindness,
    canaries,
    drain,
    keys,
    rounds,
    showing,
    stamps,
    verify_command,
    verify_receipt,
    vllm,
    witness,
)
from arena.cli.house import Command, House
from arena.contest.contest import Contest
from arena.contest.rules import Track
from arena.errors import ArenaError, BadDeclaration
from arena.ledger.frozen import contest_document, document_hash
from arena.reporting.blindness import FITS
from arena.reporting.tally import Standings
from arena.service.permissions import Act
from arena.service.rehearsal import Rehearsed

DOES_NOT_HOLD, STOPPED = 1, 130


def main(arguments: Sequence[str] | None, house: Callable[[], House]) -> int:
    """Run one command and give its exit status."""
    asked = _asked(sys.argv[1:] if arguments is None else arguments)
    words = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    try:
        return COMMANDS[asked.command].run(asked, house(), words)
    except BadDeclaration as error:
        words.print("models.yaml cannot be used:", style="bold")
        words.print(str(error))
    except ArenaError as error:
        words.print(f"arena {asked.command}: {error}")
    except KeyboardInterrupt:
        words.print("stopped")
        return STOPPED
    return DOES_NOT_HOLD


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    """Read a command line; what stands after `--` is for the program that the command runs."""
    parser = _parser()
    own = list(takewhile(lambda word: word != "--", arguments))
    asked = parser.parse_args(own, argparse.Namespace(beyond=arguments[len(own) + 1 :]))
    if asked.beyond and not COMMANDS[asked.command].runs_another:
        parser.error(f"{asked.command} takes nothing after --")
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="arena", description="A public blind-comparison arena.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        command.declare(commands.add_parser(command.name, help=command.help))
    return parser


def _declare_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument(
        "--auditors", action="store_true", help="open battles and votes, whatever the rules say"
    )
    parser.add_argument(
        "--report", action="store_true", help="add Parquet, charts and the report (HTML, PDF)"
    )


def _declare_standings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--track", type=Track, choices=list(Track), help="one alone, whether it scores or not"
    )


def _declare_simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--battles", type=_positive, default=2000)
    parser.add_argument("--voters", type=_positive, default=200)
    parser.add_argument("--parallel", type=_positive, default=40, help="citizens at once")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated citizens")
    parser.add_argument("--url", default="http://127.0.0.1:7860", help="of the running arena")


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
    table = showing.table("contestant", "endpoint", "check", "ms", "result")
    for one in checked:
        for made in one.probes:
            cells = (one.contestant.id, made.endpoint, made.check, f"{made.latency_ms:.0f}")
            result = "ok" if made.problem is None else showing.printable(made.problem)
            table.add_row(*cells, result, style="" if made.problem is None else "bold red")
    showing.out().print(table)
    silent = [one.contestant.id for one in checked if not one.serves]
    if silent:
        words.print(f"not every endpoint serves: {', '.join(silent)}")
    return DOES_NOT_HOLD if silent else 0


def _print_rules(contest: Contest) -> None:
    document = contest_document(contest)
    rules = document["rules"]
    table = showing.table("rule", "value")
    for name, value in sorted(rules.items() if isinstance(rules, dict) else ()):
        table.add_row(name, str(value))
    roster = showing.table("contestant", "team", "name", "aliases", "served model", "scores")
    for one in contest.roster.contestants:
        scores = "no, a reference" if one.reference else "yes"
        roster.add_row(one.id, one.team, one.name, ", ".join(one.aliases), one.served_model, scores)
    out = showing.out()
    out.print(table, roster)
    out.print(f"SHA-256 of rules and roster: {document_hash(document)}", soft_wrap=True)


def _verify_receipt(asked: argparse.Namespace, _house: House, _words: Console) -> int:
    return verify_receipt.run(asked)


def _standings(asked: argparse.Namespace, house: House, _words: Console) -> int:
    with house.evaluators() as evaluators:
        _print_standings(evaluators.standings(asked.track))
    return 0


def _export(asked: argparse.Namespace, house: House, words: Console) -> int:
    if asked.auditors:
        with house.audit() as audit:
            audit.put(None, Act.EXPORT_FOR_AUDITORS)
    with (
        house.evaluators() as evaluators,
        showing.progress("votes and fits", evaluators.votes() + FITS, words) as advance,
    ):
        written = evaluators.export(
            asked.folder, lambda _: advance(), for_auditors=asked.auditors, shows=asked.report, fits=advance
        )
    words.print(f"{written.votes} votes exported to {asked.folder}")
    if written.on_controls:
        words.print(f"{written.on_controls} more on controls: kept and not scored")
    if written.waits_for_witnesses:
        words.print("witnesses have still to sign its last checkpoint; until then `verify` ends with 14")
    return 0


def _simulate(asked: argparse.Namespace, house: House, words: Console) -> int:
    random = Random(asked.seed)  # noqa: S311 - simulated citizens, to be drawn again with the same seed
    with house.rehearsal() as rehearsal, showing.progress("votes", asked.battles, words) as advance:
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
    table = showing.table("", "team", "contestant", "rating", "95 %", "points", "95 %", "votes")
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
    showing.out().print(table)


def _print_rehearsed(rehearsed: Rehearsed) -> None:
    table = showing.table("contestant", "true rating", "rating", "95 %", "truth inside")
    for row in rehearsed.compared:
        interval = f"{row.lower:.0f} … {row.upper:.0f}"
        table.add_row(
            row.name, f"{row.true:.0f}", f"{row.found:.0f}", interval, "yes" if row.inside else "no"
        )
    out = showing.out()
    out.print(table)
    inside = sum(row.inside for row in rehearsed.compared)
    out.print(
        f"{rehearsed.acknowledged} votes acknowledged in {rehearsed.seconds:.1f} s, {rehearsed.lost} lost, "
        f"{rehearsed.doubled} doubled; {rehearsed.voids} battles void; {rehearsed.votes_before} votes before"
    )
    if rehearsed.standings is None:
        out.print("order: none, these votes make no finite standings")
        return
    order = "the true one" if rehearsed.order_is_true else "not the true one"
    out.print(f"order: {order}; true strengths inside 95 % intervals: {inside} of {len(rehearsed.compared)}")


BASIC = (
    Command("serve", "serve the page and the API", _serve),
    Command("check", "show roster and rules, and ask every endpoint", _check),
    Command("migrate", "bring the database to the newest schema", _migrate),
    Command("standings", "print the standings, when the rules allow", _standings, _declare_standings),
    Command("export", "write the export folder, when the rules allow", _export, _declare_export),
    Command(
        "simulate", "rehearse with simulated citizens through the HTTP API", _simulate, _declare_simulate
    ),
)
RECEIPT = Command("verify-receipt", "check a receipt offline", _verify_receipt, verify_receipt.add_arguments)
SEVERAL = (
    *BASIC,
    *rounds.COMMANDS,
    *keys.COMMANDS,
    *stamps.COMMANDS,
    *blindness.COMMANDS,
    *drain.COMMANDS,
    *witness.COMMANDS,
    *vllm.COMMANDS,
    *canaries.COMMANDS,
    *backup.COMMANDS,
    *accounts.COMMANDS,
    *verify_command.COMMANDS,
    RECEIPT,
)
COMMANDS = {command.name: command for command in SEVERAL}
