"""`arena key …` and `arena checkpoint`: the keys that sign the record, and signing it now."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.errors import BadSetting
from arena.identity import witness_key
from arena.service.log_keys import LogKeys

WEEK = 7 * 24 * 60 * 60
LONGEST_OVERLAP = 366 * 24 * 60 * 60
WITNESS, ROTATE = "witness", "rotate"
NO_OVERLAP = (
    "with --overlap 0 no checkpoint is signed by both keys: whoever follows the log, a witness or a monitor, "
    "cannot follow the change by herself; give the new vkey to each of them"
)


def _declare_key(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("new", help="make the log's first key")
    rotate = acts.add_parser(ROTATE, help="put a new key in force, on record")
    rotate.add_argument(
        "--overlap", type=_seconds, default=WEEK, metavar="SECONDS", help="for which both sign"
    )
    acts.add_parser("show", help="print the log's vkeys, oldest first")
    witness = acts.add_parser(WITNESS, help="make a witness's key in FILE, or show the vkey of the one there")
    witness.add_argument("file", metavar="FILE", type=Path)
    witness.add_argument("--name", help="of a new key, as an address without https://")


def _key(asked: Namespace, house: House, words: Console) -> int:
    if asked.act == WITNESS:
        showing.out().print(_of_witness(asked), soft_wrap=True)
        return 0
    with house.keys() as keys:
        showing.out().print(ACTS[asked.act](keys, asked), soft_wrap=True)
    if asked.act == ROTATE and not asked.overlap:
        words.print(NO_OVERLAP)
    return 0


def _of_witness(asked: Namespace) -> str:
    if asked.file.exists():
        return str(witness_key.read(asked.file).vkey)
    if not asked.name:
        raise BadSetting(f"there is no {asked.file}; with --name NAME a key is made there")
    return str(witness_key.make(asked.file, asked.name).vkey)


def _seconds(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LONGEST_OVERLAP:
        raise ValueError(text)
    return number


def _checkpoint(_asked: Namespace, house: House, words: Console) -> int:
    with house.notary() as notary:
        made = notary.checkpoint()
    if made is None:
        words.print("nothing is on record yet")
        return 0
    showing.out().print(made.note, soft_wrap=True, end="")
    return 0


ACTS: dict[str, Callable[[LogKeys, Namespace], str]] = {
    "new": lambda keys, _asked: keys.begin(),
    ROTATE: lambda keys, asked: keys.rotate(timedelta(seconds=asked.overlap)),
    "show": lambda keys, _asked: "\n".join([*(key.vkey for key in keys.all()[:-1]), keys.in_force()]),
}

COMMANDS = (
    Command("key", "make, rotate and show the keys that sign the record", _key, _declare_key),
    Command("checkpoint", "sign a checkpoint now, where entries wait for one", _checkpoint),
)
