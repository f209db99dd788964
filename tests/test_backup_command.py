"""Backups beside real servers: taken while citizens vote, served again elsewhere."""

import pytest

from tests.servers import Arena


@pytest.fixture
def running(database_url, tmp_path):
    """A server on each database."""
    folder = tmp_path / "data"
    folder.mkdir()
    arena = Arena(folder, ARENA_DATABASE_URL=database_url)
    arena.start()
    yield arena
    arena.stop()


def test_moved_while_voting(running, tmp_path):
    """A backup taken while citizens vote is served from another folder, and its export verifies."""
    voting = running.beside("simulate", "--battles", "60", "--voters", "20", "--url", running.url)
    backed_up = running.command("backup", str(tmp_path), "--secrets", str(tmp_path / "secrets.json"))
    voting.wait(timeout=120)
    (file,) = tmp_path.glob("*.arena-backup")
    (tmp_path / "moved").mkdir()
    moved = Arena(tmp_path / "moved")
    restored = moved.command("restore", str(file), "--secrets", str(tmp_path / "secrets.json"))
    moved.start()
    voted = moved.command("simulate", "--battles", "20", "--voters", "10", "--url", moved.url)
    exported = moved.command("export", str(tmp_path / "exported"), "--auditors")
    verified = moved.command("verify", str(tmp_path / "exported"))
    moved.stop()

    assert (backed_up.returncode, restored.returncode, exported.returncode) == (0, 0, 0), restored.stderr
    assert "put back into data/secrets" not in restored.stderr
    assert (voted.returncode, verified.returncode) == (0, 0), verified.stdout


def test_not_under_a_server(running, tmp_path):
    """Nothing is put back under a running server, and a refused restore says why in one line."""
    backed_up = running.command("backup", str(tmp_path / "one.backup"))

    refused = running.command("restore", str(tmp_path / "one.backup"))

    assert backed_up.returncode == 0, backed_up.stderr
    assert backed_up.stdout.endswith(f"  {tmp_path / 'one.backup'}\n")
    assert refused.returncode == 1
    assert "another server uses" in refused.stderr
    assert "Traceback" not in refused.stderr
