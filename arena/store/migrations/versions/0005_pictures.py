"""Pictures that citizens ask about, and the turns that they were asked in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table of pictures, and that of their turns."""
    op.create_table(
        "pictures",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("voter", sa.String(26), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
    )
    op.create_index("ix_pictures_voter", "pictures", ["voter"])
    op.create_index("ix_pictures_added", "pictures", ["added_at"])
    op.create_table(
        "turn_pictures",
        sa.Column("battle", sa.String(32), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("picture", sa.String(32), sa.ForeignKey("pictures.id"), nullable=False),
        sa.ForeignKeyConstraint(["battle", "turn"], ["turns.battle", "turns.turn"]),
    )
    op.create_index("ix_turn_pictures_picture", "turn_pictures", ["picture"])
