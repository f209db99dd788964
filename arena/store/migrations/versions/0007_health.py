"""How a round goes: voids by whose fault, counts that are kept, what endpoints served."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

FIRSTS = 13
FAULTS = (
    "unreachable",
    "refused",
    "busy",
    "failed",
    "stalled",
    "cut",
    "malformed",
    "empty",
    "endless",
)

VOIDED = {
    "sqlite": (
        "INSERT INTO voids SELECT json_extract(said, '$.battle'), "
        "CASE json_extract(said, '$.side') WHEN 'a' THEN b.side_a WHEN 'b' THEN b.side_b ELSE '' END, "
        "json_extract(said, '$.fault'), sequence "
        "FROM (SELECT o.sequence, CAST(o.payload AS TEXT) AS said FROM openings o "
        "JOIN ledger l ON l.sequence = o.sequence "
        "WHERE CAST(l.entry AS TEXT) LIKE '%\"BattleVoided\"%' AND o.payload <> x'') "
        "JOIN battles b ON b.id = json_extract(said, '$.battle')"
    ),
    "postgresql": (
        "INSERT INTO voids SELECT said->>'battle', "
        "CASE said->>'side' WHEN 'a' THEN b.side_a WHEN 'b' THEN b.side_b ELSE '' END, "
        "said->>'fault', sequence "
        "FROM (SELECT o.sequence, convert_from(o.payload, 'UTF8')::json AS said FROM openings o "
        "JOIN ledger l ON l.sequence = o.sequence "
        "WHERE convert_from(l.entry, 'UTF8') LIKE '%\"BattleVoided\"%' AND o.payload <> '') made "
        "JOIN battles b ON b.id = said->>'battle'"
    ),
}
"""The voids of rounds that began under an older version, read from their openings."""


def upgrade() -> None:
    """Add the tables, and the voids that are on record."""
    op.create_table(
        "voids",
        sa.Column("battle", sa.String(32), sa.ForeignKey("battles.id"), primary_key=True),
        sa.Column("contestant", sa.String(40), nullable=False),
        sa.Column("fault", sa.String(20), nullable=False),
        sa.Column("entry", sa.BigInteger, sa.ForeignKey("ledger.sequence"), nullable=False),
    )
    op.create_index("ix_voids_entry", "voids", ["entry"], unique=True)
    op.create_table(
        "counted",
        sa.Column("round", sa.String(40), primary_key=True),
        sa.Column("entries", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "tallies",
        sa.Column("round", sa.String(40), primary_key=True),
        sa.Column("what", sa.String(12), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    _served()
    op.execute(VOIDED[op.get_bind().dialect.name])


def _served() -> None:
    sums = ["requests", "whole", "given_up", "pieces", *(f"first_{place}" for place in range(FIRSTS))]
    op.create_table(
        "served",
        sa.Column("round", sa.String(40), primary_key=True),
        sa.Column("contestant", sa.String(40), primary_key=True),
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("span", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seconds", sa.Float, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in sums),
        *(sa.Column(f"fault_{fault}", sa.BigInteger, nullable=False) for fault in FAULTS),
    )
    op.create_index("ix_served_span", "served", ["span", "start"])
