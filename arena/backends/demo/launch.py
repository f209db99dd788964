"""Starting and ending the demo's process, and the addresses of its contestants."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from arena.contest.roster import Contestant, Roster
from arena.errors import BadSetting

SCHEME = "demo://"
PATIENCE = 5.0
"""Seconds that the process gets to end by itself."""

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
    """

    def __init__(self, *, port: int = 0, controls: bool = False, speed: float = 1.0) -> None:
        self._command = [sys.executable, "-m", "arena.backends.demo", f"--port={port}", f"--speed={speed}"]
        if controls:
            self._command.append("--controls")
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        """Start the process and wait until it listens.

        Raises:
            BadSetting: it did not start; its own words stand on stderr.
        """
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the arena, which may still be ending battles
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith(_READY):
            self.stop()
            raise BadSetting("the demo contestants' server did not start; its reason stands above")
        self.url = f"http://{line.removeprefix(_READY).strip()}"
        return self

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
