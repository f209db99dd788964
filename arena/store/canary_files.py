"""The canaries' files as rows of a backup, in pieces, and back.

Law: a file is put back only under a name that canaries have, and never over one that says something else.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from arena.errors import BadBackup
from arena.store.archive import Row

ROUND = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NAMES = frozenset({"kept.json", "looks.jsonl"})
PIECE = 1024 * 1024


class CanaryFiles:
    """The files of all rounds, in one folder with a folder for each."""

    COLUMNS: Mapping[str, str] = {"round": "text", "name": "text", "content": "bytes"}

    def __init__(self, folder: Path) -> None:
        """Use `folder`; nothing is read or made yet."""
        self._folder = folder

    def rows(self) -> Iterator[Row]:
        """Read every file, piece by piece."""
        for file in sorted(self._folder.glob("*/*")):
            if ROUND.fullmatch(file.parent.name) and file.name in NAMES:
                with file.open("rb") as content:
                    while piece := content.read(PIECE):
                        yield file.parent.name, file.name, piece

    def put(self, rows: Iterable[Row]) -> None:
        """Write the files; one that is there already must say the same.

        Raises:
            BadBackup: a name is none of canaries, a file says something else, or cannot be written.
        """
        drafts: dict[Path, Path] = {}
        try:
            for round_id, name, piece in rows:
                if not ROUND.fullmatch(round_id) or name not in NAMES:
                    raise BadBackup("it holds a file that is none of canaries")
                file = self._folder / round_id / name
                draft = file.with_name(f".{name}.part")
                if file not in drafts:
                    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    draft.unlink(missing_ok=True)
                    drafts[file] = draft
                with open(draft, "ab", opener=_private) as written:
                    written.write(piece)
            for file, draft in drafts.items():
                _place(file, draft)
        except OSError as error:
            raise BadBackup(f"cannot write to {self._folder}: {error.strerror}") from error
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _place(file: Path, draft: Path) -> None:
    if file.exists() and file.read_bytes() != draft.read_bytes():
        raise BadBackup(f"{file} is there and says something else; move it away first")
    draft.replace(file)
