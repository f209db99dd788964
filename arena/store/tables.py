"""The tables, as the newest migration leaves them.

Tables of `INSERTS_ONLY` take inserts only: triggers refuse the rest. The payload and salt of an opening
stay erasable. Texts live in `turns` and `feedback`, pictures in `pictures`, never in the ledger.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

rounds = Table(
    "rounds",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("document", Text, nullable=False),
    Column("document_hash", String(64), nullable=False),
    Column("seed_commitment", String(64), nullable=False),
    Column("pepper_commitment", String(64), nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("phase", String(12), nullable=False),
    Column("beacon", Text, nullable=False),
    Column("nonces", Text, nullable=False),
    Column("first", BigInteger),
)

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
    Column("leaf", String(64), nullable=False),
)

openings = Table(
    "openings",
    metadata,
    Column("sequence", BigInteger, ForeignKey("ledger.sequence"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("voter", String(26), primary_key=True),
    Column("version", String(40), primary_key=True),
    Column("given_at", Float, nullable=False),
)

battles = Table(
    "battles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("round", String(40), ForeignKey("rounds.id"), nullable=False),
    Column("track", String(20), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("side_a", String(40), nullable=False),
    Column("side_b", String(40), nullable=False),
    Column("voter", String(26), nullable=False),
    Column("category", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("void_reason", String(20)),
    Column("opened_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    UniqueConstraint("round", "track", "number", name="uq_battles_number"),
    Index("ix_battles_voter", "voter", "opened_at"),
    Index("ix_battles_stage", "stage"),
)

ONE_LIVE_BATTLE = Index(
    "uq_battles_live",
    battles.c.voter,
    unique=True,
    sqlite_where=text("stage IN ('answering', 'open')"),
    postgresql_where=text("stage IN ('answering', 'open')"),
)
"""A citizen has one battle at a time; the constraint says so, not an `if`."""

turns = Table(
    "turns",
    metadata,
    Column("battle", String(32), ForeignKey("battles.id"), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("prompt", Text, nullable=False),
    Column("prompt_salt", LargeBinary, nullable=False),
    Column("reply_a", Text),
    Column("reply_b", Text),
    Column("reply_salt_a", LargeBinary),
    Column("reply_salt_b", LargeBinary),
    Column("asked_at", Float, nullable=False),
    Column("answered_at", Float),
)

pictures = Table(
    "pictures",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("voter", String(26), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("added_at", Float, nullable=False),
    Index("ix_pictures_voter", "voter"),
    Index("ix_pictures_added", "added_at"),
)

turn_pictures = Table(
    "turn_pictures",
    metadata,
    Column("battle", String(32), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("picture", String(32), ForeignKey("pictures.id"), nullable=False),
    ForeignKeyConstraint(["battle", "turn"], ["turns.battle", "turns.turn"]),
    Index("ix_turn_pictures_picture", "picture"),
)
"""Which pictures a prompt came with; the same one may be asked about again."""

votes = Table(
    "votes",
    metadata,
    Column("battle", String(32), ForeignKey("battles.id"), primary_key=True),
    Column("round", String(40), nullable=False),
    Column("voter", String(26), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("sequence", BigInteger, ForeignKey("ledger.sequence"), nullable=False, unique=True),
    Column("cast_at", Float, nullable=False),
    UniqueConstraint("round", "voter", "nth", name="uq_votes_nth"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("battle", String(32), ForeignKey("votes.battle"), primary_key=True),
    Column("reasons_a", Text, nullable=False),
    Column("reasons_b", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("changed_at", Float, nullable=False),
)

guesses = Table(
    "guesses",
    metadata,
    Column("battle", String(32), ForeignKey("votes.battle"), primary_key=True),
    Column("side_a", String(40), nullable=False),
    Column("side_b", String(40), nullable=False),
    Column("changed_at", Float, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("battle", String(32), ForeignKey("battles.id"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("side", String(1), nullable=False),
    Column("harm", String(12), nullable=False),
    Column("comment", Text, nullable=False),
    Column("reported_at", Float, nullable=False),
    UniqueConstraint("battle", "turn", "side", "harm", name="uq_reports_once"),
)

exclusions = Table(
    "exclusions",
    metadata,
    Column("vote", BigInteger, ForeignKey("votes.sequence"), primary_key=True, autoincrement=False),
    Column("rule", String(40), nullable=False),
    Column("entry", BigInteger, ForeignKey("ledger.sequence"), nullable=False),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("battle", String(32), ForeignKey("votes.battle"), primary_key=True),
    Column("entry", BigInteger, ForeignKey("ledger.sequence"), nullable=False),
)

removals = Table(
    "removals",
    metadata,
    Column("round", String(40), ForeignKey("rounds.id"), primary_key=True),
    Column("contestant", String(40), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("entry", BigInteger, ForeignKey("ledger.sequence"), nullable=False),
)

results = Table(
    "results",
    metadata,
    Column("round", String(40), ForeignKey("rounds.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("commitment", String(64), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("entry", BigInteger, ForeignKey("ledger.sequence"), nullable=False),
)

nodes = Table(
    "nodes",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("made_at", Float, nullable=False),
    Column("note", Text, nullable=False),
)

cosignatures = Table(
    "cosignatures",
    metadata,
    Column("size", BigInteger, ForeignKey("checkpoints.size"), primary_key=True, autoincrement=False),
    Column("name", String(300), primary_key=True),
    Column("line", Text, nullable=False),
    Column("given_at", Float, nullable=False),
)

log_keys = Table(
    "log_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("vkey", String(400), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("overlap_until", Float),
)

stamps = Table(
    "stamps",
    metadata,
    Column("round", String(40), ForeignKey("rounds.id"), primary_key=True),
    Column("document", String(20), primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("stamped_at", Float, nullable=False),
)

INSERTS_ONLY = (
    ledger,
    votes,
    exclusions,
    withdrawals,
    removals,
    results,
    nodes,
    checkpoints,
    cosignatures,
    stamps,
)
"""What is never changed or deleted."""
