"""Pictures that citizens ask about: which files are taken, and how large they are kept.

Rule 1: what a file is, its own bytes say; neither a name nor a declared type is asked.
Rule 2: how large a picture is, its header says, before anything is decoded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NewType

from arena.errors import BadPicture, PictureTooLarge

PictureId = NewType("PictureId", str)

MOST_PICTURES = 1
"""Pictures in a prompt."""

MOST_BYTES = 10_000_000
MOST_PIXELS = 32_000_000
"""What a telephone makes has 12 to 24 million."""

LONGEST_SIDE = 1_536
"""Pixels of the longer side as it is kept; larger pictures are made smaller."""

SHORTEST_SIDE = 16
"""Pixels of the shorter side as it is kept; models refuse what is narrower."""

MOST_SCANS = 100
"""Scans of a JPEG; each may go over the whole picture, whatever its size in the file."""

MOST_KEPT = 1_000_000
"""Bytes that are kept of a picture, and held in memory a few times while contestants are asked."""

MOST_SEGMENTS = 1_000
"""Segments of a JPEG before its first frame; a long profile or preview takes some 200."""

KEPT_TYPE = "image/jpeg"


class Format(StrEnum):
    """What a picture may come as."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself before it is decoded: its format, and its size in pixels."""

    format: Format
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: a JPEG of our own making with nothing in it but pixels.

    `digest` is the hex SHA-256 of its bytes, `width` and `height` are in pixels.
    """

    id: PictureId
    digest: str
    width: int
    height: int


def check_file(file: bytes) -> Header:
    """Check that a file may be decoded.

    Raises:
        PictureTooLarge: more bytes or pixels than are taken.
        BadPicture: it is no JPEG, PNG or WebP, or too narrow, or made to keep a decoder busy.
    """
    if len(file) > MOST_BYTES:
        raise PictureTooLarge(f"{len(file)} bytes; {MOST_BYTES} are taken")
    found = header(file)
    if found.width * found.height > MOST_PIXELS:
        raise PictureTooLarge(f"{found.width} × {found.height} pixels; {MOST_PIXELS} are taken")
    if min(kept_size(found.width, found.height)) < SHORTEST_SIDE:
        raise BadPicture(f"{found.width} × {found.height} pixels are too narrow to be seen")
    if found.format is Format.JPEG and file.count(b"\xff\xda") > MOST_SCANS:
        raise BadPicture(f"more than {MOST_SCANS} scans")
    return found


def kept_size(width: int, height: int) -> tuple[int, int]:
    """Give the size in pixels that a picture is kept at: its own, or made smaller in proportion."""
    longer = max(width, height)
    if longer <= LONGEST_SIDE:
        return width, height
    return round(width * LONGEST_SIDE / longer), round(height * LONGEST_SIDE / longer)


def header(file: bytes) -> Header:
    """Read the header of a file.

    Raises:
        BadPicture: it is none of a JPEG, PNG or WebP.
    """
    for format_, size in ((Format.PNG, _png), (Format.JPEG, _jpeg), (Format.WEBP, _webp)):
        if found := size(file):
            return Header(format_, *found)
    raise BadPicture("neither JPEG, PNG nor WebP")


Size = tuple[int, int] | None


def _png(file: bytes) -> Size:
    """Give the size that the first chunk names (PNG, 3rd edition, §11.2.1)."""
    if not file.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR") or len(file) < 33:
        return None
    return int.from_bytes(file[16:20]), int.from_bytes(file[20:24])


def _jpeg(file: bytes) -> Size:
    """Give the size that the first frame names (ITU-T T.81, B.2.2); frames of rare kinds are none."""
    for marker, segment in islice(_segments(file), MOST_SEGMENTS):
        if marker in {0xC0, 0xC1, 0xC2} and len(segment) >= 6:
            return int.from_bytes(segment[3:5]), int.from_bytes(segment[1:3])
        if marker in {0xDA, 0xD9}:
            return None
    return None


def _segments(file: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the marker and the beginning of each segment of a JPEG, as far as they follow each other.

    A marker may come after any number of fill bytes (ITU-T T.81, B.1.1.2); each of them is one more, 0xFF.
    """
    place = 2 if file.startswith(b"\xff\xd8\xff") else len(file)
    while file[place : place + 1] == b"\xff" and place + 4 <= len(file):
        marker, length = file[place + 1], int.from_bytes(file[place + 2 : place + 4])
        yield marker, file[place + 4 : place + 12]
        place += 1 if marker == 0xFF else 2 + max(length, 2)


def _webp(file: bytes) -> Size:
    """Give the size that the first chunk names (RFC 9649, §2.5 to §2.7)."""
    if file[:4] != b"RIFF" or file[8:12] != b"WEBP" or len(file) < 30:
        return None
    kind, start = file[12:16], file[20:30]
    if kind == b"VP8X":
        return int.from_bytes(start[4:7], "little") + 1, int.from_bytes(start[7:10], "little") + 1
    if kind == b"VP8L" and start[0] == 0x2F:
        bits = int.from_bytes(start[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and start[3:6] == b"\x9d\x01\x2a":
        return (
            int.from_bytes(start[6:8], "little") & 0x3FFF,
            int.from_bytes(start[8:10], "little") & 0x3FFF,
        )
    return None
