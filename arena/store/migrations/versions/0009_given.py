"""Given scores, which lay in a file that no backup held."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table of given scores."""
    op.create_table(
        "given_scores",
        sa.Column("round", sa.String(40), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
