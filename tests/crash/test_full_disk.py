"""A full disk or a lost database: nothing is acknowledged that is not there."""

import pytest
from sqlalchemy import event, text

from arena.contest.battle import Side, Stage
from arena.contest.rules import Verdict
from arena.errors import StoreUnavailable
from arena.service.citizens import CONSENT
from arena.store import schema, votes
from arena.store.session import Store


@pytest.fixture
def database_url(request, tmp_path):
    """SQLite says itself when its file may not grow; `test_connection_lost` asks for PostgreSQL."""
    return f"sqlite:///{tmp_path}/arena.db"


def waiting(arena):
    """Bring a battle of a new citizen to the point where it waits for a vote."""
    voter = arena.citizens.voter(arena.citizens.consent(None, CONSENT))
    battle = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")
    arena.citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
    return battle


def test_full_disk(arena):
    """While the disk is full votes are refused, none acknowledged is missing, and later all goes on."""
    battles = [waiting(arena) for _ in range(80)]
    engine, acknowledged, refused, words = arena.store.engine, 0, [], set()

    def stop_growing(connection, _record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    engine.dispose()
    event.listen(engine, "connect", stop_growing)
    for battle in battles:
        try:
            arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A)
            acknowledged += 1
        except StoreUnavailable as error:
            refused.append(battle)
            words.add(str(error))
    event.remove(engine, "connect", stop_growing)
    engine.dispose()

    assert refused
    assert words == {"database or disk is full"}
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
