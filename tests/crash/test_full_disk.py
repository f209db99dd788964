"""A full disk or a lost database: nothing is acknowledged that is not there."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from arena.contest.battle import Side, Stage
from arena.contest.rules import Verdict
from arena.errors import StoreUnavailable
from arena.ledger.entries import EntryType
from arena.ledger.payloads import frozen
from arena.service.citizens import CONSENT
from arena.store import record, schema, votes
from arena.store.session import Store
from tests.fakes import NOON
from tests.servers import limit_files

MIB = 2**20


def waiting(arena):
    """Bring a battle of a new citizen to the point where it waits for a vote."""
    voter = arena.citizens.voter(arena.citizens.consent(None, CONSENT))
    battle = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")
    arena.citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
    return battle


@contextmanager
def full_disk(store):
    """Let no file of the database grow until the block has ended."""
    with (full_file if store.is_sqlite else full_tables)(store.engine):
        yield


@contextmanager
def full_file(engine):
    """SQLite says itself when its file may not grow."""

    def stop_growing(connection, _record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    engine.dispose()
    event.listen(engine, "connect", stop_growing)
    yield
    event.remove(engine, "connect", stop_growing)
    engine.dispose()


@contextmanager
def full_tables(engine):
    """PostgreSQL's processes may write no file beyond the size that the ledger has."""
    with engine.begin() as connection:
        while (size := connection.execute(text("SELECT pg_relation_size('ledger')")).scalar()) < MIB:
            append_many(connection)
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        backends = connection.execute(text(asked)).scalars().all()
    limit_files(backends, size)
    yield
    limit_files(backends, "unlimited")


def append_many(connection):
    """Append entries that say nothing of battles."""
    for number in range(100):
        record.append(connection, EntryType.ROUND_OPENED, NOON, frozen(f"r{number}", ""), b"s" * 16)


def test_full_disk(arena):
    """While the disk is full votes are refused, none acknowledged is missing, and later all goes on."""
    battles = [waiting(arena) for _ in range(80)]
    acknowledged, refused, words = 0, [], set()

    with full_disk(arena.store):
        for battle in battles:
            try:
                arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A)
                acknowledged += 1
            except StoreUnavailable as error:
                refused.append(battle)
                words.add(re.sub('"[^"]*"', "…", str(error).splitlines()[0]))

    assert refused
    assert words <= {"database or disk is full", "could not extend file …: File too large"}
    with arena.store.reading() as connection:
        assert votes.counts(connection, arena.contest.rules.round_id).votes == acknowledged
    for battle in refused:
        assert arena.citizens.battle(battle.id, battle.voter).stage is Stage.OPEN
        assert arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A).votes == 1


def test_connection_lost(postgres_database):
    """A database connection that is cut in the middle is an unavailable store, and the next one works."""
    store = Store(postgres_database)
    schema.migrate(store)

    def cut():
        with store.writing() as connection:
            connection.execute(text("INSERT INTO consents VALUES ('v', '1', 0)"))
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
            with store.engine.connect() as other:
                other.execute(text(f"SELECT pg_terminate_backend({pid})"))
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable):
        cut()

    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM consents")).scalar() == 0
    store.close()
