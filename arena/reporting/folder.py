"""A folder that a stranger hands over: what is in it is read with limits, and what is wrong with it is said.

Law: no link is followed, nothing but plain files of known names is opened, and no path comes from a file.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from arena.errors import BadFolder
from arena.ledger.checks import Words
from arena.ledger.findings import Findings
from arena.ledger.lines import OTHER_FORM, Unreadable, json_of
from arena.reporting.file_flaws import FileFlaw

KIB, MIB, GIB = 2**10, 2**20, 2**30

REQUIRED: dict[str, int] = {
    "checkpoint.txt": MIB,
    "checkpoints.jsonl": 4 * GIB,
    "keys.txt": 64 * KIB,
    "ledger.jsonl": 16 * GIB,
    "manifest.json": MIB,
    "openings.jsonl": 64 * GIB,
    "rules.json": 4 * MIB,
    "scores.csv": 4 * MIB,
    "scores.xlsx": 4 * MIB,
    "standings.json": 4 * MIB,
    "votes.csv": 2 * GIB,
}
"""The files of every folder, and how many bytes of each are read at most."""

FULL = "votes_excluded.csv"
"""What a full folder holds too, and a public one must not."""
LARGEST_FULL = 2 * GIB

BLINDNESS = "blindness.json"
"""What a folder may hold too; no verifier checks it."""
LARGEST_BLINDNESS = MIB

SHOWN: dict[str, int] = {
    "forest.png": 4 * MIB,
    "forest.svg": 4 * MIB,
    "pairs.png": 4 * MIB,
    "pairs.svg": 16 * MIB,
    "ranks.png": 4 * MIB,
    "ranks.svg": 16 * MIB,
    "report.html": 64 * MIB,
    "report.pdf": 64 * MIB,
    "votes.parquet": 2 * GIB,
}
"""What a folder may hold too, made of its votes to be read; a verifier compares it with the manifest only."""

RESULT = re.compile(r"result(-[1-9][0-9]{0,5})?\.json", re.ASCII)
LARGEST_RESULT = 4 * MIB
STAMP = re.compile(r"(rules|result-[1-9][0-9]{0,5})\.tsr", re.ASCII)
LARGEST_STAMP = 100 * KIB
LONGEST_LINE: dict[str, int] = {
    "checkpoints.jsonl": 512 * KIB,
    "ledger.jsonl": KIB,
    "openings.jsonl": 64 * MIB,
}
MOST_FILES = 1000
CHUNK = MIB
MANIFEST = "manifest.json"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", re.ASCII)
NAMES_PATH = Words(
    "이 폴더 밖이나 안쪽 폴더를 가리킵니다: {0}", "it names a path, not a file of this folder: {0}"
)

Watch = Callable[[int], None]
"""Hears how many more bytes have been read."""


class Folder:
    """The plain files of a folder that have names of an export and are not too large."""

    def __init__(self, path: Path, findings: Findings, watch: Watch = lambda _: None) -> None:
        """Look at the folder; nothing is read yet.

        Raises:
            BadFolder: there is no such folder, or it is a file.
        """
        self._path = path
        self._findings = findings
        self._watch = watch
        self.sizes: dict[str, int] = {}
        self._there: set[str] = set()
        try:
            self._look()
        except NotADirectoryError as error:
            raise BadFolder(f"{path} is a file, not a folder; unpack it first") from error
        except (OSError, ValueError) as error:
            raise BadFolder(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error

    @property
    def stamps(self) -> list[str]:
        """The names of the time stamps that are there."""
        return sorted(name for name in self.sizes if STAMP.fullmatch(name))

    @property
    def tells_blindness(self) -> bool:
        """Tell whether a report on blindness is there."""
        return BLINDNESS in self.sizes

    @property
    def shown(self) -> list[str]:
        """The names of the files that are there to be read, and of which no more is checked."""
        return sorted(self.sizes.keys() & SHOWN.keys())

    @property
    def results(self) -> list[str]:
        """The names of the results that are there."""
        return sorted(name for name in self.sizes if RESULT.fullmatch(name))

    def whole(self, name: str) -> bytes:
        """Give the content of a file, nothing where it cannot be read."""
        return b"".join(self._chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Give the lines of a file with their newlines, to the end or the first that is too long."""
        longest, number = LONGEST_LINE[name], 0
        try:
            with self._open(name) as file:
                while line := file.readline(longest + 1):
                    number += 1
                    self._watch(len(line))
                    if len(line) > longest:
                        self._findings.found(FileFlaw.LONG_LINE, name, number, longest)
                        return
                    yield line
        except OSError as error:
            self._unreadable(name, error)

    def check_form(self, *, is_public: bool) -> None:
        """Check that the file is there that a full folder holds, or is not there in a public one."""
        flaw = FileFlaw.EXTRA if is_public else FileFlaw.MISSING
        is_said = any((one.flaw, one.file) == (flaw, FULL) for one in self._findings.kept)
        if is_public == (FULL in self._there) and not is_said:
            self._findings.found(flaw, FULL)

    def check_manifest(self) -> None:
        """Check that the folder holds what its manifest names, and nothing else."""
        listed = self._manifest()
        if listed is None:
            return  # said already
        for name in sorted(self._there - {MANIFEST}):
            if name not in listed:
                self._findings.found(FileFlaw.EXTRA, name)
            elif name in self.sizes and self._sha256(name) != listed[name]:
                self._findings.found(FileFlaw.OTHER_CONTENT, name)
        for name in sorted(listed.keys() - self._there - REQUIRED.keys()):
            self._findings.found(FileFlaw.MISSING, name)

    def _look(self) -> None:
        with os.scandir(self._path) as found:
            for number, entry in enumerate(found):
                if number > MOST_FILES:
                    raise BadFolder(f"{self._path} holds more than {MOST_FILES} files")
                self._take(entry)
        for name in sorted(REQUIRED.keys() - self._there):
            self._findings.found(FileFlaw.MISSING, name)

    def _take(self, entry: os.DirEntry[str]) -> None:
        known = _limit(entry.name)
        about = entry.stat(follow_symlinks=False)
        if known is None:
            self._findings.found(FileFlaw.EXTRA, entry.name)
            return
        self._there.add(entry.name)
        if not stat.S_ISREG(about.st_mode):
            self._findings.found(FileFlaw.NOT_A_FILE, entry.name)
        elif about.st_size > known:
            self._findings.found(FileFlaw.TOO_LARGE, entry.name, 0, about.st_size, known)
        else:
            self.sizes[entry.name] = about.st_size

    def _open(self, name: str) -> BinaryIO:
        if name not in self.sizes:
            return open(os.devnull, "rb")  # noqa: PTH123 - said already; there is nothing to read
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self._path / name, flags), "rb")

    def _chunks(self, name: str) -> Iterator[bytes]:
        left = self.sizes.get(name, 0)
        try:
            with self._open(name) as file:
                while chunk := file.read(min(CHUNK, left)):
                    left -= len(chunk)
                    self._watch(len(chunk))
                    yield chunk
        except OSError as error:
            self._unreadable(name, error)

    def _unreadable(self, name: str, error: OSError) -> None:
        self._findings.found(FileFlaw.UNREADABLE, name, 0, error.strerror or error)

    def _sha256(self, name: str) -> str:
        summed = hashlib.sha256()
        for chunk in self._chunks(name):
            summed.update(chunk)
        return summed.hexdigest()

    def _manifest(self) -> dict[str, Any] | None:
        """Give what the manifest says of each file, or None where it cannot be read."""
        if MANIFEST not in self.sizes:
            return None
        try:
            document = json_of(self.whole(MANIFEST))
        except Unreadable as error:
            self._findings.found(FileFlaw.MANIFEST, MANIFEST, 0, error.why)
            return None
        listed = document.get("files") if isinstance(document, dict) else None
        if not isinstance(listed, dict):
            self._findings.found(FileFlaw.MANIFEST, MANIFEST, 0, OTHER_FORM)
            return None
        for name in listed:
            if not PLAIN_NAME.fullmatch(name):
                self._findings.found(FileFlaw.MANIFEST, MANIFEST, 0, NAMES_PATH.with_details(name))
        return {name: said for name, said in listed.items() if PLAIN_NAME.fullmatch(name)}


def _limit(name: str) -> int | None:
    """Tell how many bytes of a file are read at most; None: an export has no such file."""
    if RESULT.fullmatch(name):
        return LARGEST_RESULT
    if STAMP.fullmatch(name):
        return LARGEST_STAMP
    if name == BLINDNESS:
        return LARGEST_BLINDNESS
    if name == FULL:
        return LARGEST_FULL
    return REQUIRED.get(name, SHOWN.get(name))
