"""What an operator must know at once: the record, the database, disk, clock, endpoints, the line.

Rule 1: a concern is told with figures and nothing that tells of standings.
Rule 2: what cannot be looked at is a concern itself.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from arena.errors import StoreUnavailable
from arena.service.pen import Clock
from arena.store import backup, record, tree
from arena.store.session import Store


class Concern(StrEnum):
    """What can be wrong, the gravest first."""

    RECORD_BROKEN = "record_broken"
    STORE_AWAY = "store_away"
    DISK_FULL = "disk_full"
    CONTESTANT_OUT = "contestant_out"
    CLOCK_BACK = "clock_back"
    CHECKPOINT_LATE = "checkpoint_late"
    ENDPOINT_OUT = "endpoint_out"
    DISK_LOW = "disk_low"
    LINE_LONG = "line_long"


URGENT = frozenset(
    {
        Concern.RECORD_BROKEN,
        Concern.STORE_AWAY,
        Concern.DISK_FULL,
        Concern.CONTESTANT_OUT,
        Concern.CLOCK_BACK,
    }
)
"""Those for which somebody is woken: votes are lost or refused, or will be."""

ORDER = {concern: place for place, concern in enumerate(Concern)}

FULL, LOW = 512 * 1024**2, 5 * 1024**3
"""Bytes free: below the first hardly a vote fits, below the second the night may be too long."""

LATE = timedelta(minutes=3)
"""Checkpoints are made every minute."""

DRIFT = timedelta(seconds=5)
"""Clocks of two readings may differ by so much."""


@dataclass(frozen=True, slots=True)
class Told:
    """One concern: what it is about (an endpoint, a folder), and a figure where there is one."""

    concern: Concern
    about: str = ""
    figure: int = 0

    @property
    def is_urgent(self) -> bool:
        """Tell whether it cannot wait."""
        return self.concern in URGENT


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder and the bytes of its disk that are free, of how many."""

    folder: Path
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class House:
    """What holds the record: disks, the bytes of the database (None: it is away), and what is wrong."""

    disks: tuple[Disk, ...]
    database: int | None
    entries: int
    signed: int
    concerns: tuple[Told, ...]


Usage = Callable[[Path], tuple[int, int, int]]
"""Gives the bytes of a folder's disk: all, used, free."""


class Housekeeping:
    """Looks at disks, database and clock."""

    def __init__(self, store: Store, data: Path, clock: Clock, usage: Usage = shutil.disk_usage) -> None:
        """Look at `store` and the folder `data`."""
        self._store = store
        file = backup.database_file(store)
        folders = [data.resolve(), *([] if file is None else [file.parent.resolve()])]
        self._folders = tuple(dict.fromkeys(folders))
        self._clock = clock
        self._usage = usage

    def look(self) -> House:
        """Look at all of it now."""
        disks = tuple(self._disk(folder) for folder in self._folders)
        concerns = [told for disk in disks for told in _disk_concerns(disk)]
        try:
            with self._store.reading() as connection:
                database = backup.size(connection)
                last, end = tree.latest(connection), record.tail(connection)
        except StoreUnavailable as error:
            away = Told(Concern.STORE_AWAY, str(error)[:200])
            return House(disks, None, 0, 0, (away, *concerns))
        signed = 0 if last is None else last.size
        made_at = None if last is None else last.made_at
        concerns += _clock_concerns(self._clock(), [end.time, made_at])
        if last is not None and end.size > signed and self._clock() - last.made_at > LATE:
            concerns.append(Told(Concern.CHECKPOINT_LATE, "", end.size - signed))
        return House(disks, database, end.size, signed, tuple(concerns))

    def _disk(self, folder: Path) -> Disk:
        try:
            total, _, free = self._usage(folder)
        except OSError:
            return Disk(folder, 0, 0)
        return Disk(folder, free, total)


def _disk_concerns(disk: Disk) -> list[Told]:
    if disk.free < FULL:
        return [Told(Concern.DISK_FULL, str(disk.folder), disk.free)]
    return [Told(Concern.DISK_LOW, str(disk.folder), disk.free)] if disk.free < LOW else []


def _clock_concerns(now: datetime, seen: Sequence[datetime | None]) -> list[Told]:
    """Say by how many seconds the clock is behind what the record has seen already."""
    behind = max((moment - now for moment in seen if moment is not None), default=timedelta())
    return [Told(Concern.CLOCK_BACK, "", round(behind.total_seconds()))] if behind > DRIFT else []


def ordered(told: Sequence[Told]) -> tuple[Told, ...]:
    """Put the gravest first."""
    return tuple(sorted(told, key=lambda one: (ORDER[one.concern], one.about)))
