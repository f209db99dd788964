"""What SQLite must be told of its indexes; PostgreSQL knows by its statistics."""

from sqlalchemy import ColumnElement, Connection, literal


def unindexed(connection: Connection, column: ColumnElement[str]) -> ColumnElement[str]:
    """Give a column as SQLite takes no index on: one that nearly all rows are equal in."""
    return column.concat(literal("")) if connection.dialect.name == "sqlite" else column
