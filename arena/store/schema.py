"""Bringing a database to the newest schema; nothing that is in it is lost."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from arena.errors import SchemaTooNew
from arena.store import tables_accounts, tables_health  # noqa: F401 - the schema is not whole without them
from arena.store.session import Store

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
    config = _config()
    with store.writing() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise SchemaTooNew(f"the database is at schema {current}; this version knows up to {newest()}")
        config.attributes["connection"] = connection
        upgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
