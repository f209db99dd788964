"""Backups beside real servers: taken while citizens vote, served again elsewhere."""

import time

import pytest

from arena.contest import declaration
from arena.service.audit import COMMAND_LINE
from arena.service.backups import Backups
from arena.store import audits, backup, schema
from arena.store.audits import Wanted
from arena.store.session import Store
from tests.forked import ForkedArena
from tests.reporting.ballots import cast_many
from tests.servers import ROOT
from tests.signed import signed_arena


@pytest.fixture
def running(database_url, tmp_path):
    """A server on each database."""
    folder = tmp_path / "data"
    folder.mkdir()
    arena = ForkedArena(folder, ARENA_DATABASE_URL=database_url)
    arena.start()
    yield arena
    arena.stop()


def test_moved_while_voting(running, tmp_path):
    """A backup taken while citizens vote is served from another folder, and its export verifies."""
    voting = running.beside("simulate", "--battles", "40", "--voters", "20", "--url", running.url)
    while rows_of(url_of(running), "votes") < 5:
        assert voting.poll() is None
        time.sleep(0.05)
    backed_up = running.command("backup", str(tmp_path), "--secrets", str(tmp_path / "secrets.json"))
    voting.wait(timeout=120)
    (file,) = tmp_path.glob("*.arena-backup")
    (tmp_path / "moved").mkdir()
    moved = ForkedArena(tmp_path / "moved")
    restored = moved.command("restore", str(file), "--secrets", str(tmp_path / "secrets.json"))
    moved.start()
    voted = moved.command("simulate", "--battles", "10", "--voters", "5", "--url", moved.url)
    exported = moved.command("export", str(tmp_path / "exported"), "--auditors")
    verified = moved.command("verify", str(tmp_path / "exported"))
    moved.stop()

    assert (backed_up.returncode, restored.returncode, exported.returncode) == (0, 0, 0), restored.stderr
    assert "put back into data/secrets" not in restored.stderr
    assert all(said in " ".join(restored.stderr.split()) for said in ("it went back", "nobody is signed in"))
    assert (voted.returncode, verified.returncode) == (0, 0), verified.stdout
    assert acts_at(running) == []  # a backup leaves the record as it is
    assert acts_at(moved) == [(COMMAND_LINE, "restore"), (COMMAND_LINE, "export_for_auditors")]


def test_not_under_a_server(running, tmp_path):
    """Nothing is put back under a running server, and a refused restore says why in one line."""
    backed_up = running.command("backup", str(tmp_path / "one.backup"))

    refused = running.command("restore", str(tmp_path / "one.backup"))

    assert backed_up.returncode == 0, backed_up.stderr
    assert backed_up.stdout.endswith(f"  {tmp_path / 'one.backup'}\n")
    assert refused.returncode == 1
    assert "another server uses" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_killed_midway(database_url, tmp_path):
    """A restore that is killed at any moment has put back all or nothing; after nothing the next one does."""
    store = Store(f"sqlite:///{tmp_path}/source.db")
    schema.migrate(store)
    source = signed_arena(store, declared(), tmp_path / "source")
    cast_many(source)
    backups = Backups(source.store, source.keys, source.secrets, tmp_path / "source", source.clock)
    file = backups.back_up(tmp_path / "one.backup").file
    (tmp_path / "target").mkdir()
    arena = ForkedArena(tmp_path / "target", ARENA_DATABASE_URL=database_url, ARENA_ORIGIN="log.example")
    seen = []
    for pause in (0.02, 0.05, 0.1, 0.2, 0.4, 0.8):
        restoring = arena.beside("restore", str(file))
        time.sleep(pause)
        restoring.kill()
        restoring.wait()
        seen.append(rows_of(database_url, "ledger"))
    last = arena.command("restore", str(file)).returncode
    source.store.close()

    acts = rows_of(database_url, "audits")
    whole = rows_of(database_url, "ledger") - acts
    assert whole > 0
    assert acts <= 1  # of the restore itself, which may have been killed before it
    assert set(seen) <= {0, whole, whole + 1}
    assert last == (1 if {whole, whole + 1} & set(seen) else 0)


def declared():
    """The demo's contest."""
    return declaration.read((ROOT / "models.yaml").read_text("utf-8"))


def url_of(arena):
    """Where a server's record is."""
    return arena.environment.get("ARENA_DATABASE_URL") or f"sqlite:///{arena.folder}/arena.db"


def acts_at(arena):
    """Who did what, as the record of an arena has it."""
    store = Store(url_of(arena))
    try:
        with store.reading() as connection:
            return [(one.role, one.act) for one in reversed(audits.acts(connection, Wanted(), 0, 99))]
    finally:
        store.close()


def rows_of(url, name):
    """How many rows a table holds, if it is there; what a killed session began is rolled back meanwhile."""
    store = Store(url)
    try:
        with store.writing() as connection:
            tables = {table.name: table for table in backup.tables(connection)}
            return backup.count(connection, tables[name]) if name in tables else 0
    finally:
        store.close()
