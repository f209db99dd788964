"""A backup in the background, for the operator's console: one at a time, into one folder of the server.

It stays on the server: it holds what every citizen asked, and no browser of staff needs that.
"""

import logging
import shutil
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from arena.errors import ArenaError, BadBackup, BadRequest
from arena.identity.staff import Staff
from arena.service.audit import Audit
from arena.service.backups import ENDING, THOUSAND, BackedUp, Backups
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.store.backup import COPY

log = logging.getLogger(__name__)

LISTED = 20


class Stage(StrEnum):
    """How far a backup has come."""

    NEVER = "never"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class File:
    """A backup that lies in the folder."""

    name: str
    size: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BackupView:
    """The last backup since the server began, and what lies in the folder, the newest first.

    `rows` of `total` have been gone through, written and read again; `sha256` is that of the file.
    """

    stage: Stage
    rows: int = 0
    total: int = 0
    began: datetime | None = None
    name: str = ""
    sha256: str = ""
    entries: int = 0
    signed: int = 0
    problem: str = ""
    folder: str = ""
    files: tuple[File, ...] = ()


class BackupJob:
    """The backups of one serving arena."""

    def __init__(self, backups: Backups, folder: Path, clock: Clock, audit: Audit) -> None:
        """Write to `folder`, which is made when it is needed."""
        self._backups = backups
        self._folder = folder
        self._clock = clock
        self._audit = audit
        self._lock = threading.Lock()
        self._view = BackupView(Stage.NEVER)
        self._thread: threading.Thread | None = None

    def view(self, by: Staff) -> BackupView:
        """Tell how far the last one has come.

        Raises:
            NotPermitted: no operator asks.
        """
        permit(by, Act.BACK_UP)
        with self._lock:
            return replace(self._view, folder=str(self._folder.resolve()), files=self._files())

    def start(self, by: Staff) -> None:
        """Begin a backup.

        Raises:
            NotPermitted: no operator asks.
            BadRequest: one is running.
            BadBackup: the folder cannot be made.
        """
        permit(by, Act.BACK_UP)
        with self._lock:
            if self._view.stage is Stage.RUNNING:
                raise BadRequest("backup_running")
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise BadBackup(f"cannot write to {self._folder}: {error.strerror}") from error
            self._clear()
            self._audit.put(by, Act.BACK_UP)
            total = 2 * self._backups.rows()
            self._view = BackupView(Stage.RUNNING, 0, total, self._clock())
            self._thread = threading.Thread(target=self._run, name="backup", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait until no backup runs."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _clear(self) -> None:
        """Remove what a server that died left of its backup: the texts in it belong to nobody any more."""
        for draft in self._folder.glob("*.part"):
            draft.unlink(missing_ok=True)
        for copy in self._folder.glob(f"{COPY}*"):
            shutil.rmtree(copy, ignore_errors=True)

    def _files(self) -> tuple[File, ...]:
        found = sorted(self._folder.glob(f"*{ENDING}"), reverse=True)[:LISTED]
        made = [(one.name, one.stat()) for one in found]
        return tuple(
            File(name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC)) for name, told in made
        )

    # On its own thread

    def _count(self) -> None:
        with self._lock:
            self._view = replace(self._view, rows=self._view.rows + THOUSAND)

    def _run(self) -> None:
        try:
            self._end_with(self._backups.back_up(self._folder, self._count))
        except ArenaError as error:
            log.warning("backup: %s", error)
            self._fail(str(error)[:300])
        except BaseException:
            self._fail("see the server's log")
            raise

    def _end_with(self, made: BackedUp) -> None:
        with self._lock:
            self._view = replace(
                self._view,
                stage=Stage.DONE,
                rows=self._view.total,
                name=made.file.name,
                sha256=made.sha256,
                entries=made.recorded.entries,
                signed=made.recorded.signed,
            )

    def _fail(self, problem: str) -> None:
        with self._lock:
            self._view = replace(self._view, stage=Stage.FAILED, problem=problem)
