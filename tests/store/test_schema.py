"""Migrations: an older database is brought up with nothing lost, a newer one is refused."""

import pytest
from sqlalchemy import inspect, text

from arena.errors import SchemaTooNew
from arena.store import schema
from arena.store.session import Store
from arena.store.tables import metadata


@pytest.fixture
def empty(database_url):
    """A store without any table."""
    made = Store(database_url)
    yield made
    made.close()


def test_older_schema(empty):
    """A database of the first schema is upgraded, and what it held is still there."""
    schema.migrate(empty, "0001")
    with empty.writing() as connection:
        connection.execute(text("INSERT INTO consents VALUES ('voter', '1', 0.5)"))

    schema.migrate(empty)

    with empty.reading() as connection:
        kept = connection.execute(text("SELECT voter FROM consents")).scalars().all()
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert kept == ["voter"]
    assert revision == schema.newest()


def test_again(empty):
    """Migrating a database that is up to date changes nothing."""
    schema.migrate(empty)

    schema.migrate(empty)

    assert "ledger" in inspect(empty.engine).get_table_names()


def test_newer_schema(empty):
    """A database of a newer version is refused by name and left alone."""
    schema.migrate(empty)
    with empty.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNew, match="9999"):
        schema.migrate(empty)


def test_migrations_make_the_tables(empty):
    """What the migrations make is what the code reads: tables, columns and unique constraints."""
    schema.migrate(empty)
    made = inspect(empty.engine)

    for name, table in metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in made.get_columns(name)}
        unique = {one["name"] for one in made.get_unique_constraints(name) if one["name"]}
        indexes = {one["name"] for one in made.get_indexes(name)} | unique
        declared = {one.name for one in table.indexes}

        assert columns == {column.name: column.nullable for column in table.columns}
        assert declared <= indexes


def test_broken_migration_leaves_nothing(empty):
    """A migration to a revision that does not exist leaves the database as it was."""
    with pytest.raises(Exception, match="nowhere"):
        schema.migrate(empty, "nowhere")

    assert inspect(empty.engine).get_table_names() == []
