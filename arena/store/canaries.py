"""Replies that canaries keep, and every look since, in two files of one folder.

They hold what contestants said, so they are for this account alone and no part of the record.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from arena.contest.canary import Kept, Look, Plan
from arena.contest.roster import ContestantId
from arena.errors import BadSetting, Fault


class CanaryFolder:
    """The canaries of one round."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; nothing is read or made yet."""
        self._kept = folder / "kept.json"
        self._looks = folder / "looks.jsonl"

    def kept(self) -> Kept | None:
        """Read what was kept; None before.

        Raises:
            BadSetting: the file does not hold what was written.
        """
        try:
            said = json.loads(self._kept.read_text("utf-8"))
            replies = {
                ContestantId(name): tuple(tuple(of_prompt) for of_prompt in replies)
                for name, replies in said["replies"].items()
            }
            salts = {ContestantId(name): str(salt) for name, salt in said["salts"].items()}
            return Kept(Plan(**said["plan"]), said["asked"], replies, salts)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadSetting(f"{self._kept} cannot be read: {error}") from error

    def keep(self, kept: Kept) -> None:
        """Keep, in place of what was kept before; looks are counted anew.

        Raises:
            BadSetting: the folder cannot be written.
        """
        try:
            self._kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._kept.with_suffix(".new")
            fresh.write_text(_line(asdict(kept)), "utf-8")
            fresh.chmod(0o600)
            self._looks.unlink(missing_ok=True)
            fresh.replace(self._kept)
        except OSError as error:
            raise _unwritable(self._kept, error) from error

    def looks(self) -> int:
        """Count the looks since replies were kept."""
        try:
            return len(self._looks.read_bytes().splitlines())
        except FileNotFoundError:
            return 0

    def made(self) -> Iterator[tuple[int, Look]]:
        """Read every look at an endpoint since replies were kept, each with the number of its time, from 1.

        Raises:
            BadSetting: the file does not hold what was written.
        """
        try:
            with self._looks.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    yield from ((number, _look(**said)) for said in json.loads(line)["looks"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadSetting(f"{self._looks} cannot be read: {error}") from error

    def add(self, when: datetime, looks: Sequence[Look]) -> None:
        """Add one look at every endpoint.

        Raises:
            BadSetting: the folder cannot be written.
        """
        line = _line({"at": when.isoformat(), "looks": [asdict(look) for look in looks]})
        try:
            descriptor = os.open(self._looks, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(line.encode())
        except OSError as error:
            raise _unwritable(self._looks, error) from error


def _look(replies: list[list[str]], fault: str | None, **said: Any) -> Look:
    return Look(**said, fault=Fault(fault) if fault else None, replies=tuple(map(tuple, replies)))


def _line(said: object) -> str:
    """Write one line; the separators of lines that Unicode knows stay escaped."""
    return json.dumps(said) + "\n"


def _unwritable(file: Path, error: OSError) -> BadSetting:
    return BadSetting(f"cannot write {file}: {error.strerror}; set ARENA_DATA")
