"""The first schema: rounds, the ledger, battles and votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rounds",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("document_hash", sa.String(64), nullable=False),
        sa.Column("seed_commitment", sa.String(64), nullable=False),
        sa.Column("pepper_commitment", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
    )
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
    )
    op.create_table(
        "openings",
        sa.Column(
            "sequence", sa.BigInteger, sa.ForeignKey("ledger.sequence"), primary_key=True, autoincrement=False
        ),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "consents",
        sa.Column("voter", sa.String(26), primary_key=True),
        sa.Column("version", sa.String(40), primary_key=True),
        sa.Column("given_at", sa.Float, nullable=False),
    )
    op.create_table(
        "battles",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("round", sa.String(40), sa.ForeignKey("rounds.id"), nullable=False),
        sa.Column("track", sa.String(20), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("side_a", sa.String(40), nullable=False),
        sa.Column("side_b", sa.String(40), nullable=False),
        sa.Column("voter", sa.String(26), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("void_reason", sa.String(20)),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.UniqueConstraint("round", "track", "number", name="uq_battles_number"),
    )
    op.create_index("ix_battles_voter", "battles", ["voter", "opened_at"])
    op.create_index("ix_battles_stage", "battles", ["stage"])
    live = sa.text("stage IN ('answering', 'open')")
    op.create_index(
        "uq_battles_live", "battles", ["voter"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "turns",
        sa.Column("battle", sa.String(32), sa.ForeignKey("battles.id"), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("prompt_salt", sa.LargeBinary, nullable=False),
        sa.Column("reply_a", sa.Text),
        sa.Column("reply_b", sa.Text),
        sa.Column("reply_salt_a", sa.LargeBinary),
        sa.Column("reply_salt_b", sa.LargeBinary),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("answered_at", sa.Float),
    )
    op.create_table(
        "votes",
        sa.Column("battle", sa.String(32), sa.ForeignKey("battles.id"), primary_key=True),
        sa.Column("round", sa.String(40), nullable=False),
        sa.Column("voter", sa.String(26), nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("sequence", sa.BigInteger, sa.ForeignKey("ledger.sequence"), nullable=False, unique=True),
        sa.Column("cast_at", sa.Float, nullable=False),
        sa.UniqueConstraint("round", "voter", "nth", name="uq_votes_nth"),
    )
    op.create_table(
        "feedback",
        sa.Column("battle", sa.String(32), sa.ForeignKey("votes.battle"), primary_key=True),
        sa.Column("reasons_a", sa.Text, nullable=False),
        sa.Column("reasons_b", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("battle", sa.String(32), sa.ForeignKey("battles.id"), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("side", sa.String(1), nullable=False),
        sa.Column("harm", sa.String(12), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("reported_at", sa.Float, nullable=False),
        sa.UniqueConstraint("battle", "turn", "side", "harm", name="uq_reports_once"),
    )
