"""`arena drain …`: take an endpoint out while the arena serves, or put it back."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.service.draining import Draining
from arena.service.permissions import Act

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
        before = draining.drained()
        (draining.undo if asked.undo else draining.drain)(asked.endpoint)
        _audit(house, draining, asked.endpoint, before)
        words.print("the running server notices within seconds; replies under way are finished")
    table = showing.table("endpoint", "new requests")
    drained = draining.drained()
    for endpoint in draining.endpoints:
        table.add_row(showing.printable(endpoint), "none: drained" if endpoint in drained else "yes")
    showing.out().print(table)
    return 0


def _audit(house: House, draining: Draining, endpoint: str, before: frozenset[str]) -> None:
    """Put on record what has been done already: an endpoint can be taken out while the database is away."""
    number, after = draining.endpoints.index(endpoint) + 1, draining.drained()
    if before == after:
        return
    told = [
        {"endpoint": number, "state": "drained" if endpoint in out else "in_use"} for out in (before, after)
    ]
    with house.audit() as audit:
        audit.put(None, Act.DRAIN_ENDPOINT, *told)


COMMANDS = (
    Command("drain", "take an endpoint out while the arena serves, or put it back", _drain, _declare),
)
