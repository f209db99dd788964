"""Backups from the console: in the background, into one folder, one at a time."""

import pytest
from sqlalchemy import text

from arena.errors import BadRequest, NotPermitted
from arena.service.backup_job import BackupJob, Stage
from arena.service.backups import Backups
from arena.store import archive
from tests.audited import OPERATOR, OTHERS, Remembering
from tests.backed_up import filled


@pytest.fixture
def database_url(tmp_path):
    """What is backed up is tested elsewhere; SQLite stands for both."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def arena(store, contest, tmp_path):
    """An arena with a signed record."""
    return filled(store, contest, tmp_path)


@pytest.fixture
def audit():
    """What was put on record."""
    return Remembering()


@pytest.fixture
def job(arena, audit, tmp_path):
    """The backups of its console."""
    backups = Backups(arena.store, arena.keys, arena.secrets, tmp_path / "data", arena.clock)
    return BackupJob(backups, tmp_path / "kept", arena.clock, audit)


def test_made(job, audit, tmp_path):
    """A backup is made in the background, checked, and listed with its hash; its beginning is on record."""
    job.start(OPERATOR)
    job.wait()

    view = job.view(OPERATOR)
    with archive.reading(tmp_path / "kept" / view.name) as kept:
        entries = kept.manifest.entries
    assert (view.stage, view.entries, len(view.sha256)) == (Stage.DONE, entries, 64)
    assert [one.name for one in view.files] == [view.name]
    assert audit.acts == [("operator", "back_up", {}, {})]


def test_a_record_that_does_not_hold(arena, job):
    """Of a record that was changed no backup stays, and the console says why."""
    with arena.store.writing() as connection:
        connection.execute(text("UPDATE openings SET payload = salt WHERE sequence = 3"))
    job.start(OPERATOR)
    job.wait()

    view = job.view(OPERATOR)
    assert (view.stage, view.files) == (Stage.FAILED, ())
    assert "entry 3" in view.problem


def test_twice_in_one_second(job):
    """A backup never takes the name of another: the second of one second fails and says so."""
    job.start(OPERATOR)
    job.wait()
    job.start(OPERATOR)
    job.wait()

    view = job.view(OPERATOR)
    assert (view.stage, len(view.files)) == (Stage.FAILED, 1)


def test_one_at_a_time(job, audit):
    """While one backup runs no other begins."""
    job.start(OPERATOR)
    with pytest.raises(BadRequest, match="backup_running"):
        job.start(OPERATOR)
    job.wait()

    assert len(audit.acts) == 1


@pytest.mark.parametrize("staff", OTHERS, ids=lambda one: one.role)
def test_operators_only(job, audit, staff):
    """Nobody but an operator makes or lists backups."""
    for attempt in (lambda: job.start(staff), lambda: job.view(staff)):
        with pytest.raises(NotPermitted):
            attempt()

    assert audit.acts == []


def test_what_a_dead_server_left(job, tmp_path):
    """What a server that died left of its backup is removed by the next one."""
    (tmp_path / "kept" / ".backup-1").mkdir(parents=True)
    (tmp_path / "kept" / ".backup-1" / "copy.db").write_text("texts")
    (tmp_path / "kept" / "old.arena-backup.part").write_text("texts")

    job.start(OPERATOR)
    job.wait()

    assert [one.suffix for one in (tmp_path / "kept").iterdir()] == [".arena-backup"]
