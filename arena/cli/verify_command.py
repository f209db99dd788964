"""`arena verify`, as one of the arena's commands; by itself it runs from `arena.cli.verify`."""

from argparse import Namespace

from rich.console import Console

from arena.cli import verify
from arena.cli.house import Command, House


def _verify(asked: Namespace, _house: House, words: Console) -> int:
    return verify.run(asked, words)


COMMANDS = (Command("verify", "check an exported folder", _verify, verify.declare),)
