"""The session: one transaction at a time, and the writer lock.

Law: whoever writes holds the writer lock from the first statement on (`BEGIN IMMEDIATE`;
`pg_advisory_xact_lock`), so what a transaction has read is still so when it writes, and the ledger has
one order. Without it, 80 honest votes on 8 threads lost most of themselves.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from arena.errors import BadSetting, StoreUnavailable

WRITER_LOCK = 0x61_72_65_6E_61
"""The advisory lock of PostgreSQL that stands for "the writer" (the letters of arena)."""

BUSY_SECONDS = 30

Transaction = Connection
"""What `Store.reading` and `Store.writing` hand out."""


class Store:
    """One database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Name the database; no connection is made yet.

        Raises:
            BadSetting: the URL is neither SQLite's nor PostgreSQL's.
        """
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction for looking something up.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        with _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction in which every query sees the same state, for reading in pages.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        with _translated(), self.engine.connect() as plain:
            # A transaction of SQLite in WAL mode is a snapshot as it is.
            isolation = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            connection = plain.execution_options(**isolation)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction under the writer lock; what it wrote is durable when the block has ended.

        Raises:
            StoreUnavailable: the database cannot be used; nothing of the block is written.
        """
        with _translated(), self.engine.connect() as plain:
            connection = plain.execution_options(arena_writes=True)
            with connection.begin():
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
                yield connection

    def forget(self) -> None:
        """Empty SQLite's log into its file, so that erased texts do not stay there; busy, it waits."""
        if self.is_sqlite:
            with _translated(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    """Stop the database's exceptions at this door."""
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(str(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreUnavailable(str(error)) from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadSetting(f"ARENA_DATABASE_URL is not a database URL: {url!r}") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    if parsed.get_backend_name() == "postgresql":
        # 3 s to connect: a citizen waits for it.
        arguments = {"connect_timeout": 3}
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=arguments,
            pool_size=20,
        )
    raise BadSetting("ARENA_DATABASE_URL must begin with sqlite:/// or postgresql://")


def _sqlite(url: str, file: str | None) -> Engine:
    if not file or file == ":memory:":
        raise BadSetting("ARENA_DATABASE_URL must name a file: a database in memory loses every vote")
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{Path(file).parent}: {error.strerror}") from error
    engine = create_engine(url, pool_size=20, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # None: the driver must not begin transactions of its own; `_begin_sqlite` does.
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


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("arena_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
