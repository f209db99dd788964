"""Servers and commands forked from a process that has imported them: what takes seconds is done once.

Each is a whole process of its own, and can be killed as any other.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import app
from tests.servers import ROOT, Arena

PRELOADED = ["tests.forked", "arena.web.site", "arena.reporting.digest", "arena.reporting.drawings"]
"""What the process has imported that the others are forked from."""


def main(arguments: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
    """Be `python app.py` in this process, with its words in files."""
    gc.freeze()  # what was imported before it was forked; going over that again would take 0.2 s
    with out.open("ab") as words, err.open("ab") as complaints:
        os.dup2(words.fileno(), sys.stdout.fileno())
        os.dup2(complaints.fileno(), sys.stderr.fileno())
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["app.py", *arguments]
    sys.exit(app.main())


class Forked:
    """A forked process with the face of a `subprocess.Popen`."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], out: Path, err: Path
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        asked = (tuple(arguments), dict(environment), out, err)
        self._process = context.Process(target=main, args=asked, daemon=False)
        self._process.start()

    def poll(self) -> int | None:
        """Tell how it ended, None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        self._process.join(timeout)
        assert self._process.exitcode is not None
        return self._process.exitcode


def command(
    arguments: Sequence[object], environment: Mapping[str, str] = os.environ, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run an `arena` command to its end."""
    words = list(map(str, arguments))
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        status = Forked(words, environment, out, err).wait(timeout)
        return subprocess.CompletedProcess(words, status, out.read_text("utf-8"), err.read_text("utf-8"))


class ForkedArena(Arena):
    """A real server, and commands on its record, that start with everything imported."""

    def launch(self) -> Forked:
        """Start the process."""
        log = self.folder / "server.log"
        return Forked(["serve"], self.environment, log, log)

    def beside(self, *arguments: str) -> Forked:
        """Begin an `arena` command on the same record, and do not wait for it."""
        log = self.folder / "beside.log"
        return Forked(arguments, self.environment, log, log)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an `arena` command on the same record."""
        return command(arguments, self.environment)
