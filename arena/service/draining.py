"""Endpoints that the operator takes out while the arena serves: a short file that the server reads again.

An endpoint in it gets no new requests; those under way are finished. The file holds an address a line,
as `models.yaml` declares it.
"""

import logging
from pathlib import Path

from arena.contest.roster import Roster
from arena.errors import BadSetting

log = logging.getLogger(__name__)

FILE = "drained"


class Draining:
    """The endpoints of `roster` that are taken out, in a file of the folder `data`."""

    def __init__(self, data: Path, roster: Roster) -> None:
        self._file = data / FILE
        self._endpoints = tuple(dict.fromkeys(at for one in roster.contestants for at in one.endpoints))
        self._last: frozenset[str] = frozenset()

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Give every declared endpoint, in the order of the declaration."""
        return self._endpoints

    def drained(self) -> frozenset[str]:
        """Read which are taken out; a file that cannot be read changes nothing."""
        try:
            lines = self._file.read_text("utf-8").splitlines()
        except FileNotFoundError:
            lines = []
        except (OSError, UnicodeDecodeError) as error:
            log.warning("cannot read %s: %s", self._file, error)
            return self._last
        self._last = frozenset(self._endpoints) & {line.strip() for line in lines}
        return self._last

    def drain(self, endpoint: str) -> None:
        """Take an endpoint out.

        Raises:
            BadSetting: none of the roster has this address, or the file cannot be written.
        """
        self._write(self.drained() | {self._known(endpoint)})

    def undo(self, endpoint: str) -> None:
        """Put an endpoint back.

        Raises:
            BadSetting: as `drain`.
        """
        self._write(self.drained() - {self._known(endpoint)})

    def _known(self, endpoint: str) -> str:
        if endpoint not in self._endpoints:
            raise BadSetting(
                f"no contestant has the endpoint {endpoint}; there are: {', '.join(self._endpoints)}"
            )
        return endpoint

    def _write(self, drained: frozenset[str]) -> None:
        made = self._file.with_suffix(".new")
        try:
            made.write_text("".join(f"{at}\n" for at in self._endpoints if at in drained), "utf-8")
            made.replace(self._file)
        except OSError as error:
            raise BadSetting(f"cannot write {self._file}: {error.strerror}") from error
