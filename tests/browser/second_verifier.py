"""The second verifier in a real browser: folders in, what it says out."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from tests.servers import ROOT

PAGE = ROOT / "arena" / "web" / "static" / "verify.html"
KEPT = 64 * 2**20
"""Bytes of files that the page keeps at most; what it has once been given is not sent again."""

KEEP = """
([digest, content]) => {
    window.kept ??= new Map();
    window.kept.set(digest, Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0)).buffer);
}
"""
CHECK = """
async ([digests, key]) => {
    const files = new Map(Object.entries(digests).map(([name, digest]) => [name, window.kept.get(digest)]));
    const { exit, classes } = await window.verifyFiles(files, { key });
    return { exit, classes };
}
"""
RECEIPT = """
async ([content, keys, dropped, vouched, ledger]) => {
    const bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const { keysOf, checkReceipt } = window.arenaRecord;
    const known = { ...keysOf(keys), dropped: keysOf(dropped), vouched };
    return checkReceipt(bytesOf(content), known, ledger === null ? null : bytesOf(ledger));
}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """Exit code, state of each class (holds, fails, unchecked), and its English and Korean sentences."""

    exit: int
    states: Mapping[str, str]
    sentences: Mapping[str, tuple[str, ...]]
    korean: Mapping[str, tuple[str, ...]]


class SecondVerifier:
    """The page, opened from disk once; `troubles` holds what the browser complained of."""

    def __init__(self, browser: Browser) -> None:
        self.troubles: list[str] = []
        self._page = browser.new_page()
        self._page.on("console", lambda message: self.troubles.append(message.text))
        self._page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self._page.goto(PAGE.as_uri())
        self._kept: set[str] = set()
        self._size = 0

    def check(self, files: Mapping[str, bytes], key: str = "") -> Said:
        """Check a folder given as bytes by name; `key` is the log's vkey, if it was had from elsewhere."""
        if self._size > KEPT:
            self._page.evaluate("window.kept.clear()")
            self._kept, self._size = set(), 0
        digests = {name: self._keep(content) for name, content in files.items()}
        found = self._page.evaluate(CHECK, [digests, key])
        classes = found["classes"]
        return Said(
            exit=found["exit"],
            states={one["id"]: one["state"] for one in classes},
            sentences={one["id"]: tuple(said["en"] for said in one["sentences"]) for one in classes},
            korean={one["id"]: tuple(said["ko"] for said in one["sentences"]) for one in classes},
        )

    def check_receipt(
        self,
        content: bytes,
        keys: Sequence[str],
        dropped: Sequence[str] = (),
        ledger: bytes | None = None,
        *,
        vouched: bool = False,
    ) -> dict[str, Any]:
        """Check a receipt with vkeys of logs and witnesses; gives what the page is given.

        `dropped` are keys that came along with it, `ledger` is that of a folder beside it, and `vouched` says
        that this folder holds and is sealed with the newest of `keys`.
        """
        beside = None if ledger is None else base64.b64encode(ledger).decode()
        given = [base64.b64encode(content).decode(), "\n".join(keys), "\n".join(dropped), vouched, beside]
        found: dict[str, Any] = self._page.evaluate(RECEIPT, given)
        return found

    def _keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._kept:
            self._page.evaluate(KEEP, [digest, base64.b64encode(content).decode()])
            self._kept.add(digest)
            self._size += len(content)
        return digest

    def close(self) -> None:
        """Leave."""
        self._page.close()
