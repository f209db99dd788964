"""The session: one transaction at a time, and the writer lock.

Law: whoever writes holds the writer lock from the first statement on (`BEGIN IMMEDIATE`;
`pg_advisory_xact_lock`), so what a transaction has read is still so when it writes, and the ledger has
one order. Without it, 80 honest votes on 8 threads lost most of themselves.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from enum import Enum, auto
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError

from arena.errors import BadSetting, StoreRefused, StoreUnavailable

WRITER_LOCK = 0x61_72_65_6E_61
"""The advisory lock of PostgreSQL that stands for "the writer" (the letters of arena)."""

BUSY_SECONDS = 30


class Kind(Enum):
    """What a transaction is for."""

    READING = auto()
    SNAPSHOT = auto()
    WRITING = auto()


BEGINNINGS: dict[tuple[str, Kind], str] = {
    ("sqlite", Kind.READING): "BEGIN",
    ("sqlite", Kind.SNAPSHOT): "BEGIN",  # in WAL mode every transaction is a snapshot
    ("sqlite", Kind.WRITING): "BEGIN IMMEDIATE",
    ("postgresql", Kind.READING): "BEGIN",
    ("postgresql", Kind.SNAPSHOT): "BEGIN ISOLATION LEVEL REPEATABLE READ",
    ("postgresql", Kind.WRITING): f"BEGIN; SELECT pg_advisory_xact_lock({WRITER_LOCK})",
}
"""What begins a transaction, by database and kind; the drivers begin none of their own."""

NO_TURN = nullcontext()

Transaction = Connection
"""What `Store.reading` and `Store.writing` hand out."""


class Store:
    """One database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Name the database; no connection is made yet.

        Raises:
            BadSetting: the URL is neither SQLite's nor PostgreSQL's.
        """
        self.url = url
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # Writers of this process wait for each other here: waiting for the database's lock, SQLite sleeps and
        # looks again.
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction for looking something up.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        with self._transaction(Kind.READING) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction in which every query sees the same state, for reading in pages.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        with self._transaction(Kind.SNAPSHOT) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction under the writer lock; what it wrote is durable when the block has ended.

        Raises:
            StoreUnavailable: the database cannot be used; nothing of the block is written.
        """
        # Connected before its turn: where the database is away, nobody waits for others to find that out.
        with self._transaction(Kind.WRITING, self._turn) as connection:
            yield connection

    @contextmanager
    def _transaction(
        self, kind: Kind, turn: AbstractContextManager[object] = NO_TURN
    ) -> Iterator[Connection]:
        with _translated(), self.engine.connect() as plain:
            connection = plain.execution_options(arena_kind=kind)
            with turn, connection.begin():
                yield connection

    def forget(self) -> None:
        """Empty SQLite's log into its file, so that erased texts do not stay there; busy, it waits."""
        if self.is_sqlite:
            with _translated(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, file: Path) -> None:
        """Write a copy of SQLite's database, as it is at one moment, to a file that is not there yet.

        Raises:
            StoreUnavailable: it cannot be written; the disk may be full.
        """
        with _translated(), closing(self.engine.raw_connection()) as connection:
            try:
                connection.cursor().execute("VACUUM INTO ?", (str(file),))
            except sqlite3.Error as error:
                raise StoreUnavailable(f"{file}: {error}") from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    """Stop the database's exceptions at this door."""
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise StoreRefused(str(error.orig)) from error
    except UnicodeEncodeError as error:
        raise StoreRefused("a text that is no Unicode") from error
    except DBAPIError as error:
        raise StoreUnavailable(str(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreUnavailable(str(error)) from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadSetting(f"ARENA_DATABASE_URL is not a database URL: {url!r}") from error
    make = {"sqlite": _sqlite, "postgresql": _postgresql}.get(parsed.get_backend_name())
    if make is None:
        raise BadSetting("ARENA_DATABASE_URL must begin with sqlite:/// or postgresql://")
    engine = make(parsed)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",  # to the driver: `_begin` begins
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 3},  # a citizen waits for it
        pool_size=20,
    )


def _sqlite(url: URL) -> Engine:
    file = url.database
    if not file or file == ":memory:":
        raise BadSetting("ARENA_DATABASE_URL must name a file: a database in memory loses every vote")
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{Path(file).parent}: {error.strerror}") from error
    engine = create_engine(url, pool_size=20, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # None: the driver must not begin transactions of its own; `_begin` does.
    connection.isolation_level = None
    # FULL: with NORMAL, WAL may lose acknowledged votes when the power fails.
    # secure_delete: what a citizen erases is overwritten, not just unlinked.
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    _keep_log(connection)


def _keep_log(connection: sqlite3.Connection) -> None:
    # SQLite does not wait when a new file that another process writes is to change its journal; we do.
    give_up = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                raise
            sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("arena_kind", Kind.READING)
    connection.exec_driver_sql(BEGINNINGS[connection.dialect.name, kind])
