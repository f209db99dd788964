"""`arena vllm CONTESTANT`: print and run the server of a contestant."""

import os
import shutil
from argparse import ArgumentParser, Namespace

from rich.console import Console

from arena.cli.house import Command, House
from arena.contest.roster import Contestant, ContestantId
from arena.errors import BadSetting
from arena.service.team_server import TeamServer, team_server


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("contestant", metavar="CONTESTANT")
    parser.add_argument("--model", required=True, metavar="PATH", help="folder or name of the model")
    parser.add_argument("--endpoint", type=int, default=0, metavar="N", help="which of several, from 1")
    parser.add_argument("--listen", default="", metavar="HOST:PORT", help="where vLLM listens behind a proxy")
    parser.add_argument("--dry-run", action="store_true", help="print the command and run nothing")
    parser.epilog = "What stands after -- goes to vLLM."


def _vllm(asked: Namespace, house: House, words: Console) -> int:
    contestant = _found(house, asked.contestant)
    server = team_server(contestant, asked.model, asked.beyond, endpoint=asked.endpoint, listen=asked.listen)
    print(server, flush=True)  # what a process has not written when it becomes another is lost
    if not server.is_local:
        words.print("vLLM's key guards /v1 alone: let nobody but the arena reach this port")
    return 0 if asked.dry_run else _run(server)


def _found(house: House, name: str) -> Contestant:
    roster = house.contest().roster
    try:
        return roster[ContestantId(name)]
    except KeyError as error:
        raise BadSetting(f"there is no contestant {name}; there are: {', '.join(roster.ids)}") from error


def _run(server: TeamServer) -> int:
    """Become the server; the process keeps its number."""
    environment = server.environment(os.environ)
    program = shutil.which(server.command[0])
    if program is None:
        raise BadSetting(
            "vllm is not installed here; install the extra [vllm], or run the line above where it is"
        )
    os.execve(program, server.command, environment)  # noqa: S606 - no shell is wanted


COMMANDS = (
    Command("vllm", "print and run the vLLM server of a contestant", _vllm, _declare, runs_another=True),
)
