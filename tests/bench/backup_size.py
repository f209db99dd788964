"""What a backup costs as the record grows: time, size and memory, of making it and of putting it back.

    python -m tests.bench.backup_size [--sizes 1e5 1e6]

A database is filled behind the arena's back with so many entries and their openings, and a battle with one
turn of some 2,000 characters for each second of them. Making a backup reads it again and checks it;
restoring checks it, writes it and reads it again. Each runs in a process of its own, whose peak of memory
should not grow. Beside them stands `sqlite3`'s own copy of the same file, flushed, which checks nothing.
"""

import argparse
import multiprocessing
import os
import random
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from arena.identity.secrets import Secrets
from arena.service.backups import Backups
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.store import schema
from arena.store.session import Store
from tests.bench.record_size import fill, now

TEXT = "세종대왕은 왜 한글을 만들었나요? " * 50


def backups_of(place: Path) -> Backups:
    """Give the backups of the database in a folder."""
    store, kept = Store(f"sqlite:///{place}/arena.db"), Secrets(place / "secrets")
    return Backups(store, LogKeys(store, kept, "bench.example", now, secrets.token_bytes), kept, place, now)


def prepare(place: Path, size: int) -> None:
    """Fill a database and have it signed."""
    backups = backups_of(place)
    schema.migrate(backups._store)
    backups._keys.in_force(make=True)
    fill(place / "arena.db", size)
    connection = sqlite3.connect(place / "arena.db")
    connection.execute("INSERT INTO rounds VALUES ('bench', '{}', '', '', '', 0, 'open', '', '{}', 0)")
    for begin in range(0, size // 2, 10_000):
        ids = [random.randbytes(16).hex() for _ in range(min(10_000, size // 2 - begin))]
        heads = [(one, "bench", "open", begin + n, "a", "b", "v" * 26) for n, one in enumerate(ids)]
        connection.executemany(
            "INSERT INTO battles VALUES (?, ?, ?, ?, ?, ?, ?, 'general', 'ko', 'voted', NULL, 0.5, 1.5)",
            heads,
        )
        connection.executemany(
            "INSERT INTO turns VALUES (?, 1, '왜?', x'00', ?, ?, x'00', x'00', 0.5, 1.5)",
            [(one, TEXT, TEXT) for one in ids],
        )
        connection.commit()
    connection.close()
    Notary(backups._store, backups._keys, now).checkpoint()
    backups._store.close()


def alone(work: Callable[[], object]) -> tuple[float, float]:
    """Do work in a process of its own; give its seconds and the peak of its memory beyond imports, in MB."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_measured, args=(there, work))
    process.start()
    found: tuple[float, float] = here.recv()
    process.join()
    return found


def _measured(to: Connection, work: Callable[[], object]) -> None:
    before, start = getrusage(RUSAGE_SELF).ru_maxrss, perf_counter()
    work()
    to.send((perf_counter() - start, (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024))


def copied(place: Path) -> None:
    """Copy the database as `sqlite3` does, to the disk."""
    source, target = sqlite3.connect(place / "arena.db"), sqlite3.connect(place / "copy.db")
    source.backup(target)
    target.close()
    descriptor = os.open(place / "copy.db", os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def measure(size: int) -> None:
    """Print what a backup of `size` entries costs."""
    with tempfile.TemporaryDirectory() as folder:
        place, other = Path(folder), Path(folder) / "other"
        other.mkdir()
        prepare(place, size)
        bare, _ = alone(lambda: copied(place))
        making, peak = alone(lambda: backups_of(place).back_up(place / "one.backup"))
        restoring, peak_back = alone(lambda: backups_of(other).restore(place / "one.backup"))
        whole, packed = (file.stat().st_size / 1e6 for file in (place / "arena.db", place / "one.backup"))
        print(
            f"{size:>9,} entries, {whole:7.0f} MB: bare copy {bare:6.1f} s   backup {making:6.1f} s, "
            f"{packed:6.0f} MB, +{peak:.0f} MB of memory   restore {restoring:6.1f} s, +{peak_back:.0f} MB",
            flush=True,
        )


def main() -> None:
    """Measure at each size."""
    asked = argparse.ArgumentParser(description="What a backup costs.")
    asked.add_argument("--sizes", type=float, nargs="+", default=[1e5, 1e6])
    for size in asked.parse_args().sizes:
        measure(int(size))


if __name__ == "__main__":
    main()
