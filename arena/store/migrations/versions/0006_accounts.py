"""Accounts of staff, who is signed in, and where on the ledger each of their acts stands."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables; that of the acts takes inserts only, as the ledger does."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("issuer", sa.String(400), nullable=False),
        sa.Column("shown", sa.String(200), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("contestant", sa.String(40)),
        sa.Column("password", sa.String(400)),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.Float),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
    )
    op.create_index("uq_accounts_name", "accounts", ["issuer", "name"], unique=True)
    op.create_table(
        "staff_sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(26), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("signed_in_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_index("ix_staff_sessions_account", "staff_sessions", ["account"])
    op.create_table(
        "audits",
        sa.Column(
            "sequence",
            sa.BigInteger,
            sa.ForeignKey("ledger.sequence"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("round", sa.String(40), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("account", sa.String(26), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("done_at", sa.Float, nullable=False),
    )
    op.create_index("ix_audits_act", "audits", ["act"])
    _takes_inserts_only()


def _takes_inserts_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER audits_inserts_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audits "
            "FOR EACH STATEMENT EXECUTE FUNCTION inserts_only()"
        )
        return
    for name, when in (
        ("no_update", "UPDATE ON audits"),
        ("no_delete", "DELETE ON audits"),
        (
            "no_replace",
            "INSERT ON audits WHEN EXISTS (SELECT 1 FROM audits WHERE sequence = NEW.sequence)",
        ),
    ):
        op.execute(
            f"CREATE TRIGGER audits_{name} BEFORE {when} "
            "BEGIN SELECT RAISE(ABORT, 'audits takes inserts only'); END"
        )
