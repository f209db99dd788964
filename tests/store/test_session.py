"""The writer lock, durability settings and errors of the store, on both databases."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from arena.contest.battle import Side
from arena.contest.rules import Verdict
from arena.errors import BadSetting, StoreUnavailable
from arena.ledger.entries import EntryType
from arena.ledger.payloads import frozen
from arena.store import record
from arena.store.session import Store
from tests.fakes import NOON


def append(store, number):
    with store.writing() as connection:
        return record.append(connection, EntryType.ROUND_OPENED, NOON, frozen(f"r{number}", ""), b"s" * 16)


def test_append_in_order(store):
    """Entries appended by many threads at once get consecutive sequence numbers, none lost."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: append(store, number), range(40)))

    assert sorted(entry.sequence for entry in made) == list(range(40))


def test_stored_entry_is_what_was_made(store):
    """The stored bytes, leaf hash, salt and payload are those of the entry."""
    made = append(store, 7)

    with store.reading() as connection:
        (line,) = record.lines(connection)

    assert line.entry == made.encoded()
    assert line.leaf == made.leaf()
    assert line.payload == b'{"hash":"","round":"r7"}'


def test_lines_in_pages(store):
    """The whole ledger is read in order, over page borders."""
    with store.writing() as connection:
        for number in range(record.PAGE + 5):
            payload = frozen(f"r{number}", "")
            record.append(connection, EntryType.ROUND_OPENED, NOON, payload, b"s" * 16)

    with store.reading() as connection:
        read = [line.sequence for line in record.lines(connection)]

    assert read == list(range(record.PAGE + 5))


def test_failed_block_writes_nothing(store):
    """What a broken block has written is not there afterwards."""

    def broken():
        with store.writing() as connection:
            record.append(connection, EntryType.ROUND_OPENED, NOON, frozen("r", ""), b"s" * 16)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()

    with store.reading() as connection:
        assert list(record.lines(connection)) == []


def test_writers_exclude_each_other(store):
    """While one writes, another waits; it then sees what the first wrote."""
    inside, seen = threading.Event(), []

    def second():
        inside.wait()
        seen.append(append(store, 2).sequence)

    thread = threading.Thread(target=second)
    thread.start()
    with store.writing() as connection:
        inside.set()
        thread.join(0.2)
        waited = thread.is_alive()
        record.append(connection, EntryType.ROUND_OPENED, NOON, frozen("r1", ""), b"s" * 16)
    thread.join()

    assert waited
    assert seen == [1]


def test_snapshot_stands_still(store):
    """What is read in pages is of one moment, whatever is written meanwhile; who looks later sees it."""
    append(store, 1)
    with store.snapshot() as connection:
        before = list(record.lines(connection))
        append(store, 2)
        after = list(record.lines(connection))

    with store.reading() as connection:
        later = list(record.lines(connection))
    assert before == after
    assert len(later) == 2


STATEMENTS = ["UPDATE {} SET sequence = 9", "DELETE FROM {}", "REPLACE INTO {0} SELECT * FROM {0}"]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("table", ["ledger", "votes"])
def test_record_takes_inserts_only(arena, voter, table, statement):
    """The database itself refuses to change, delete or replace an entry or a vote."""
    vote_once(arena, voter)
    refusal = "takes inserts only"
    if statement.startswith("REPLACE") and not arena.store.is_sqlite:
        refusal = "syntax error"  # PostgreSQL has no such statement

    with pytest.raises(StoreUnavailable, match=refusal):
        with arena.store.writing() as connection:
            connection.execute(text(statement.format(table)))


def vote_once(arena, voter):
    battle = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")
    arena.citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
    arena.citizens.cast_vote(battle.id, voter, Verdict.A)


def test_sqlite_survives_power_loss(tmp_path):
    """SQLite runs with a write-ahead log and a full flush for every commit."""
    store = Store(f"sqlite:///{tmp_path}/a.db")

    with store.reading() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    store.close()

    assert (journal, synchronous) == ("wal", 2)


def test_sqlite_waits_to_change_journal(tmp_path):
    """A new database that another process is just writing is waited for, not refused as locked."""
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, other.rollback)
    done.start()
    store = Store(f"sqlite:///{tmp_path}/a.db")

    with store.reading() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    store.close()
    done.join()
    other.close()

    assert journal == "wal"


def test_sqlite_locked_for_long(tmp_path, monkeypatch):
    """A new database that stays locked is refused in the end, with a reason."""
    monkeypatch.setattr("arena.store.session.BUSY_SECONDS", 0.2)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = Store(f"sqlite:///{tmp_path}/a.db")

    with pytest.raises(StoreUnavailable, match="locked"), store.reading():
        pass
    other.close()


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:", "", "postgresql+nothing"]
)
def test_bad_url(url):
    """A database that cannot keep votes is refused by name, before anything is opened."""
    with pytest.raises(BadSetting, match="ARENA_DATABASE_URL"):
        Store(url)


def test_unreachable_postgresql():
    """A PostgreSQL server that is away is an unavailable store, not a crash."""
    store = Store("postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(StoreUnavailable), store.reading():
        pass
    store.close()


def test_file_that_is_no_database(tmp_path):
    """A file of something else is not taken for a database, and stays as it is."""
    file = tmp_path / "a.db"
    file.write_bytes(b"this is a letter, not a database" * 100)
    store = Store(f"sqlite:///{file}")

    with pytest.raises(StoreUnavailable, match="not a database"), store.reading():
        pass
    store.close()

    assert file.read_bytes().startswith(b"this is a letter")


def test_folder_that_cannot_be(tmp_path):
    """A database in a place where no folder can be is a clear error."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreUnavailable):
        Store(f"sqlite:///{tmp_path}/file/a.db")
