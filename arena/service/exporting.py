"""Exports in the background: one folder and one archive of each kind, kept until the round has moved on.

Rule 1: the same votes, results and stamps are exported once; asked for again, the same bytes are there.
Rule 2: what is kept is whole: it gets its name when it is finished, and a job that was cut off by a restart
        is begun again.
Rule 3: a process of its own makes it, so that no answer waits for it.
"""

import json
import logging
import shutil
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, BadRequest, NotFound
from arena.identity.staff import Staff
from arena.service.apart import Apart
from arena.service.audit import Audit
from arena.service.evaluators import Evaluators
from arena.service.export_work import ARCHIVE, FOLDER, packed
from arena.service.permissions import Act, permit

log = logging.getLogger(__name__)

ABOUT, WANTED = "about.json", "wanted"


class Kind(StrEnum):
    """For whom an export is."""

    PUBLIC = "public"
    AUDITORS = "auditors"


ACTS = {Kind.PUBLIC: Act.EXPORT, Kind.AUDITORS: Act.EXPORT_FOR_AUDITORS}


class State(StrEnum):
    """How far a job is."""

    NONE = "none"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished export: what it is of, and the bytes of each file and of the archive."""

    key: str
    files: dict[str, int]
    archive: int


@dataclass(frozen=True, slots=True)
class Job:
    """A job as somebody sees it; `progress` from 0 to 1. `made` may be of before the round moved on."""

    kind: Kind
    state: State
    progress: float
    made: Made | None
    is_current: bool


class Exports:
    """The exports of one round, in a folder of this account alone."""

    def __init__(
        self,
        evaluators: Evaluators,
        folder: Path,
        name: str,
        audit: Audit,
        apart: Apart,
        *,
        shows: bool = True,
    ) -> None:
        """Export by `evaluators` to `folder`; `name` is that of the folder within an archive."""
        self._apart = apart
        self._evaluators = evaluators
        self._folder = folder
        self._name = name
        self._audit = audit
        self._shows = shows
        self._lock = threading.Lock()
        self._jobs: dict[Kind, threading.Thread] = {}
        self._progress: dict[Kind, float] = dict.fromkeys(Kind, 0.0)
        self._failed: set[Kind] = set()
        self._one_at_a_time = threading.Lock()

    def resume(self) -> None:
        """Begin again what a restart has cut off, and clear away what it has left."""
        for kind in Kind:
            shutil.rmtree(self._draft(kind), ignore_errors=True)
            if (self._folder / f"{kind}.{WANTED}").exists():
                self._begin(kind)

    def start(self, by: Staff, kind: str) -> Job:
        """Begin an export, unless one is being made or is there of just these votes.

        Raises:
            NotPermitted: this role gets no such export.
            Sealed: the rules seal the standings.
            BadRequest: there is no such kind.
        """
        wanted = _kind(kind)
        permit(by, ACTS[wanted])
        current = self._evaluators.key()
        with self._lock:
            made = self._made(wanted)
            if not self._is_running(wanted) and (made is None or made.key != current):
                self._audit.put(by, ACTS[wanted], after={"of": current})
                self._begin(wanted)
        return self.job(by, kind)

    def job(self, by: Staff, kind: str) -> Job:
        """Tell how far an export is.

        Raises:
            NotPermitted, Sealed, BadRequest: as `start`.
        """
        wanted = _kind(kind)
        permit(by, ACTS[wanted])
        current = self._evaluators.key()
        made, is_running = self._made(wanted), self._is_running(wanted)
        state = State.READY if made is not None else State.NONE
        if is_running:
            state = State.RUNNING
        elif wanted in self._failed:
            state = State.FAILED
        progress = self._progress[wanted] if is_running else float(state is State.READY)
        return Job(wanted, state, progress, made, made is not None and made.key == current)

    def file(self, by: Staff, kind: str, name: str) -> Path:
        """Find a file of a finished export, "" for the archive of all.

        Raises:
            NotPermitted, Sealed, BadRequest: as `start`.
            NotFound: there is none.
        """
        made = self.job(by, kind).made
        wanted = _kind(kind)
        if made is None or (name and name not in made.files):
            raise NotFound(name)
        place = self._place(wanted)
        return place / FOLDER / name if name else place / ARCHIVE

    # Inside

    def _begin(self, kind: Kind) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / f"{kind}.{WANTED}").touch(mode=0o600)
        self._progress[kind] = 0.0
        self._failed.discard(kind)
        self._jobs[kind] = threading.Thread(
            target=self._work, args=(kind,), name=f"export {kind}", daemon=True
        )
        self._jobs[kind].start()

    def _work(self, kind: Kind) -> None:
        draft, is_done = self._draft(kind), False
        try:
            with self._one_at_a_time:
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir(mode=0o700)
                self._make(kind, draft)
                is_done = True
        except (ArenaError, OSError) as error:
            log.warning("export for %s: %s", kind, error)
        finally:
            if not is_done:
                self._failed.add(kind)
            shutil.rmtree(draft, ignore_errors=True)
            if is_done or not self._apart.is_closed:
                (self._folder / f"{kind}.{WANTED}").unlink(missing_ok=True)

    def _make(self, kind: Kind, draft: Path) -> None:
        key = self._evaluators.key()
        self._evaluators.sign()
        order = self._evaluators.order(self._name, for_auditors=kind is Kind.AUDITORS, shows=self._shows)
        files = self._apart.done(packed, order, draft, tell=lambda share: self._tell(kind, share))
        about = {"key": key, "files": files, "archive": (draft / ARCHIVE).stat().st_size}
        (draft / ABOUT).touch(mode=0o600)
        (draft / ABOUT).write_text(json.dumps(about), "utf-8")
        self._swap(kind, draft)

    def _swap(self, kind: Kind, draft: Path) -> None:
        """Put a finished export in place of the one before; who is reading that one reads on."""
        old = self._folder / f"{kind}.old"
        shutil.rmtree(old, ignore_errors=True)
        if self._place(kind).exists():
            self._place(kind).rename(old)
        draft.rename(self._place(kind))
        shutil.rmtree(old, ignore_errors=True)

    def _tell(self, kind: Kind, progress: float) -> None:
        self._progress[kind] = progress

    def _is_running(self, kind: Kind) -> bool:
        return kind in self._jobs and self._jobs[kind].is_alive()

    def _made(self, kind: Kind) -> Made | None:
        try:
            about: dict[str, Any] = json.loads((self._place(kind) / ABOUT).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return Made(about["key"], about["files"], about["archive"])

    def _place(self, kind: Kind) -> Path:
        return self._folder / kind.value

    def _draft(self, kind: Kind) -> Path:
        return self._folder / f"{kind}.new"


def _kind(name: str) -> Kind:
    """Read the name of a kind.

    Raises:
        BadRequest: there is none of that name.
    """
    try:
        return Kind(name)
    except ValueError as error:
        raise BadRequest(f"no export {name!r}") from error
