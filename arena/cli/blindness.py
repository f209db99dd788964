"""`arena blindness`: how blind the round is, by what voters guess and what programs can tell."""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from arena.cli import showing
from arena.cli.house import Command, House
from arena.errors import BadSetting
from arena.reporting.audited import Audit, TooFew
from arena.reporting.blindness import FITS, NOTES, Blindness, Recognised, document, file_of
from arena.reporting.controls import in_words, met_in_words
from arena.reporting.folder import BLINDNESS

AUDITS = {
    "texts": "what replies say",
    "moments": "how long both sides took",
    "lengths": "how long replies are",
}


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument(
        "--folder", metavar="OUT", type=Path, help=f"also write {BLINDNESS}, without pieces of replies"
    )


def _run(asked: argparse.Namespace, house: House, words: Console) -> int:
    with house.evaluators() as evaluators, showing.progress("fits", FITS, words) as advance:
        found = evaluators.blindness(advance)
    if asked.folder is not None:
        _write(asked.folder, found)
        words.print(f"{asked.folder / BLINDNESS} written")
    if asked.format == "json":
        print(json.dumps(document(found, telling=True), ensure_ascii=False, indent=2))
    else:
        _show(found, showing.out())
    return 0


def _write(folder: Path, found: Blindness) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / BLINDNESS).open("xb") as file:
            file.write(file_of(found))
    except FileExistsError as error:
        raise BadSetting(f"{folder / BLINDNESS} is there already") from error
    except OSError as error:
        raise BadSetting(f"cannot write to {folder}: {error.strerror}") from error


def _show(found: Blindness, out: Console) -> None:
    out.print(
        f"round {found.round}: {found.battles} battles answered, {found.erased} of them erased by their "
        f"citizens, {found.read} read by programs"
    )
    out.print(f"prompts that ask who answers: {found.probing} of {found.prompts}")
    out.print(f"guesses beside {found.guesses} of {found.votes} votes, by {found.voters} voters\n")
    out.print(_guesses(found))
    out.print(_audits(found))
    for name, audit in found.audits.items():
        out.print(f"{AUDITS[name]}: {verdict(audit)}")
    if isinstance(found.texts, Audit):
        out.print(_telling(found.texts))
    for line in in_words(found.controls):
        out.print(line)
    for reference, one in found.references.items():
        out.print(met_in_words(reference, one))
    for note in NOTES:
        out.print(note, style="dim")


def _guesses(found: Blindness) -> Table:
    table = showing.table("contestant", "right", "wrong", "don't know", "index", "95 %", "recognised")
    for contestant, one in found.recognised.items():
        total = f"{one.said.unknown} ({_percent(one.said.unknown, one.said.asked)})"
        table.add_row(contestant, str(one.said.right), str(one.said.wrong), total, *_index(one))
    return table


def _index(one: Recognised) -> tuple[str, str, str]:
    if isinstance(one.index, TooFew):
        return "", _too_few(one.index), ""
    interval = f"{one.index.lower:.2f} … {one.index.upper:.2f}"
    return f"{one.index.index:.2f}", interval, "yes" if one.index.guessed else "not shown"


def _audits(found: Blindness) -> Table:
    columns = ("a program that knows", "replies", "questions", "named rightly", "95 %", "chance", "shuffled")
    table = showing.table(*columns)
    for name, audit in found.audits.items():
        if isinstance(audit, TooFew):
            table.add_row(AUDITS[name], "", "", "", _too_few(audit), "", "")
            continue
        table.add_row(
            AUDITS[name],
            str(audit.replies),
            str(audit.questions),
            f"{audit.share:.1%}",
            f"{audit.lower:.1%} … {audit.upper:.1%}",
            f"{audit.chance:.1%}",
            f"{min(audit.shuffled):.1%} … {max(audit.shuffled):.1%}",
        )
    return table


def verdict(audit: Audit | TooFew) -> str:
    """Say in a sentence what an audit found."""
    if isinstance(audit, TooFew):
        return f"nothing can be said; {_too_few(audit)}"
    if audit.is_told:
        return f"NOT blind: {audit.share:.1%} named rightly where chance names {audit.chance:.1%}"
    return "contestants were not told apart better than by chance"


def _telling(audit: Audit) -> Table:
    table = showing.table("contestant", "named rightly", "what speaks most for it")
    for contestant, pieces in audit.telling.items():
        shown = " ".join(f"‹{showing.printable(piece)}›" for piece in pieces)
        table.add_row(contestant, f"{audit.found[contestant]:.1%}", shown)
    return table


def _too_few(one: TooFew) -> str:
    return f"too few {one.what}: {one.number}, {one.needed} are needed"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


COMMANDS = (Command("blindness", "measure how blind the round is: guesses, texts, times", _run, _declare),)
