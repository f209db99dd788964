"""`arena verify-receipt`: what a receipt proves, offline, with the file and the log's key alone.

It needs no server, no database and of the arena only the rules of the record; it runs by itself as
`python -m arena.cli.verify_receipt FILE --key VKEY`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from arena.contest.rules import Verdict
from arena.errors import ArenaError, BadNote
from arena.ledger.note import Vkey
from arena.ledger.proof import LARGEST_PROOF
from arena.ledger.receipt import Checked, Receipt, check, short_code

DOES_NOT_HOLD = 1
REPLACED = (
    "signed only with a key that has been replaced by the last one you named; "
    "whether the record still holds this vote, only the record can tell"
)

SAID = {
    Verdict.A: "A is better",
    Verdict.B: "B is better",
    Verdict.TIE: "both are good",
    Verdict.BOTH_BAD: "both fall short",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the receipt (.tlog-proof)")
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="VKEY",
        help="of the log, oldest first, from its operator or an export's keys.txt; "
        "never from whoever gave you the receipt",
    )
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="whose word you take")


def run(asked: argparse.Namespace) -> int:
    """Print what a receipt proves, and what it does not.

    Raises:
        BadNote: the file or a key cannot be read.
        BadProof: the receipt does not hold.
    """
    receipt = Receipt.parse(_text(asked.file))
    keys, witnesses = ([Vkey.parse(text) for text in texts] for texts in (asked.key, asked.witness))
    checked = check(receipt, keys, witnesses)
    sys.stdout.write(_told(receipt, checked))
    if not checked.is_by_last:
        sys.stderr.write(f"arena verify-receipt: {REPLACED}\n")
    return 0


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4 * LARGEST_PROOF + 1).decode()
    except OSError as error:
        raise BadNote(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadNote(f"{path} is no receipt") from error


def _told(receipt: Receipt, checked: Checked) -> str:
    recorded = datetime.fromtimestamp(json.loads(receipt.entry)["time"], UTC)
    witnesses = ", ".join(checked.cosigners) or "none that you named"
    log = receipt.note.text.partition("\n")[0]
    return (
        f"The receipt holds.\n"
        f"vote:       {SAID[checked.verdict]} ({checked.verdict.value})\n"
        f"on record:  entry {checked.index}, in the minute of {recorded:%Y-%m-%d %H:%M} UTC\n"
        f"code:       {short_code(receipt.leaf)}\n"
        f"signed:     by {log}, in a record of {checked.size} entries\n"
        f"witnesses:  {witnesses}\n"
        "From the receipt alone nobody learns which team was A, or who voted.\n"
        "The vote is on record as cast. Whether it counted in a result, "
        "`arena verify` tells whoever has an auditor's folder.\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command by itself."""
    parser = argparse.ArgumentParser(prog="arena verify-receipt", description=__doc__)
    add_arguments(parser)
    try:
        return run(parser.parse_args(arguments))
    except ArenaError as error:
        sys.stderr.write(f"arena verify-receipt: the receipt does not hold: {error}\n")
        return DOES_NOT_HOLD


if __name__ == "__main__":
    sys.exit(main())
