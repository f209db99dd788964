"""Secrets of the arena: one file each, readable by its owner alone, outside the database.

A secret is made when it is first asked for. Each round has its own pepper and seed, so that destroying
one file makes the pseudonyms of that round unlinkable for ever.
"""

import os
import re
import secrets
from pathlib import Path

from arena.errors import BadSetting

SECRET_BYTES = 32
NAME = re.compile(r"[a-z0-9-]+\.(key|seed|pepper)")


class Secrets:
    """The secrets in one folder."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; nothing is read or made yet."""
        self._folder = folder

    def exists(self, name: str) -> bool:
        """Tell whether the secret `name` has been made."""
        return self._path(name).exists()

    def get(self, name: str) -> bytes:
        """Read the secret `name`, 32 bytes; make it first where there is none.

        Raises:
            BadSetting: the folder cannot be written, or the file does not hold a secret.
        """
        path = self._path(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                self._make(path, secrets.token_bytes(SECRET_BYTES))
            value = path.read_bytes()
        except OSError as error:
            raise BadSetting(f"cannot keep secrets in {self._folder}: {error.strerror}") from error
        if len(value) != SECRET_BYTES:
            raise BadSetting(f"{path} does not hold {SECRET_BYTES} bytes; restore it from its backup")
        return value

    def names(self) -> tuple[str, ...]:
        """Name every secret that has been made."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(one.name for one in self._folder.iterdir() if NAME.fullmatch(one.name)))

    def put(self, name: str, value: bytes) -> None:
        """Put the secret `name` back, as it was kept elsewhere.

        Raises:
            BadSetting: it is no secret, another one has this name, or the folder cannot be written.
        """
        if len(value) != SECRET_BYTES:
            raise BadSetting(f"{name} is no secret of {SECRET_BYTES} bytes")
        path = self._path(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make(path, value)
            kept = path.read_bytes()
        except OSError as error:
            raise BadSetting(f"cannot keep secrets in {self._folder}: {error.strerror}") from error
        if kept != value:
            raise BadSetting(f"{path} is another secret; move it away first if it is not needed")

    def destroy(self, name: str) -> None:
        """Overwrite and remove the secret `name`; one that is not there is gone already.

        A copy in a backup is not reached, nor what a disk keeps of overwritten blocks.

        Raises:
            BadSetting: the folder cannot be written.
        """
        path = self._path(name)
        try:
            if path.exists():
                with path.open("r+b") as file:
                    file.write(bytes(SECRET_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
        except OSError as error:
            raise BadSetting(f"cannot destroy {path}: {error.strerror}") from error

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(name)
        return self._folder / name

    @staticmethod
    def _make(path: Path, value: bytes) -> None:
        """Write a secret whole or not at all: to a draft, linked under the name if that is free."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first; its secret counts
        finally:
            draft.unlink()
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable: what is on record rests on a secret that must still be there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
