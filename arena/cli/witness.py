"""`arena witness`: follow a log, cosign what extends it, and say loudly when it forks."""

import queue
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from arena.cli.house import Command, House
from arena.errors import BadSetting, Forked, LedgerError
from arena.identity import witness_key
from arena.service.witness import Witness, log_at
from arena.service.witness_door import door

DOES_NOT_HOLD = 1


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("--log", required=True, metavar="URL", help="address of the arena")
    parser.add_argument("--state", required=True, metavar="FILE", type=Path, help="what was seen last")
    parser.add_argument("--key", required=True, metavar="FILE", type=Path, help="of `arena key witness`")
    parser.add_argument(
        "--log-key", action="append", default=[], metavar="VKEY", help="of the log, from its operator"
    )
    parser.add_argument("--once", action="store_true", help="look once and end")
    parser.add_argument("--interval", type=float, default=30, metavar="SECONDS", help="between two looks")
    parser.add_argument("--listen", metavar="HOST:PORT", help="take POST /add-checkpoint there too")


def _witness(asked: Namespace, _house: House, words: Console) -> int:
    key = witness_key.read(asked.key)
    witness = Witness(key, asked.state, lambda: datetime.now(UTC), tuple(asked.log_key))
    words.print(f"witness {key.vkey}")
    forks: queue.SimpleQueue[Forked] = queue.SimpleQueue()
    try:
        with ExitStack() as open_things:
            log = open_things.enter_context(log_at(asked.log))
            if asked.listen:
                host, _, port = asked.listen.rpartition(":")
                taken = open_things.enter_context(door(witness, host, _port(port), forks.put))
                words.print(f"listening on {host}:{taken}")
            _follow(witness, partial(witness.look, log), asked, forks, words)
    except Forked as fork:
        words.print(str(fork), style="bold red")
        return DOES_NOT_HOLD
    return 0


def _follow(
    witness: Witness,
    look: Callable[[], int | None],
    asked: Namespace,
    forks: "queue.SimpleQueue[Forked]",
    words: Console,
) -> None:
    known = False
    while True:
        try:
            size = look()
            if size is not None:
                words.print(f"cosigned the checkpoint of size {size}")
        except Forked:
            raise
        except LedgerError as error:
            if asked.once:
                raise
            words.print(f"not cosigned: {error}")
        if not known and witness.vkeys:
            known = True
            words.print(f"the log is known by {' '.join(witness.vkeys)}")
        if asked.once:
            return
        try:
            raise forks.get(timeout=asked.interval)
        except queue.Empty:
            continue


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise BadSetting(f"--listen takes HOST:PORT, not a port {text!r}")
    return int(text)


COMMANDS = (Command("witness", "follow a log, cosign its checkpoints, refuse a fork", _witness, _declare),)
