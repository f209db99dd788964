"""The tables of what staff put beside a round: the operator's notices, and given scores."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from arena.store.tables import metadata

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ko", String(300), nullable=False),
    Column("en", String(300), nullable=False),
    Column("level", String(8), nullable=False),
    Column("until", Float, nullable=False),
    Column("written_at", Float, nullable=False),
    Column("withdrawn_at", Float),
    Index("ix_notices_until", "until"),
)

given_scores = Table(
    "given_scores",
    metadata,
    Column("round", String(40), primary_key=True),
    Column("document", Text, nullable=False),
)
"""What others than voters have scored, as an evaluator handed it in last; the ledger has a salted hash."""
