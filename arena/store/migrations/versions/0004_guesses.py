"""Which teams citizens take the sides for, once they have voted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table of guesses."""
    op.create_table(
        "guesses",
        sa.Column("battle", sa.String(32), sa.ForeignKey("votes.battle"), primary_key=True),
        sa.Column("side_a", sa.String(40), nullable=False),
        sa.Column("side_b", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
    )
