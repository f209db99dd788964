"""What commands work with, and what a command is."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from rich.console import Console

from arena.contest.contest import Contest
from arena.identity.secrets import Secrets
from arena.service.account_book import AccountBook
from arena.service.alarms import Alarms
from arena.service.audit import Audit
from arena.service.backups import Backups
from arena.service.canaries import Canaries
from arena.service.draining import Draining
from arena.service.evaluators import Evaluators
from arena.service.lifecycle import Lifecycle
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.operators import Checked
from arena.service.rehearsal import Rehearsal
from arena.service.stamping import Stamping


@dataclass(frozen=True, slots=True)
class House:
    """What commands work with, opened by whoever composes the arena; nothing is open before it is called."""

    serve: Callable[[], None]
    migrate: Callable[[], str]
    contest: Callable[[], Contest]
    check: Callable[[], Sequence[Checked]]
    evaluators: Callable[[], AbstractContextManager[Evaluators]]
    rehearsal: Callable[[], AbstractContextManager[Rehearsal]]
    lifecycle: Callable[[], AbstractContextManager[Lifecycle]]
    keys: Callable[[], AbstractContextManager[LogKeys]]
    notary: Callable[[], AbstractContextManager[Notary]]
    stamping: Callable[[], AbstractContextManager[Stamping]]
    draining: Callable[[], Draining]
    canaries: Callable[[Sequence[str]], AbstractContextManager[Canaries]]
    alarms: Callable[[], AbstractContextManager[Alarms]]
    backups: Callable[[], AbstractContextManager[tuple[Backups, Secrets]]]
    accounts: Callable[[], AbstractContextManager[AccountBook]]
    audit: Callable[[], AbstractContextManager[Audit]]
    restoring: Callable[[], AbstractContextManager[tuple[Backups, Secrets]]]


def no_arguments(_parser: ArgumentParser) -> None:
    """Declare nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `declare` says what it takes, `run` does it and gives the exit status.

    One that `runs_another` program finds the words for that in `beyond` of what it was asked.
    """

    name: str
    help: str
    run: Callable[[Namespace, House, Console], int]
    declare: Callable[[ArgumentParser], None] = no_arguments
    runs_another: bool = False
