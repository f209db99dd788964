"""What a witness keeps of one log, in a file: its vkeys and the last checkpoint that she cosigned."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from arena.errors import BadNote, LedgerError, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The log's vkeys, and the note of the last checkpoint that was cosigned; "" before the first."""

    vkeys: tuple[str, ...]
    note: str = ""


class StateFile:
    """The state of one witness for one log."""

    def __init__(self, path: Path) -> None:
        """Use `path`; nothing is read or made yet."""
        self._path = path

    def read(self) -> Witnessed | None:
        """Read what was kept; None before the first time.

        Raises:
            BadNote: the file holds something else.
            StoreUnavailable: it cannot be read.
        """
        try:
            kept = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"cannot read {self._path}: {error.strerror}") from error
        except ValueError as error:
            raise BadNote(f"{self._path} holds no state of a witness") from error
        if not isinstance(kept, dict) or kept.keys() != {"log", "note"} or not kept["log"]:
            raise BadNote(f"{self._path} holds no state of a witness")
        return Witnessed(tuple(map(str, kept["log"])), str(kept["note"]))

    def write(self, kept: Witnessed) -> None:
        """Write what is to be kept, whole or not at all; it is durable when this returns.

        Raises:
            StoreUnavailable: it cannot be written; what was kept before still is.
        """
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        content = json.dumps({"log": kept.vkeys, "note": kept.note}, ensure_ascii=False, indent=1)
        try:
            _write(draft, content)
            draft.replace(self._path)
            _sync(self._path.parent)
        except OSError as error:
            raise StoreUnavailable(f"cannot write {self._path}: {error.strerror}") from error

    def keep_evidence(self, notes: tuple[str, str]) -> Path:
        """Write two contradicting notes beside the state, and say where.

        Raises:
            LedgerError: they cannot be written.
        """
        number = 1
        while (path := self._path.with_name(f"{self._path.name}.fork-{number}")).exists():
            number += 1
        try:
            _write(path, "\n".join(notes))
        except OSError as error:
            raise LedgerError(f"cannot write {path}: {error.strerror}; the notes are {notes}") from error
        return path


def _write(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
