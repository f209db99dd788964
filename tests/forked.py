"""Servers that are forked from a process which has imported them: what takes seconds is done once.

Each is a whole server in a process of its own, and can be killed as any other.
"""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

import app
from tests.servers import ROOT, Arena


def serve(environment: dict[str, str], log: Path) -> None:
    """Serve in this process, as `python app.py` does, with its words in a file."""
    with log.open("ab") as words:
        os.dup2(words.fileno(), sys.stdout.fileno())
        os.dup2(words.fileno(), sys.stderr.fileno())
    os.chdir(ROOT)
    os.environ.update(environment)
    sys.argv = ["app.py", "serve"]
    sys.exit(app.main())


class Forked:
    """A forked process with the face of a `subprocess.Popen`."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "arena.web.site"])
        self._process = context.Process(target=serve, args=(environment, log), daemon=False)
        self._process.start()

    def poll(self) -> int | None:
        """Tell how it ended, None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self._process.pid, number)

    def wait(self, timeout: float) -> int:
        """Wait until it has ended."""
        self._process.join(timeout)
        assert self._process.exitcode is not None
        return self._process.exitcode


class ForkedArena(Arena):
    """A real server that starts with everything imported."""

    def launch(self) -> Forked:
        """Start the process."""
        return Forked(self.environment, self.folder / "server.log")
