"""`arena backup` and `arena restore`: everything the database holds in one file, and back.

What a restore needs: the file, an empty database, `models.yaml` as it was, and the secrets: those of the
folder `data/secrets`, or a copy that `arena backup --secrets` made of them.
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.errors import BadNote
from arena.identity import secret_copies
from arena.ledger.note import Vkey
from arena.ledger.signing import read_key
from arena.service.backups import THOUSAND

WITHOUT_SECRETS = (
    "secrets are not in it: a round's pepper must be destroyable, and a backup is not. "
    "Keep data/secrets by itself, or make a copy with --secrets FILE"
)
ERASED = "what a citizen erases from now on stays in it: destroy backups that are no longer needed"
ACCOUNTS = (
    "accounts are as they were then, and nobody is signed in: `arena account list` shows them; "
    "disable or reset again whoever was since"
)
WENT_BACK = (
    "the record goes on from there: if the log has signed or given receipts for more entries than these, "
    "witnesses and receipts will show that it went back, so say publicly what was lost and when"
)
RESTORE = "restore"
"""The act, as the audit names it."""
UNTRUSTED = "checked with the key in the backup itself; --key VKEY checks that it is the log's"


def _declare_backup(parser: ArgumentParser) -> None:
    parser.add_argument("target", metavar="FILE|DIR", type=Path, help="a new file, or a folder for one")
    parser.add_argument("--secrets", metavar="FILE", type=Path, help="copy the secrets too, to this file")


def _declare_restore(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--secrets", metavar="FILE", type=Path, help="a copy of the secrets to put back too")
    parser.add_argument(
        "--key",
        metavar="VKEY",
        action="append",
        default=[],
        type=_key,
        help="a key of the log, from elsewhere",
    )


def _key(text: str) -> Vkey:
    try:
        return read_key(text)
    except BadNote as error:
        raise ArgumentTypeError(str(error)) from error


def _backup(asked: Namespace, house: House, words: Console) -> int:
    # Not audited: it writes nothing, so that it can be made before a database is brought to a newer schema.
    with (
        house.backups() as (backups, secrets),
        showing.progress("thousand rows", 2 * backups.rows() // THOUSAND, words) as advance,
    ):
        made = backups.back_up(asked.target, advance)
        if asked.secrets:
            secret_copies.copy(secrets, asked.secrets)
    recorded = made.recorded
    words.print(f"{made.manifest.rows} rows, {made.size} bytes; read again: all as it was written")
    words.print(f"the record holds: {recorded.entries} entries, {recorded.signed} of them signed")
    words.print(WITHOUT_SECRETS if not asked.secrets else f"secrets are in {asked.secrets}; keep it apart")
    words.print(ERASED)
    showing.out().print(f"{made.sha256}  {made.file}", soft_wrap=True)
    return 0


def _restore(asked: Namespace, house: House, words: Console) -> int:
    with house.restoring() as (backups, secrets):
        if asked.secrets:
            secret_copies.put_back(secrets, asked.secrets)
        total = 3 * backups.rows_of(asked.file) // THOUSAND
        with showing.progress("thousand rows", total, words) as advance:
            done = backups.restore(asked.file, asked.key, advance)
    recorded = done.recorded
    with house.audit() as audit:
        audit.put(None, RESTORE, after={"entries": recorded.entries, "made_at": done.manifest.made_at})
    words.print(f"{done.manifest.rows} rows of {done.manifest.made_at} are back, and read again as they were")
    words.print(f"the record holds: {recorded.entries} entries, {recorded.signed} of them signed")
    words.print(WENT_BACK)
    words.print(ACCOUNTS)
    if not asked.key:
        words.print(UNTRUSTED)
    if done.missing:
        words.print(f"before it can be served, put back into data/secrets: {', '.join(done.missing)}")
    words.print("`arena export DIR --auditors` and `arena verify DIR` check votes and scores too")
    return 0


COMMANDS = (
    Command("backup", "write everything the database holds to one checked file", _backup, _declare_backup),
    Command("restore", "put a backup back into an empty database", _restore, _declare_restore),
)
