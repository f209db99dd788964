"""The page's own files: read once, named by the hash of them all, compressed beforehand.

Law: what checks a receipt on our page is the script that checks it in `verify.html`, cut out of it.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

VERIFIER = "verify.html"
CUT_OUT = "verifier.js"
"""The first script of `VERIFIER`, which knows of receipts and of no page."""


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    type: str
    plain: bytes
    compressed: bytes


@dataclass(frozen=True, slots=True)
class Files:
    """All files, under one address that changes when any of them does."""

    digest: str
    by_name: Mapping[str, File]

    def address(self, name: str) -> str:
        """Give the address of a file.

        Raises:
            KeyError: there is no such file.
        """
        self.by_name[name]
        return f"/static/{self.digest}/{name}"


def read() -> Files:
    """Read the files."""
    found = {
        entry.name: entry.read_bytes()
        for entry in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name)
        if entry.name.rpartition(".")[2] in TYPES
    }
    found[CUT_OUT] = _first_script(found[VERIFIER])
    digest = hashlib.sha256()
    for name, content in found.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return Files(
        digest=digest.hexdigest()[:16],
        by_name={
            name: File(TYPES[name.rpartition(".")[2]], content, gzip.compress(content, 9, mtime=0))
            for name, content in found.items()
        },
    )


def _first_script(page: bytes) -> bytes:
    _, _, rest = page.partition(b"<script>\n")
    return rest.partition(b"</script>")[0]
