"""What the operator tells all citizens."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table of notices."""
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ko", sa.String(300), nullable=False),
        sa.Column("en", sa.String(300), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("written_at", sa.Float, nullable=False),
        sa.Column("withdrawn_at", sa.Float),
    )
    op.create_index("ix_notices_until", "notices", ["until"])
