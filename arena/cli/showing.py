"""What commands show: tables on stdout that are never cut, a progress bar on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

UNCUT = 100_000
"""Columns of stdout where it is no terminal: a file or a program reads every letter of a table."""


def out() -> Console:
    """Give the console of stdout; what a declaration or a team's server says is never taken for markup."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNCUT
    return console


def printable(text: str) -> str:
    """Give what a stranger's server says without the characters that steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def table(*columns: str) -> Table:
    """Give a table whose cells go on in the next line where they do not fit, and are never cut."""
    return Table(*(Column(name, overflow="fold") for name in columns))


@contextmanager
def progress(what: str, total: int, words: Console) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal; elsewhere nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=words, disable=not words.is_terminal) as shown:
        task = shown.add_task(what, total=total)
        yield lambda: shown.advance(task)
