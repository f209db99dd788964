"""Starting and ending the demo's process, and the addresses of its contestants."""

import logging
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from arena.contest.roster import Contestant, Roster
from arena.errors import BadSetting

SCHEME = "demo://"
PATIENCE = 5.0
"""Seconds that the process gets to end by itself."""

GLANCE = 0.5
"""Seconds between two looks at whether the process lives."""

log = logging.getLogger(__name__)

_READY = "listening on "
_ROOT = Path(__file__).parents[3]


def wanted(roster: Roster) -> bool:
    """Tell whether any endpoint of the roster is one of the demo's."""
    return any(
        endpoint.startswith(SCHEME) for contestant in roster.contestants for endpoint in contestant.endpoints
    )


class Demo:
    """The demo's process while the `with` block runs; it also ends when this process does.

    `port` 0 takes any free one; `speed` divides every delay; `controls` opens `/control`.
    With `keep` a process that died is replaced by another on the same port.
    """

    def __init__(
        self, *, port: int = 0, controls: bool = False, speed: float = 1.0, keep: bool = False
    ) -> None:
        self._port = str(port)
        self._options = [f"--speed={speed}", *(["--controls"] if controls else [])]
        self._process: subprocess.Popen[str] | None = None
        self._keeper = threading.Thread(target=self._keep, daemon=True) if keep else None
        self._ending = threading.Event()
        self.url = ""

    def __enter__(self) -> Self:
        """Start the process and wait until it listens.

        Raises:
            BadSetting: it did not start; its own words stand on stderr.
        """
        self._start()
        if self._keeper:
            self._keeper.start()
        return self

    def _start(self) -> None:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-m", "arena.backends.demo", f"--port={self._port}", *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the arena, which may still be ending battles
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith(_READY):
            self._end()
            raise BadSetting("the demo contestants' server did not start; its reason stands above")
        self.url = f"http://{line.removeprefix(_READY).strip()}"
        self._port = self.url.rpartition(":")[2]

    def _keep(self) -> None:
        while not self._ending.wait(GLANCE):
            if self._process and self._process.poll() is not None:
                log.warning("the demo contestants' server died; starting it again")
                self._process.communicate()
                try:
                    self._start()
                except BadSetting as error:
                    log.warning("%s", error)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id.

        Raises:
            BadSetting: the process does not run.
        """
        if self._process is None:
            raise BadSetting("the demo contestants' server does not run")
        return self._process.pid

    def stop(self) -> None:
        """End the process; again does nothing."""
        self._ending.set()
        if self._keeper and self._keeper.is_alive():
            self._keeper.join(PATIENCE)
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def endpoint(self, address: str) -> str:
        """Give the HTTP address of `demo://<id>`; any other address stays as it is."""
        if not address.startswith(SCHEME):
            return address
        return f"{self.url}/{address.removeprefix(SCHEME)}"

    def resolved(self, roster: Roster) -> Roster:
        """Give the roster with every `demo://` endpoint resolved."""
        return Roster(tuple(self._served(contestant) for contestant in roster.contestants))

    def _served(self, contestant: Contestant) -> Contestant:
        return replace(contestant, endpoints=tuple(self.endpoint(at) for at in contestant.endpoints))
