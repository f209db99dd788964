"""How the record grows: checkpoints, receipts and verification at 10^4, 10^5 and 10^6 entries.

    python -m tests.bench.record_size [--sizes 1e4 1e5 1e6] [--only store|verify]

Store: a database is filled to the size, all of it under one checkpoint; then 1,000 entries are appended
the usual way and one checkpoint is made of them; then receipts of random votes. Checkpoint and receipt
should hardly grow. Verification: a round of so many entries, with all openings, is written to a folder and
checked by `check_folder` on one core, beside the bare SHA-256 of the bytes of the same files. It should
grow as they do. What a bench wrote is checked: a receipt that did not hold, or a folder that did not,
would end it.
"""

import argparse
import hashlib
import random
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

from arena.contest.rules import Verdict
from arena.identity.secrets import Secrets
from arena.ledger import receipt, tiles
from arena.ledger.canonical import canonical
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.entries import EntryType, entry
from arena.ledger.findings import Findings
from arena.ledger.note import Note, Vkey
from arena.ledger.receipt import Receipt
from arena.reporting.verifying import check_folder
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.store import record, schema, tree
from arena.store.session import Store
from tests.scribe import Plan
from tests.scribe_folder import contest, folder, scribed

FRESH = 1_000
RECEIPTS = 200


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def payload(number: int) -> dict[str, str | int]:
    """Make the payload of a vote."""
    return {
        "battle": f"{number:032x}",
        "nth": 1,
        "receipt_salt": f"{number:032x}",
        "round": "bench",
        "track": "open",
        "verdict": "a",
        "voter": "A" * 26,
    }


def fill(file: Path, size: int) -> None:
    """Write entries behind the arena's back, as fast as the driver takes them."""
    started = now()
    connection = sqlite3.connect(file)
    for begin in range(0, size, 50_000):
        made = []
        for number in range(begin, min(size, begin + 50_000)):
            salt, said = random.randbytes(16), payload(number)
            made.append((entry(number, EntryType.VOTE_CAST, started, said, salt), salt, canonical(said)))
        connection.executemany(
            "INSERT INTO ledger VALUES (?, ?, ?)",
            [(one.sequence, one.encoded(), one.leaf()) for one, _, _ in made],
        )
        connection.executemany(
            "INSERT INTO openings VALUES (?, ?, ?)", [(one.sequence, salt, said) for one, salt, said in made]
        )
    connection.commit()
    connection.close()


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that `work` takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def in_store(size: int) -> None:
    """Print what a checkpoint and a receipt cost at `size` entries."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "arena.db"
        store = Store(f"sqlite:///{file}")
        schema.migrate(store)
        fill(file, size)
        keys = LogKeys(store, Secrets(Path(place) / "secrets"), "bench.example", now, secrets.token_bytes)
        vkey = Vkey.parse(keys.in_force(make=True))
        notary = Notary(store, keys, now)
        first = timed(notary.checkpoint)
        with store.writing() as connection:
            for number in range(FRESH):
                said = payload(size + number)
                record.append(connection, EntryType.VOTE_CAST, now(), said, secrets.token_bytes(16))
        checkpoint = timed(notary.checkpoint)
        seconds, length = receipts(store, vkey, size)
        print(
            f"{size:>9,} entries: first checkpoint {first:6.2f} s   "
            f"of {FRESH:,} more {1e3 * checkpoint:6.1f} ms   "
            f"receipt {1e3 * seconds:5.2f} ms, {length:,} bytes",
            flush=True,
        )
        store.close()


def receipts(store: Store, vkey: Vkey, size: int) -> tuple[float, int]:
    """Give the median seconds to make a receipt, and the length of the longest."""
    seconds, length = [], 0
    for number in random.sample(range(size), RECEIPTS):
        start = perf_counter()
        with store.snapshot() as connection:
            last = tree.latest(connection)
            line, _ = tree.opened(connection, number)
            proof = tiles.inclusion_proof(number, last.size, tree.hashes(connection))
            made = Receipt(
                entry=line.decode(),
                salt=bytes.fromhex(f"{number:032x}"),
                verdict=Verdict.A,
                index=number,
                hashes=tuple(proof),
                note=Note.parse(tree.published(connection, last)),
            )
            text = made.encoded()
        seconds.append(perf_counter() - start)
        length = max(length, len(text))
        checked = receipt.check(Receipt.parse(text), [vkey], [])
        assert checked.size == Checkpoint.parse(made.note.text).size
    return median(seconds), length


def verified(size: int) -> None:
    """Print what checking a folder of about `size` entries costs, beside hashing its bytes."""
    battles = size // 3
    asked = contest(5, days=3650, votes_per_person=1000)
    plan = Plan(battles=battles, voters=max(10, battles // 15), pace=30, every=100, withdrawals=3)
    with tempfile.TemporaryDirectory() as place:
        for name, content in folder(scribed(asked, plan)).items():
            (Path(place) / name).write_bytes(content)
        files = [file.read_bytes() for file in sorted(Path(place).iterdir())]
        entries = (Path(place) / "ledger.jsonl").read_bytes().count(b"\n")
        bare = min(timed(lambda: [hashlib.sha256(content).digest() for content in files]) for _ in range(3))
        findings = Findings()
        taken = timed(lambda: check_folder(Path(place), findings))
        assert findings.exit_code == 0, findings.kept
        megabytes = sum(map(len, files)) / 1e6
        print(
            f"{entries:>9,} entries: verify {taken:7.2f} s   {1e6 * taken / entries:5.1f} µs an entry   "
            f"SHA-256 of the same {megabytes:,.0f} MB {bare:6.3f} s   ratio {taken / bare:,.0f}   "
            f"peak memory of this process {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB",
            flush=True,
        )


def main() -> None:
    """Print a line for each size."""
    asked = argparse.ArgumentParser(description="How the record grows.")
    asked.add_argument("--sizes", type=float, nargs="+", default=[1e4, 1e5, 1e6])
    asked.add_argument("--only", choices=("store", "verify"))
    given = asked.parse_args()
    random.seed(1)
    for part, name in ((in_store, "store"), (verified, "verify")):
        for size in given.sizes if given.only in {None, name} else ():
            part(int(size))


if __name__ == "__main__":
    main()
