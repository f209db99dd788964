"""Backups: one file of everything the database holds, signed by the log's key, and the way back from it.

Rule 1: a backup is taken while citizens vote; it shows one moment, and is read again and checked before it
        gets its name.
Rule 2: a backup is put back into an empty database only, whole or not at all.
Rule 3: nobody is signed in after a restore: she may have been sent away since the backup was made.
Rule 4: secrets are never in it. A pepper that lay in backups could not be destroyed, and whoever has the
        log's key signs for the log: they are kept apart, by a file of their own (`secret_copies`).
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import IO

from arena.contest.lifecycle import Phase
from arena.errors import BadBackup, BadNote, BadProof
from arena.identity.secrets import Secrets
from arena.ledger.note import Note, Vkey
from arena.service.kept_record import Fields, Recorded, check_record
from arena.service.log_keys import LogKeys, file_of
from arena.service.pen import Clock
from arena.store import accounts, archive, backup, rounds, schema, tree
from arena.store.archive import EVERY, Archive, Manifest, Part, Watch, Writer
from arena.store.canary_files import CanaryFiles
from arena.store.session import Store, Transaction

CANARIES = "canaries"
"""The part that holds files beside the database."""

ENDING = ".arena-backup"
CITIZEN_KEY, ACCOUNTS_KEY = "citizen.key", "accounts.key"
THOUSAND = EVERY
"""Rows of which whoever watches hears at once."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: its file and bytes, the SHA-256 of the file, and what was checked of it."""

    file: Path
    size: int
    sha256: str
    manifest: Manifest
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and the secrets that a server still needs beside it."""

    manifest: Manifest
    recorded: Recorded
    missing: tuple[str, ...]


class Backups:
    """Backups of one database, and of the canaries' files in `data`."""

    def __init__(self, store: Store, keys: LogKeys, secrets: Secrets, data: Path, clock: Clock) -> None:
        """Back `store` up, signed with `keys`; nothing is opened yet."""
        self._secrets = secrets
        self._store = store
        self._keys = keys
        self._canaries = CanaryFiles(data / "canaries")
        self._clock = clock

    def rows(self) -> int:
        """Count what a backup would go through, now."""
        with self._store.reading() as connection:
            return sum(backup.count(connection, table) for table in backup.tables(connection))

    def back_up(self, target: Path, watch: Watch = lambda: None) -> BackedUp:
        """Write a backup to a new file, or to one named by the moment in the folder `target`; then check it.

        `watch` hears of every thousandth row twice: written, and read again.

        Raises:
            BadBackup: the file is there already or cannot be written, or there is nothing to back up.
            LedgerError: the record does not hold: nothing of it is kept.
            StoreUnavailable: the database cannot be used.
        """
        file = target / self._name() if target.is_dir() else target
        with _new(file) as draft:
            with backup.frozen(self._store, file.parent) as connection, draft.open("r+b") as written:
                self._write(connection, written, watch)
            recorded, manifest = _reread(draft, watch)
        size, sha256 = file.stat().st_size, _sha256(file)
        return BackedUp(file, size, sha256, manifest, recorded)

    def restore(self, file: Path, trusted: Sequence[Vkey] = (), watch: Watch = lambda: None) -> Restored:
        """Put a backup back into an empty database, and bring that to the newest schema.

        `trusted` are keys of the log that were not taken from the backup. `watch` hears of every thousandth
        row three times: checked, written, and read again.

        Raises:
            BadBackup: it cannot be read or is not as it was made, or there is no empty place for it.
            BadProof: its record does not hold, or is signed by a key that is not trusted.
            SchemaTooNew: a newer version of the arena made it.
            StoreUnavailable: the database cannot be used; it is as it was.
        """
        with archive.reading(file) as kept:
            schema.check_known(kept.manifest.schema)
            self._check_room(kept.manifest)
            recorded = _checked(kept, trusted, watch)
            with self._store.writing() as connection:
                backup.check_empty(connection)
                self._put(connection, kept, watch)
                _check_same(connection, kept, watch)
                schema.bring(connection)
                accounts.end_all_sessions(connection)
                self._canaries.put(kept.rows(CANARIES))
        return Restored(kept.manifest, recorded, self._missing())

    @staticmethod
    def rows_of(file: Path) -> int:
        """Count what a restore would put back.

        Raises:
            BadBackup: as `restore`.
        """
        with archive.reading(file) as kept:
            return kept.manifest.rows

    # Inside

    def _name(self) -> str:
        return f"{self._clock().astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"

    def _write(self, connection: Transaction, file: IO[bytes], watch: Watch) -> None:
        revision = schema.current(connection)
        if revision is None:
            raise BadBackup("there is nothing to back up: the database has no tables of the arena")
        with archive.writing(file) as writer:
            parts = {
                table.name: writer.add(
                    table.name, backup.columns(table), backup.rows(connection, table), watch
                )
                for table in backup.tables(connection)
            }
            parts[CANARIES] = self._canary_part(writer)
            moment = self._clock().astimezone(UTC).isoformat(timespec="seconds")
            manifest = Manifest(revision, moment, parts["ledger"].rows, parts)
            writer.seal(manifest, self._signed(connection, manifest))

    def _canary_part(self, writer: Writer) -> Part:
        return writer.add(CANARIES, CanaryFiles.COLUMNS, self._canaries.rows(), lambda: None)

    def _signed(self, connection: Transaction, manifest: Manifest) -> str:
        """Sign a manifest as a note; its two lines can be taken for no checkpoint, which has three."""
        if not tree.keys(connection):
            return ""
        text = _statement(self._keys.origin, manifest.encoded())
        signers = self._keys.signers(connection, max(tree.size(connection), 1), self._clock())
        return Note.of(text, [signers[0].sign(text)]).encoded()

    def _check_room(self, manifest: Manifest) -> None:
        """Refuse a backup that would fill the disk; a small file can hold much."""
        file = backup.database_file(self._store)
        if file is None:
            return
        free = shutil.disk_usage(file.parent).free
        if 2 * manifest.size > free:  # what one transaction writes lies in SQLite's log first
            raise BadBackup(f"there are {free:,} bytes free, and it needs {2 * manifest.size:,}")

    def _put(self, connection: Transaction, kept: Archive, watch: Watch) -> None:
        tables = backup.make(connection, kept.manifest.schema)
        parts = {name: part.columns for name, part in kept.manifest.parts.items() if name != CANARIES}
        if parts != {name: backup.columns(table) for name, table in tables.items()}:
            raise BadBackup(f"its tables are not those of schema {kept.manifest.schema}")
        for name, table in tables.items():
            backup.put(connection, table, kept.rows(name, watch))

    def _missing(self) -> tuple[str, ...]:
        """Name the secrets without which no server serves the rounds that were put back."""
        with self._store.reading() as connection:
            kept, keys = rounds.every(connection), tree.keys(connection)
        needed = [f"{one.id}.seed" for one in kept]
        needed += [f"{one.id}.pepper" for one in kept if one.phase is not Phase.FORGOTTEN]
        needed += [CITIZEN_KEY, ACCOUNTS_KEY, *(file_of(key.number) for key in keys[-1:])]
        return tuple(sorted(name for name in needed if not self._secrets.exists(name)))


