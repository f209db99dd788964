"""An archive of a database: rows as lines of JSON, one part a table, in a zip file with a manifest.

Law: the manifest names every part with its columns, rows, bytes and SHA-256; what is not as it says is
refused. Nothing is ever unpacked to a path that an archive names, and no more is read than was declared.
"""

import base64
import binascii
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BufferedReader, BufferedWriter, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

from arena.errors import BadBackup

FORM = "blind-arena backup 1"
MANIFEST, SIGNED = "manifest.json", "manifest.signed"
LARGEST_LINE = 64 * 1024 * 1024
LARGEST_MANIFEST = 1024 * 1024
MOST_PARTS = 200
FAST = 1
"""Level of compression: a disk is faster than a higher one."""

BUFFER = 1024 * 1024
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

Row = Sequence[Any]
Watch = Callable[[], None]
"""Hears of every so many rows."""

EVERY = 1_000
"""So many."""

KINDS: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (float, int),
    "text": (str,),
    "bytes": (str,),
    "flag": (bool, int),
}
"""What a value of a column can be in a line; "bytes" are written in base64, and any may be null."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table: the kinds of its columns, and how many rows and bytes it has."""

    columns: Mapping[str, str]
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; `schema` is the revision of the database that it was made of."""

    schema: str
    made_at: str
    entries: int
    parts: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """Count all rows."""
        return sum(part.rows for part in self.parts.values())

    @property
    def size(self) -> int:
        """Count all bytes, uncompressed."""
        return sum(part.size for part in self.parts.values())

    def encoded(self) -> bytes:
        """Give the bytes that are signed."""
        told = {"form": FORM, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, indent=1).encode()


class Digest:
    """Counts and hashes the lines of a part."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = columns
        self._hash = hashlib.sha256()
        self.rows = self._size = 0

    def add(self, line: bytes) -> None:
        """Take in a line."""
        self._hash.update(line)
        self.rows += 1
        self._size += len(line)

    def part(self) -> Part:
        """Give what it comes to."""
        return Part(self._columns, self.rows, self._size, self._hash.hexdigest())


class Writer:
    """An archive that is being written."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed

    def add(self, name: str, columns: Mapping[str, str], rows: Iterable[Row], watch: Watch) -> Part:
        """Write one part."""
        digest = Digest(columns)
        with (
            self._packed.open(_member(name), "w", force_zip64=True) as member,
            BufferedWriter(cast("RawIOBase", member), BUFFER) as lines,
        ):
            for row in rows:
                line = encoded(row)
                digest.add(line)
                lines.write(line)
                if digest.rows % EVERY == 0:
                    watch()
        return digest.part()

    def seal(self, manifest: Manifest, signed: str) -> None:
        """Write the manifest and who signed it; nothing comes after."""
        self._packed.writestr(MANIFEST, manifest.encoded())
        self._packed.writestr(SIGNED, signed)


@contextmanager
def writing(file: IO[bytes]) -> Iterator[Writer]:
    """Write an archive to a file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as packed:
        yield Writer(packed)


class Archive:
    """An archive that is read."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        """Read the manifest, and compare it with what there is.

        Raises:
            BadBackup: it is none of ours, or a part is missing, there twice, or of another size.
        """
        self._packed = packed
        infos = packed.infolist()
        names = [one.filename for one in infos]
        if len(set(names)) != len(names) or len(names) > MOST_PARTS:
            raise BadBackup("it holds a part twice, or too many")
        self._check_plain(infos)
        self.sealed = self._whole(MANIFEST)
        self.signed = self._whole(SIGNED).decode("utf-8", "replace")
        self.manifest = _manifest(self.sealed)
        expected = {_member(name): part.size for name, part in self.manifest.parts.items()}
        found = {one.filename: one.file_size for one in infos if one.filename not in {MANIFEST, SIGNED}}
        if found != expected:
            raise BadBackup("its parts are not those that its manifest names")

    def rows(self, name: str, watch: Watch = lambda: None) -> Iterator[Row]:
        """Read one part; only after the last row it is certain that all are as they were.

        Raises:
            BadBackup: the part is not as the manifest says.
        """
        part = self.manifest.parts[name]
        digest, kinds = Digest(part.columns), tuple(part.columns.values())
        with (
            _reading(name),
            self._packed.open(_member(name)) as member,
            BufferedReader(cast("RawIOBase", member), BUFFER) as lines,
        ):
            while line := lines.readline(LARGEST_LINE):
                digest.add(line)
                yield decoded(line, kinds, name)
                if digest.rows % EVERY == 0:
                    watch()
        if digest.part() != part:
            raise BadBackup(f"{name} was changed or cut off")

    def _whole(self, name: str) -> bytes:
        try:
            with _reading(name), self._packed.open(name) as member:
                content = member.read(LARGEST_MANIFEST + 1)
        except KeyError as error:
            raise BadBackup(f"it has no {name}") from error
        if len(content) > LARGEST_MANIFEST:
            raise BadBackup(f"{name} is too large")
        return content

    @staticmethod
    def _check_plain(infos: Iterable[zipfile.ZipInfo]) -> None:
        for one in infos:
            if one.flag_bits & 1 or one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise BadBackup("it is encrypted or packed in a way that we do not write")


@contextmanager
def reading(file: Path) -> Iterator[Archive]:
    """Open an archive.

    Raises:
        BadBackup: it cannot be read, or is not what its manifest says.
    """
    try:
        packed = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadBackup(f"{file} cannot be read as a backup: {error}") from error
    with packed:
        yield Archive(packed)


def encoded(row: Row) -> bytes:
    """Write a row as a line."""
    values = [_text(value) if isinstance(value, bytes) else value for value in row]
    return ENCODER.encode(values).encode() + b"\n"


def decoded(line: bytes, kinds: Sequence[str], name: str) -> list[Any]:
    """Read a line.

    Raises:
        BadBackup: it is no row of these kinds.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadBackup(f"{name} holds a line that is no row") from error
    if not isinstance(row, list) or len(row) != len(kinds):
        raise BadBackup(f"{name} holds a line that is no row")
    return [_value(value, kind, name) for value, kind in zip(row, kinds, strict=True)]


def _value(value: Any, kind: str, name: str) -> Any:
    if value is None:
        return None
    if type(value) not in KINDS[kind]:
        raise BadBackup(f"{name} holds a value that is no {kind}")
    if kind != "bytes":
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadBackup(f"{name} holds bytes that cannot be read") from error


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _member(name: str) -> str:
    return f"{name}.jsonl"


def _manifest(content: bytes) -> Manifest:
    try:
        told = json.loads(content)
        if told.pop("form") != FORM:
            raise BadBackup("it is no backup of an arena, or of a newer version")
        parts = {str(name): Part(**part) for name, part in told.pop("parts").items()}
        manifest = Manifest(parts=parts, **told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadBackup("its manifest cannot be read") from error
    kinds = {kind for part in parts.values() for kind in part.columns.values()}
    if not kinds <= KINDS.keys() or manifest.encoded() != content:
        raise BadBackup("its manifest is not in the one form in which it is written")
    return manifest


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BadBackup(f"{name} cannot be read: {error}") from error
