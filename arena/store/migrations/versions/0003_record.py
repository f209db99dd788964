"""The record that anyone can check: phases of a round, what does not count, results, tree and checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NEW_INSERTS_ONLY = (
    "exclusions",
    "withdrawals",
    "removals",
    "results",
    "nodes",
    "checkpoints",
    "cosignatures",
    "stamps",
)

UNIQUE = {
    "ledger": ("sequence = NEW.sequence",),
    "votes": (
        "battle = NEW.battle",
        "sequence = NEW.sequence",
        "round = NEW.round AND voter = NEW.voter AND nth = NEW.nth",
    ),
    "exclusions": ("vote = NEW.vote",),
    "withdrawals": ("battle = NEW.battle",),
    "removals": ("round = NEW.round AND contestant = NEW.contestant",),
    "results": ("round = NEW.round AND number = NEW.number",),
    "nodes": ("level = NEW.level AND number = NEW.number",),
    "checkpoints": ("size = NEW.size",),
    "cosignatures": ("size = NEW.size AND name = NEW.name",),
    "stamps": ("round = NEW.round AND document = NEW.document",),
}
"""What only one row of a table may be."""


def upgrade() -> None:
    """Add columns to `rounds`, then the tables and their triggers."""
    for name, before in (("phase", "open"), ("beacon", ""), ("nonces", "{}")):
        kind = sa.String(12) if name == "phase" else sa.Text
        op.add_column("rounds", sa.Column(name, kind, nullable=False, server_default=before))
    op.add_column("rounds", sa.Column("first", sa.BigInteger))  # the sequence of its RoundOpened
    _standing()
    _tree()
    _stamps()
    for table in NEW_INSERTS_ONLY:
        _insert_only(table)
    for table, clashes in UNIQUE.items():
        _never_replaced(table, clashes)


def _standing() -> None:
    op.create_table(
        "exclusions",
        sa.Column(
            "vote", sa.BigInteger, sa.ForeignKey("votes.sequence"), primary_key=True, autoincrement=False
        ),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("entry", sa.BigInteger, sa.ForeignKey("ledger.sequence"), nullable=False),
    )
    op.create_table(
        "withdrawals",
        sa.Column("battle", sa.String(32), sa.ForeignKey("votes.battle"), primary_key=True),
        sa.Column("entry", sa.BigInteger, sa.ForeignKey("ledger.sequence"), nullable=False),
    )
    op.create_table(
        "removals",
        sa.Column("round", sa.String(40), sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("contestant", sa.String(40), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("entry", sa.BigInteger, sa.ForeignKey("ledger.sequence"), nullable=False),
    )
    op.create_table(
        "results",
        sa.Column("round", sa.String(40), sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("entry", sa.BigInteger, sa.ForeignKey("ledger.sequence"), nullable=False),
    )


def _stamps() -> None:
    op.create_table(
        "stamps",
        sa.Column("round", sa.String(40), sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("document", sa.String(20), primary_key=True),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("stamped_at", sa.Float, nullable=False),
    )


def _tree() -> None:
    op.create_table(
        "nodes",
        sa.Column("level", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "cosignatures",
        sa.Column(
            "size", sa.BigInteger, sa.ForeignKey("checkpoints.size"), primary_key=True, autoincrement=False
        ),
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("given_at", sa.Float, nullable=False),
    )
    op.create_table(
        "log_keys",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("vkey", sa.String(400), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("overlap_until", sa.Float),
    )


def _insert_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} takes inserts only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_inserts_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION inserts_only()"
    )


def _never_replaced(table: str, clashes: tuple[str, ...]) -> None:
    """Refuse SQLite's INSERT OR REPLACE, which deletes the older row and asks no trigger of deletion."""
    if op.get_bind().dialect.name == "sqlite":
        found = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE {clash})"  # noqa: S608 - both stand above in this file
            for clash in clashes
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {found} "
            f"BEGIN SELECT RAISE(ABORT, '{table} takes inserts only'); END"
        )
