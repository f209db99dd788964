"""The table of the operator's notices."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

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
