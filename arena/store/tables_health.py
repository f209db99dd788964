"""Tables of how a round goes: voids by whose fault, what was counted so far, what endpoints served."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from arena.contest.serving import FIRSTS
from arena.errors import Fault
from arena.store.tables import metadata

FIRST_COLUMNS = tuple(f"first_{place}" for place in range(len(FIRSTS) + 1))
FAULT_COLUMNS = tuple(f"fault_{fault.value}" for fault in Fault)
SUMS = ("requests", "whole", "given_up", "pieces", *FIRST_COLUMNS, *FAULT_COLUMNS)
"""Whole numbers of `served` that add up over endpoints and time; `seconds` does so as well."""

voids = Table(
    "voids",
    metadata,
    Column("battle", String(32), ForeignKey("battles.id"), primary_key=True),
    Column("contestant", String(40), nullable=False),
    Column("fault", String(20), nullable=False),
    Column("entry", BigInteger, ForeignKey("ledger.sequence"), nullable=False),
    Index("ix_voids_entry", "entry", unique=True),
)
"""Each void beside its entry; contestant and fault are "" where no reply failed."""

counted = Table(
    "counted",
    metadata,
    Column("round", String(40), primary_key=True),
    Column("entries", BigInteger, nullable=False),
)
"""Up to which entry of the ledger the `tallies` of a round count."""

tallies = Table(
    "tallies",
    metadata,
    Column("round", String(40), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""How many there are of something; `key` is a JSON list of what tells one cell from another."""

served = Table(
    "served",
    metadata,
    Column("round", String(40), primary_key=True),
    Column("contestant", String(40), primary_key=True),
    Column("endpoint", Text, primary_key=True),
    Column("span", Integer, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("seconds", Float, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in SUMS),
    Index("ix_served_span", "span", "start"),
)
"""What an endpoint did in the `span` seconds from `start`: a minute or an hour.

`seconds` is the time from first pieces to the ends of requests, `pieces` what came in it.
"""
