"""Given scores that an evaluator has handed in: one file of this account alone, replaced as a whole."""

import json
from collections.abc import Mapping
from pathlib import Path

from arena.errors import BadSetting

Document = Mapping[str, Mapping[str, str]]


class GivenFile:
    """The given scores of one round."""

    def __init__(self, file: Path) -> None:
        """Use `file`; nothing is read or made yet."""
        self._file = file

    def read(self) -> Document | None:
        """Read what was written last; None before.

        Raises:
            BadSetting: it cannot be read.
        """
        try:
            document: Document = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise BadSetting(f"{self._file} cannot be read: {error}") from error
        return document

    def write(self, document: Document) -> None:
        """Write, in place of what was there.

        Raises:
            BadSetting: the folder cannot be written.
        """
        fresh = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(document, ensure_ascii=False, sort_keys=True), "utf-8")
            fresh.replace(self._file)
        except OSError as error:
            raise BadSetting(f"cannot write {self._file}: {error.strerror}") from error
