"""Bringing a database to the newest schema; nothing that is in it is lost."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from arena.errors import SchemaTooNew
from arena.store import (  # noqa: F401 - the schema is not whole without them
    tables_accounts,
    tables_health,
    tables_operate,
)
from arena.store.session import Store, Transaction

MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """Name the newest revision that this version of the arena knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def migrate(store: Store, revision: str = "head") -> None:
    """Upgrade the database to `revision`, in one transaction under the writer lock.

    Raises:
        SchemaTooNew: a newer version of the arena made it.
        StoreUnavailable: the database cannot be used; it is as it was.
    """
    with store.writing() as connection:
        bring(connection, revision)


def bring(connection: Transaction, revision: str = "head") -> None:
    """Upgrade the database to `revision` within a transaction under the writer lock.

    Raises:
        SchemaTooNew: as `migrate`.
    """
    check_known(current(connection))
    config = _config()
    config.attributes["connection"] = connection
    upgrade(config, revision)


def current(connection: Transaction) -> str | None:
    """Name the revision of a database, None where it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def check_known(revision: str | None) -> None:
    """Check that this version of the arena knows a revision.

    Raises:
        SchemaTooNew: it does not.
    """
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaTooNew(f"the database is at schema {revision}; this version knows up to {newest()}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
