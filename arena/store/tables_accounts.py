"""The tables of staff: accounts, who is signed in, and where on the ledger each of their acts stands."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from arena.store.tables import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("issuer", String(400), nullable=False),
    Column("shown", String(200), nullable=False),
    Column("role", String(12), nullable=False),
    Column("contestant", String(40)),
    Column("password", String(400)),
    Column("salt", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Float),
    Column("must_change", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("added_at", Float, nullable=False),
    Index("uq_accounts_name", "issuer", "name", unique=True),
)
"""`issuer` is "" for a local account; only such a one has a password, as argon2 writes it.

Of an account of another issuer, `name` is its subject there. `shown` is what the pages call her.
`salt` goes into the secret of one-time codes, `last_step` is that of the last code that was taken.
"""

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", String(26), ForeignKey("accounts.id"), nullable=False),
    Column("signed_in_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Index("ix_staff_sessions_account", "account"),
)
"""Who is signed in: of her token only the SHA-256 is kept."""

audits = Table(
    "audits",
    metadata,
    Column("sequence", BigInteger, ForeignKey("ledger.sequence"), primary_key=True, autoincrement=False),
    Column("round", String(40), nullable=False),
    Column("act", String(40), nullable=False),
    Column("account", String(26), nullable=False),
    Column("role", String(20), nullable=False),
    Column("done_at", Float, nullable=False),
    Index("ix_audits_act", "act"),
)
"""Which entries of the ledger are Audited, so that nobody must read all of it to find them."""
