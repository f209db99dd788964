"""What a backup reads and writes: every table of ours, as it stands at one moment.

Tables are found in the database itself, so one of an older schema can be copied too, and rows of either
database fit into the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Table, func, insert, inspect, select, text

from arena.errors import BadBackup
from arena.store import schema
from arena.store.archive import Row
from arena.store.session import Store, Transaction

VERSION = "alembic_version"
COPY = ".backup-"
"""Begins the name of the folder that SQLite's copy lies in while it is read."""

PAGE = 100
"""Rows at once; one with a picture has 1 MB."""

KINDS: Mapping[type, str] = {int: "integer", float: "number", str: "text", bytes: "bytes", bool: "flag"}


@contextmanager
def frozen(store: Store, beside: Path) -> Iterator[Transaction]:
    """Open the database as it is now, for as long as it takes to read it.

    Of SQLite a copy is made in a folder in `beside` first, and removed at the end: while a transaction
    reads, its log cannot be emptied, and a citizen who erases her texts would wait for that.

    Raises:
        StoreUnavailable: the database cannot be used, or there is no room for the copy.
    """
    if not store.is_sqlite:
        with store.snapshot() as connection:
            yield connection
        return
    with TemporaryDirectory(dir=beside, prefix=COPY) as folder:
        copy = Path(folder) / "copy.db"
        store.copy_to(copy)
        copied = Store(f"sqlite:///{copy}")
        try:
            with copied.snapshot() as connection:
                yield connection
        finally:
            copied.close()


def tables(connection: Transaction) -> tuple[Table, ...]:
    """Find every table, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return tuple(table for table in found.sorted_tables if table.name != VERSION)


def columns(table: Table) -> dict[str, str]:
    """Name the kinds of a table's columns.

    Raises:
        BadBackup: a column holds what no backup knows how to write.
    """
    try:
        return {column.name: KINDS[column.type.python_type] for column in table.columns}
    except (KeyError, NotImplementedError) as error:
        raise BadBackup(f"table {table.name} holds values that cannot be backed up") from error


def count(connection: Transaction, table: Table) -> int:
    """Count the rows of a table."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def rows(connection: Transaction, table: Table) -> Iterator[Row]:
    """Read a table in the order of its key, which is the same in both databases."""
    query = select(table).order_by(*(_bytewise(connection, column) for column in table.primary_key))
    with connection.execute(query, execution_options={"yield_per": PAGE}) as found:
        for row in found:
            yield tuple(row)


def check_empty(connection: Transaction) -> None:
    """Check that there is nothing in a database.

    Raises:
        BadBackup: there is a table.
    """
    found = inspect(connection).get_table_names()
    if found:
        raise BadBackup(
            f"the database is not empty, it has {len(found)} tables; name a new one in ARENA_DATABASE_URL"
        )


def make(connection: Transaction, revision: str) -> dict[str, Table]:
    """Make the tables of a revision in an empty database.

    Raises:
        SchemaTooNew: a newer version of the arena knows it, this one does not.
    """
    schema.check_known(revision)
    schema.bring(connection, revision)
    return {table.name: table for table in tables(connection)}


def put(connection: Transaction, table: Table, found: Iterable[Row]) -> None:
    """Write rows into an empty table."""
    names = [column.name for column in table.columns]
    page: list[dict[str, object]] = []
    for row in found:
        page.append(dict(zip(names, row, strict=True)))
        if len(page) == PAGE:
            connection.execute(insert(table), page)
            page.clear()
    if page:
        connection.execute(insert(table), page)
    _count_on(connection, table)


def _count_on(connection: Transaction, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were put there; SQLite does by itself."""
    if connection.dialect.name == "sqlite":
        return
    for column in table.columns:
        if column.server_default is not None and column.autoincrement and column.primary_key:
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(sequence, last)))


def _bytewise(connection: Transaction, column: Column[Any]) -> ColumnElement[Any]:
    is_text = column.type.python_type is str and connection.dialect.name == "postgresql"
    return column.collate("C") if is_text else column


def database_file(store: Store) -> Path | None:
    """Name SQLite's file; None of a server."""
    return Path(str(store.engine.url.database)) if store.is_sqlite else None


def size(connection: Transaction) -> int:
    """Count the bytes of the database on its disk."""
    if connection.dialect.name == "sqlite":
        pages = connection.execute(
            text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        )
        return int(pages.scalar_one())
    return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
