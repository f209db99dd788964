"""Files of votes and scores beside those that follow: the same to the byte, or where they differ."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from arena.ledger.checks import Words
from arena.ledger.findings import Findings
from arena.reporting.file_flaws import FileFlaw
from arena.reporting.folder import Folder

VOTES, EXCLUDED, RESULT, STANDINGS = "votes.csv", "votes_excluded.csv", "result.json", "standings.json"
OTHER_BYTES = Words("내용이 다릅니다", "its content differs")
UNPACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def compare_votes(name: str, found: bytes, again: bytes, findings: Findings) -> None:
    """Check that a file of votes is the one that follows, and find the first line that is not."""
    if found != again:
        pairs = zip(found.split(b"\n"), again.split(b"\n"), strict=False)
        same = next((number for number, (one, other) in enumerate(pairs) if one != other), 0)
        findings.found(FileFlaw.OTHER_VOTES, name, same + 1)


def compare_scores(folder: Folder, again: Mapping[str, bytes], findings: Findings) -> None:
    """Check that the files of scores are those that follow."""
    for name, content in again.items():
        found = folder.whole(name)
        if found != content and not (name.endswith(".xlsx") and _same_sheets(found, content)):
            findings.found(FileFlaw.OTHER_SCORES, name, 0, OTHER_BYTES)


def _same_sheets(found: bytes, again: bytes) -> bool:
    """Tell whether two workbooks hold the same parts, however they were compressed."""
    try:
        with zipfile.ZipFile(io.BytesIO(found)) as one, zipfile.ZipFile(io.BytesIO(again)) as other:
            if _parts(one) != _parts(other) or not all(
                part.compress_type in UNPACKED for part in one.infolist()
            ):
                return False
            return all(one.read(name) == other.read(name) for name in other.namelist())
    # A hostile workbook: broken, cut off, encrypted (RuntimeError) or packed in a way unknown here.
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return False


def _parts(book: zipfile.ZipFile) -> list[tuple[str, int]]:
    """Give names and sizes, so that nothing is unpacked that is larger than it may be."""
    return sorted((part.filename, part.file_size) for part in book.infolist())
