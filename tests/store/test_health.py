"""What the store keeps of a round's health."""

import json
from collections import Counter

import pytest
from sqlalchemy import inspect, select, text

from arena.errors import Fault
from arena.store import health, schema
from arena.store.health import What
from arena.store.session import Store
from arena.store.tables_health import FAULT_COLUMNS, voids


@pytest.fixture
def older(database_url):
    """A store at the schema before there were voids of their own, with a round and its first battle."""
    made = Store(database_url)
    schema.migrate(made, "0005")
    with made.writing() as connection:
        connection.execute(text("INSERT INTO rounds VALUES ('r', '', '', '', '', 0, 'open', '', '{}', 0)"))
        connection.execute(
            text(
                "INSERT INTO battles VALUES "
                "('b', 'r', 'open', 1, 'one', 'two', 'v', 'law', 'ko', 'void', 'reply_failed', 0, 0)"
            )
        )
        for sequence, kind in enumerate(("RoundOpened", "BattleVoided")):
            said = {"battle": "b", "fault": "stalled", "reason": "reply_failed", "side": "b", "turn": 1}
            row = {"s": sequence, "e": json.dumps({"type": kind}).encode(), "p": json.dumps(said).encode()}
            connection.execute(text("INSERT INTO ledger VALUES (:s, :e, '')"), row)
            connection.execute(text("INSERT INTO openings VALUES (:s, :p, :p)"), row)
    yield made
    made.close()


def test_voids_of_older_rounds(older):
    """Voids that an older version put on record are found with the contestant whose fault they were."""
    schema.migrate(older)

    with older.reading() as connection:
        kept = connection.execute(select(voids)).all()
        counts = health.count_between(connection, "r", -1, 1)
    assert kept == [("b", "two", "stalled", 1)]
    assert counts[What.FAULT, ("two", "stalled")] == 1
    assert counts[What.VOID, ("open", "one", "two", "reply_failed")] == 1


def test_every_fault_has_its_column(store):
    """Whatever way a server can fail, there is a column that counts it."""
    columns = {column["name"] for column in inspect(store.engine).get_columns("served")}

    assert columns >= set(FAULT_COLUMNS)
    assert len(FAULT_COLUMNS) == len(Fault)


def test_two_who_count_at_once(store):
    """Of two who have counted the same piece one is heard, and the other counts for nothing."""
    more = Counter({(What.VOTERS, ()): 2})
    with store.writing() as connection:
        done = [health.add(connection, "r", -1, 4, more) for _ in range(2)]
        kept = health.tallies_of(connection, "r")[What.VOTERS]

    assert done == [True, False]
    assert kept == {(): 2}
