"""`arena drain …`: take an endpoint out while the arena serves, or put it back."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House

USAGE = 2


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument(
        "endpoint", metavar="ENDPOINT", nargs="?", help="as models.yaml declares it; without: show all"
    )
    parser.add_argument("--undo", action="store_true", help="put it back")


def _drain(asked: Namespace, house: House, words: Console) -> int:
    if asked.undo and not asked.endpoint:
        words.print("arena drain: --undo needs an ENDPOINT")
        return USAGE
    draining = house.draining()
    if asked.endpoint:
        (draining.undo if asked.undo else draining.drain)(asked.endpoint)
        words.print("the running server notices within seconds; replies under way are finished")
    table = showing.table("endpoint", "new requests")
    drained = draining.drained()
    for endpoint in draining.endpoints:
        table.add_row(showing.printable(endpoint), "none: drained" if endpoint in drained else "yes")
    showing.out().print(table)
    return 0


COMMANDS = (
    Command("drain", "take an endpoint out while the arena serves, or put it back", _drain, _declare),
)
