"""The database itself refuses to change or delete entries and votes."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("ledger", "votes")


def upgrade() -> None:
    """Add a trigger for each table and each forbidden act."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} takes inserts only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION inserts_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% takes inserts only', TG_TABLE_NAME; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_inserts_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION inserts_only()"
        )