def _statement(origin: str, manifest: bytes) -> str:
    return f"{origin} backup\n{hashlib.sha256(manifest).hexdigest()}\n"


def _reread(file: Path, watch: Watch) -> tuple[Recorded, Manifest]:
    with archive.reading(file) as kept:
        return _checked(kept, (), watch), kept.manifest


def _checked(kept: Archive, trusted: Sequence[Vkey], watch: Watch) -> Recorded:
    """Check a whole archive: every part by its hash, the record by itself, the manifest by its signature."""

    def read(name: str) -> Iterator[Fields]:
        for row in kept.rows(name, watch) if name in kept.manifest.parts else ():
            yield dict(zip(kept.manifest.parts[name].columns, row, strict=True))

    needed = {"ledger", "openings", "checkpoints", "log_keys", "nodes"}
    recorded = check_record(read, trusted)
    for name in kept.manifest.parts.keys() - needed:
        for _ in kept.rows(name, watch):
            pass
    if recorded.entries != kept.manifest.entries:
        raise BadBackup("its manifest counts other entries than it holds")
    _check_signed(kept, recorded)
    return recorded


def _check_signed(kept: Archive, recorded: Recorded) -> None:
    if not recorded.keys:
        return
    key = recorded.keys[-1]
    try:
        note = Note.parse(kept.signed)
        is_signed = note.text == _statement(key.name, kept.sealed) and note.signed_by(key)
    except (BadNote, BadProof) as error:
        raise BadBackup(f"its manifest is not signed by the log's key: {error}") from error
    if not is_signed:
        raise BadBackup("its manifest is not signed by the log's key")


def _check_same(connection: Transaction, kept: Archive, watch: Watch) -> None:
    """Check that the database gives back, byte by byte, what the backup holds."""
    for table in backup.tables(connection):
        digest = archive.Digest(backup.columns(table))
        for row in backup.rows(connection, table):
            digest.add(archive.encoded(row))
            if digest.rows % EVERY == 0:
                watch()
        if digest.part() != kept.manifest.parts[table.name]:
            raise BadBackup(f"the database does not hold {table.name} as the backup does")


@contextmanager
def _new(file: Path) -> Iterator[Path]:
    """Make a draft, for this account alone, that gets the name `file` once it is whole and on the disk."""
    draft = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BadBackup(f"cannot write {draft}: {error.strerror}") from error
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        file.hardlink_to(draft)  # never over another file
    except OSError as error:
        raise BadBackup(f"cannot write {file}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
