"""An export folder as one file: a ZIP archive, the same bytes for the same folder, read piece by piece."""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

NEVER = (1980, 1, 1, 0, 0, 0)
"""The time of every file in it: the earliest that the format knows."""

PACKED_ALREADY = frozenset({".parquet", ".pdf", ".png", ".xlsx"})
PLAIN_FILE = 0o100644
UNIX = 3
PIECE = 2**20


def pack(folder: Path, to: Path, name: str, step: Callable[[float], None] = lambda _: None) -> None:
    """Pack the files of a folder into a new archive, within a folder `name`; `step` hears the share done."""
    files = sorted(folder.iterdir())
    whole = max(1, sum(file.stat().st_size for file in files))
    done = 0
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target, zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for file in files:
            with file.open("rb") as content, archive.open(_about(file, name), "w") as packed:
                shutil.copyfileobj(content, packed, PIECE)
            done += file.stat().st_size
            step(done / whole)


def _about(file: Path, name: str) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo(f"{name}/{file.name}", NEVER)
    about.compress_type = zipfile.ZIP_STORED if file.suffix in PACKED_ALREADY else zipfile.ZIP_DEFLATED
    about.create_system, about.external_attr = UNIX, PLAIN_FILE << 16
    about.file_size = file.stat().st_size  # so that a large file is known for one before it is packed
    return about
