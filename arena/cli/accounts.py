"""`arena account …`: who of the staff may sign in. Nobody makes an account for herself."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.contest.roster import ContestantId
from arena.identity import codes
from arena.identity.staff import Role
from arena.service.account_book import AccountBook, Handed

HANDED = (
    "Hand both to the holder, the two by different ways. Neither is shown again. The password opens nothing "
    "until she has changed it; the code is for an authenticator app:"
)


def _declare(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add an account and show its first password, once")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", type=Role, choices=list(Role), required=True)
    add.add_argument("--contestant", metavar="ID", help="of an account of a team")
    acts.add_parser("list", help="show all accounts")
    disable = acts.add_parser("disable", help="end an account's sessions and let it sign in no more")
    disable.add_argument("name", metavar="NAME|ID")
    disable.add_argument("--undo", action="store_true", help="let it sign in again")
    reset = acts.add_parser("reset", help="give an account a new password and new codes, and unlock it")
    reset.add_argument("name", metavar="NAME|ID")


def _account(asked: Namespace, house: House, words: Console) -> int:
    with house.accounts() as book:
        ACTS[asked.act](book, asked, words)
    return 0


def _add(book: AccountBook, asked: Namespace, words: Console) -> None:
    contestant = None if asked.contestant is None else ContestantId(asked.contestant)
    _show(book.add(asked.name, asked.role, contestant), words)


def _reset(book: AccountBook, asked: Namespace, words: Console) -> None:
    _show(book.reset(asked.name), words)


def _show(handed: Handed, words: Console) -> None:
    out = showing.out()
    out.print(f"{handed.name}\n{handed.password}\n{handed.uri}", soft_wrap=True)
    words.print(HANDED)
    words.print(codes.drawn(handed.uri))


def _disable(book: AccountBook, asked: Namespace, words: Console) -> None:
    book.disable(asked.name, undo=asked.undo)
    words.print(f"{asked.name} can sign in again" if asked.undo else f"{asked.name} can sign in no more")


def _list(book: AccountBook, _asked: Namespace, _words: Console) -> None:
    table = showing.table("id", "name", "role", "contestant", "signs in", "state")
    for one in book.all_of():
        state = "disabled" if one.disabled else "must change its password" if one.must_change else "in use"
        where = showing.printable(one.issuer) or "here"
        table.add_row(one.id, showing.printable(one.shown), one.role, one.contestant or "", where, state)
    showing.out().print(table)


ACTS: dict[str, Callable[[AccountBook, Namespace, Console], None]] = {
    "add": _add,
    "list": _list,
    "disable": _disable,
    "reset": _reset,
}

COMMANDS = (Command("account", "say who of the staff may sign in", _account, _declare),)
