"""Work in a process of its own, from start to end: `python -m arena.service.apart`.

What takes a processor for half a minute would make answers stutter if it shared this process's one lock.
Such a process gives way to others, and ends with the one that began it. Work and outcome go through pipes.
"""

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar

from arena.errors import ArenaError, WorkLost

log = logging.getLogger(__name__)

GIVING_WAY = 10
"""Added to its niceness."""

PATIENCE = 5.0
"""Seconds in which a process that was told to end has to."""

STEP = 0.005
"""Of the whole, that is told of at once."""

_ROOT = Path(__file__).parents[2]

Done = TypeVar("Done")
Tell = Callable[[float], None]
"""Hears how much of the work is done, from 0 to 1."""


class Apart:
    """Processes that work for this one."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False

    def done(self, work: Callable[..., Done], *asked: object, tell: Tell = lambda _: None) -> Done:
        """Have `work(*asked, tell)` done, and give what comes of it; `work` is a function of a module.

        Raises:
            WorkLost: the process failed, was killed, or could not be started.
            ArenaError: as `work`.
        """
        with self._process() as process:
            stdin, stdout = _pipes(process)
            try:
                pickle.dump((work, asked), stdin)
                stdin.flush()
                while True:
                    # Only this account's own process writes to this pipe.
                    kind, said = pickle.load(stdout)  # noqa: S301 - see above
                    if kind is float:
                        tell(said)
                    elif kind is ArenaError:
                        raise said
                    else:
                        done: Done = said
                        return done
            except (OSError, EOFError, pickle.UnpicklingError) as error:
                raise WorkLost(f"{work.__name__}: its process is gone") from error

    @property
    def is_closed(self) -> bool:
        """Tell whether no more work is begun."""
        return self._is_closed

    def close(self) -> None:
        """End every process, and let no other begin."""
        with self._lock:
            self._is_closed = True
            running = tuple(self._running)
        for process in running:
            process.terminate()

    @contextmanager
    def _process(self) -> Iterator[subprocess.Popen[bytes]]:
        process = self._begun()
        try:
            yield process
        finally:
            _end(process)
            with self._lock:
                self._running.discard(process)

    def _begun(self) -> subprocess.Popen[bytes]:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with self._lock:
            if self._is_closed:
                raise WorkLost("no work is begun any more")
            try:
                process = subprocess.Popen(
                    [sys.executable, "-m", "arena.service.apart"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    start_new_session=True,  # who stops this one by hand means this one, which ends that
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                )
            except OSError as error:
                raise WorkLost(f"no process: {error}") from error
            self._running.add(process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """See a process to its end: without anybody to listen to it goes by itself."""
    for pipe in _pipes(process):
        with suppress(BrokenPipeError):
            pipe.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise WorkLost("a process without pipes")
    return process.stdin, process.stdout


# In the process


def main() -> None:
    """Read what is asked for, do it, and write what comes of it."""
    os.nice(GIVING_WAY)
    asking = sys.stdin.buffer
    answering = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints does not write in between
    work, asked = pickle.load(asking)  # noqa: S301 - the process that began this one asks
    threading.Thread(target=_end_with, args=(asking,), daemon=True).start()

    try:
        _write(answering, object, work(*asked, _Telling(answering)))
    except ArenaError as error:
        _write(answering, ArenaError, error)


class _Telling:
    """Tells how much is done, a step at a time."""

    def __init__(self, answering: BinaryIO) -> None:
        self._answering = answering
        self._said = 0.0

    def __call__(self, share: float) -> None:
        if share >= self._said + STEP:
            self._said = share
            _write(self._answering, float, share)


def _write(answering: BinaryIO, kind: type, said: Any) -> None:
    pickle.dump((kind, said), answering)
    answering.flush()


def _end_with(asking: BinaryIO) -> None:
    """End this process when the one that began it has hung up."""
    asking.read()
    os._exit(1)


if __name__ == "__main__":
    main()
