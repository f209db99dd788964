"""A rehearsal in the background of the arena that it is played against: one at a time, with a way to stop it.

It runs on a thread and an event loop of its own, so that simulated citizens come in from outside as all do.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any

from arena.errors import ArenaError, BadRequest
from arena.identity.staff import Staff
from arena.service.audit import Audit
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.service.rehearsal import Rehearsal, Rehearsed

log = logging.getLogger(__name__)

MOST_BATTLES, MOST_VOTERS, MOST_PARALLEL = 20_000, 5_000, 200
PATIENCE = 10.0
"""Seconds in which a rehearsal that is stopped must have ended."""


class Progress(StrEnum):
    """How far a rehearsal has come."""

    NEVER = "never"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """The last rehearsal: votes so far of how many, seconds, and what came of it, without any standings."""

    progress: Progress
    votes: int = 0
    wanted: int = 0
    began: datetime | None = None
    seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    voids: int = 0
    order_is_true: bool | None = None
    problem: str = ""


class RehearsalJob:
    """The rehearsals of one serving arena."""

    def __init__(self, connect: Callable[[], Rehearsal], url: str, clock: Clock, audit: Audit) -> None:
        """Play against the arena at `url`; `connect` refuses where the rules say no rehearsal."""
        self._connect = connect
        self._url = url
        self._clock = clock
        self._audit = audit
        self._lock = threading.Lock()
        self._view = RehearsalView(Progress.NEVER)
        self._started = 0.0
        self._thread: threading.Thread | None = None
        self._stop: Callable[[], None] = lambda: None
        self._is_stopped = False

    def view(self, by: Staff) -> RehearsalView:
        """Tell how far the last one has come.

        Raises:
            NotPermitted: no operator asks.
        """
        permit(by, Act.REHEARSE)
        with self._lock:
            if self._view.progress is not Progress.RUNNING:
                return self._view
            return replace(self._view, seconds=time.monotonic() - self._started)

    def start(self, by: Staff, *, battles: int, voters: int, parallel: int) -> None:
        """Begin a rehearsal.

        Raises:
            NotPermitted: no operator asks.
            BadRequest: a number cannot be, or one is running.
            RehearsalError: the rules do not say `rehearsal`.
        """
        permit(by, Act.REHEARSE)
        _check(battles, MOST_BATTLES)
        _check(voters, MOST_VOTERS)
        _check(parallel, MOST_PARALLEL)
        rehearsal = self._connect()
        with self._lock:
            if self._view.progress is Progress.RUNNING:
                raise BadRequest("rehearsal_going")
            told = {"battles": battles, "voters": voters, "parallel": parallel}
            self._audit.put(by, Act.REHEARSE, after=told)
            self._view = RehearsalView(Progress.RUNNING, 0, battles, self._clock())
            self._started, self._is_stopped = time.monotonic(), False
            playing = rehearsal.play(
                self._url,
                battles_wanted=battles,
                voters=voters,
                parallel=parallel,
                random=Random(),  # noqa: S311 - simulated citizens
                watch=self._count,
            )
            self._thread = threading.Thread(target=self._run, args=(playing,), name="rehearsal", daemon=True)
            self._thread.start()

    def stop(self, by: Staff) -> None:
        """Stop the one that is running; what was voted stays on record.

        Raises:
            NotPermitted: no operator asks.
            BadRequest: none is running.
        """
        permit(by, Act.REHEARSE)
        if self._view.progress is not Progress.RUNNING:
            raise BadRequest("rehearsal_none")
        self._audit.put(by, "stop_rehearsal")
        self.close()

    def close(self) -> None:
        """Stop what runs, and wait for its end."""
        with self._lock:
            self._is_stopped = True
            stop, thread = self._stop, self._thread
        stop()
        if thread is not None:
            thread.join(PATIENCE)

    # On its own thread

    def _count(self) -> None:
        with self._lock:
            self._view = replace(self._view, votes=self._view.votes + 1)

    def _run(self, playing: Coroutine[Any, Any, Rehearsed]) -> None:
        try:
            rehearsed = asyncio.run(self._stoppable(playing))
        except asyncio.CancelledError:
            self._end(Progress.STOPPED)
        except ArenaError as error:
            log.warning("rehearsal: %s", error)
            self._end(Progress.FAILED, problem=str(error)[:300])
        except BaseException:
            self._end(Progress.FAILED, problem="see the server's log")
            raise
        else:
            self._end(
                Progress.DONE,
                lost=rehearsed.lost,
                doubled=rehearsed.doubled,
                voids=rehearsed.voids,
                order_is_true=rehearsed.order_is_true,
            )

    async def _stoppable(self, playing: Coroutine[Any, Any, Rehearsed]) -> Rehearsed:
        loop, task = asyncio.get_running_loop(), asyncio.create_task(playing)
        with self._lock:
            self._stop = lambda: _cancel(loop, task)
            if self._is_stopped:  # before there was anything to cancel
                task.cancel()
        return await task

    def _end(self, progress: Progress, **found: Any) -> None:
        with self._lock:
            seconds = time.monotonic() - self._started
            self._view = replace(self._view, progress=progress, seconds=seconds, **found)
            self._stop = lambda: None


def _cancel(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Rehearsed]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel)


def _check(number: int, most: int) -> None:
    if isinstance(number, bool) or not 1 <= number <= most:
        raise BadRequest("numbers")
