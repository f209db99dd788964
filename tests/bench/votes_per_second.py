"""Votes a second, durable and acknowledged, through the service, beside the bare driver under the same lock.

    python -m tests.bench.votes_per_second [--votes 2000] [--threads 1 8 32] [--passes 3]

Both databases, in turns, in one run; the fastest pass of each counts, once more while a notary signs a
checkpoint every 100 entries. The bare line is one INSERT of nine
columns with UNIQUE(battle) in a transaction of its own under the writer lock: `BEGIN IMMEDIATE` on SQLite
(WAL, synchronous=FULL), `pg_advisory_xact_lock` on PostgreSQL (fsync on). A vote through the service is the
whole of `cast_vote`: rules, cap, ledger entry with its opening, vote and stage, answered after the commit;
votes that wait at the same time share one. How long a flush takes depends on the disk, so read the ratios.
"""

import argparse
import secrets
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import psycopg
from sqlalchemy import create_engine, text

from arena.contest import declaration
from arena.contest.battle import Side
from arena.contest.rules import Verdict
from arena.identity.secrets import Secrets
from arena.service.citizens import CONSENT, Citizens
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.rounds import open_round
from arena.store import schema
from arena.store.session import WRITER_LOCK, Store
from tests.servers import ROOT, postgres

COLUMNS = "battle, round, voter, nth, verdict, sequence, cast_at, leaf, entry"
TABLE = (
    "CREATE TABLE bare (battle VARCHAR(32) PRIMARY KEY, round VARCHAR(40), voter VARCHAR(26), nth INTEGER, "
    "verdict VARCHAR(8), sequence BIGINT, cast_at FLOAT, leaf VARCHAR(64), entry VARCHAR(200))"
)


def rows(count: int) -> list[tuple[object, ...]]:
    """Make rows as large as those of the arena."""
    return [
        (secrets.token_hex(16), "bench", secrets.token_hex(13), 1, "a", n, 1.5, "0" * 64, "x" * 160)
        for n in range(count)
    ]


def shared(work: list[object], threads: int, worker: Callable[[Callable[[], object | None]], None]) -> float:
    """Let threads take the work from one list; give the seconds until all of it is done."""
    left, lock = iter(work), threading.Lock()

    def take() -> object | None:
        with lock:
            return next(left, None)

    running = [threading.Thread(target=worker, args=(take,)) for _ in range(threads)]
    start = perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return perf_counter() - start


def bare_sqlite(file: Path, count: int, threads: int) -> float:
    """Time the bare driver of SQLite."""
    file.unlink(missing_ok=True)
    made = sqlite3.connect(file)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute(TABLE)
    made.close()

    def worker(take: Callable[[], object | None]) -> None:
        connection = sqlite3.connect(file, isolation_level=None, timeout=60)
        connection.execute("PRAGMA synchronous=FULL")
        while (row := take()) is not None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"INSERT INTO bare ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", row)
            connection.execute("COMMIT")
        connection.close()

    return shared(rows(count), threads, worker)


def bare_postgresql(url: str, count: int, threads: int) -> float:
    """Time the bare driver of PostgreSQL."""
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute(TABLE)

    def worker(take: Callable[[], object | None]) -> None:
        with psycopg.connect(url) as connection:
            while (row := take()) is not None:
                with connection.transaction():
                    connection.execute(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
                    connection.execute(
                        f"INSERT INTO bare ({COLUMNS}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s)", row
                    )

    return shared(rows(count), threads, worker)


class Service:
    """A round whose battles wait for their votes."""

    def __init__(self, url: str, folder: Path) -> None:
        contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
        kept = Secrets(folder / secrets.token_hex(4))
        self.store = Store(url)
        schema.migrate(self.store)
        keys = LogKeys(self.store, kept, "bench.example", self._now, secrets.token_bytes)
        log = keys.in_force(make=True)
        round_ = open_round(self.store, contest, kept, self._now, secrets.token_bytes, log)
        self.notary = Notary(self.store, keys, self._now)
        key = kept.get("citizen.key")
        self.citizens = Citizens(self.store, round_, key, self._now, secrets.token_bytes)

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)

    def waiting(self, count: int) -> list[tuple[str, str]]:
        """Bring battles to the point where they wait for a vote."""
        made = []
        for _ in range(count):
            voter = self.citizens.voter(self.citizens.consent(None, CONSENT))
            battle = self.citizens.open_battle(
                self.citizens.new_battle_id(), voter, "하늘은 왜 파란가요?", "general", "ko"
            )
            self.citizens.answered(battle.id, {Side.A: "가" * 300, Side.B: "나" * 300})
            made.append((battle.id, voter))
        return made

    def cast(self, count: int, threads: int) -> float:
        """Time votes on `count` fresh battles."""

        def worker(take: Callable[[], object | None]) -> None:
            while (one := take()) is not None:
                battle, voter = one
                self.citizens.cast_vote(battle, voter, Verdict.A)

        return shared(self.waiting(count), threads, worker)

    def cast_signed(self, count: int, threads: int) -> float:
        """Time the same while checkpoints are made."""
        over = threading.Event()
        signing = threading.Thread(target=self._sign, args=(over,))
        signing.start()
        try:
            return self.cast(count, threads)
        finally:
            over.set()
            signing.join()

    def _sign(self, over: threading.Event) -> None:
        while not over.wait(0.05):
            if self.notary.due():
                self.notary.checkpoint()


@contextmanager
def durable_postgres() -> Iterator[str]:
    """A database on a cluster of our own that flushes to the disk."""
    with postgres(durable=True) as server:
        engine = create_engine(
            f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        engine.dispose()
        yield f"{server}/bench"


def main() -> None:
    """Print a line for each database and number of threads."""
    asked = argparse.ArgumentParser(description="Votes a second, through the service and by the bare driver.")
    asked.add_argument("--votes", type=int, default=2000)
    asked.add_argument("--threads", type=int, nargs="+", default=[1, 8, 32])
    asked.add_argument("--passes", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, durable_postgres() as url:
        place = Path(folder)
        contenders: list[tuple[str, Service, Callable[[int, int], float]]] = [
            (
                "SQLite",
                Service(f"sqlite:///{place}/arena.db", place),
                partial(bare_sqlite, place / "bare.db"),
            ),
            ("PostgreSQL", Service(url, place), partial(bare_postgresql, url)),
        ]
        for name, service, bare in contenders:
            for threads in given.threads:
                compare(name, service, bare, (given.votes, threads), given.passes)
            service.store.close()


def compare(
    name: str, service: Service, bare: Callable[[int, int], float], size: tuple[int, int], passes: int
) -> None:
    """Print a line for one database and number of threads."""
    count, threads = size
    runs = [(service.cast(*size), service.cast_signed(*size), bare(*size)) for _ in range(passes)]
    ours, signed, theirs = (count / min(column) for column in zip(*runs, strict=True))
    print(
        f"{name:<10} {threads:>2} threads   service {ours:>7,.0f} votes/s, while signing {signed:>7,.0f}   "
        f"bare driver {theirs:>7,.0f} inserts/s   ratio {ours / theirs:.2f}, {signed / theirs:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
