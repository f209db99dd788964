"""Adding numbers to rows that may be there already, in one statement of either database."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_rows(
    connection: Connection, table: Table, sums: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows; where one of the same primary key is there, its columns `sums` grow by the new ones."""
    if not rows:
        return
    put: sqlite.Insert | postgresql.Insert = (
        sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    )
    summed = {name: table.c[name] + put.excluded[name] for name in sums}
    connection.execute(put.on_conflict_do_update(index_elements=table.primary_key, set_=summed), rows)
