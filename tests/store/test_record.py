"""Entries one after the other, as the store writes them."""

import json

from arena.ledger.entries import EntryType
from arena.ledger.payloads import frozen
from arena.store import record
from tests.fakes import Clock

SALT = bytes(16)


def append(store, now):
    """Write one entry and give the time that it shows."""
    with store.writing() as connection:
        return record.append(connection, EntryType.RULES_FROZEN, now, frozen("r", "00"), SALT).bucket


def test_time_never_runs_backwards(store):
    """Where the clock goes back, entries keep the time of the one before until it has caught up."""
    clock, shown = Clock(), []
    for minutes in (0, 2, -5, 1, 3, 0):
        clock.advance(minutes=minutes)
        shown.append(append(store, clock()))

    first = shown[0]
    assert [(time - first) // 60 for time in shown] == [0, 2, 2, 2, 2, 2]
    clock.advance(minutes=3)
    assert append(store, clock()) == first + 4 * 60


def test_last_leaf(store):
    """The last leaf is that of the last entry, and nothing before there is one."""
    with store.reading() as connection:
        before = record.last_leaf(connection)
    append(store, Clock()())
    append(store, Clock()())

    with store.reading() as connection:
        lines = list(record.lines(connection))
        last = record.last_leaf(connection)
    assert (before, last) == ("", lines[-1].leaf)
    assert json.loads(lines[-1].entry)["seq"] == 1
