"""`arena stamp …`: have rules or result stamped by an outside authority, where one is set."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.service.stamping import Document


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("document", choices=[one.value for one in Document])


def _stamp(asked: Namespace, house: House, _words: Console) -> int:
    with house.stamping() as stamping:
        moment = stamping.stamp(Document(asked.document))
    showing.out().print(f"{asked.document} stamped at {moment.isoformat()}")
    return 0


COMMANDS = (Command("stamp", "have rules or result stamped by an outside authority", _stamp, _declare),)
