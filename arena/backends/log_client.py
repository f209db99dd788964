"""A stranger's way into a running log: its checkpoint, its tiles, its keys, and cosignatures brought to it.

Nothing that comes back is trusted: it has a largest size, and whoever asked checks it against signatures.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from arena.errors import BadProof, BadSetting, LogUnreachable
from arena.ledger.merkle import HASH_BYTES
from arena.ledger.tiles import WIDTH, Hashes, tile_path

PATIENCE = httpx.Timeout(20.0, connect=10.0)
LARGEST_ANSWER = 256 * 1024
"""Bytes; a tile has 8 KiB and a note little more."""


class LogClient:
    """One log at an address; a context manager."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        """Look at the log under `url`.

        Raises:
            BadSetting: that is no address.
        """
        try:
            parts = urlsplit(url)
            _ = parts.port  # httpx takes any number for a port; this does not
            self._client = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False, transport=transport)
        except (ValueError, httpx.InvalidURL) as error:
            raise BadSetting(f"{url!r} is not an address: {error}") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise BadSetting(f"{url!r} is not an address: it begins with http:// or https://")
        self.url = url

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        self._client.close()

    def checkpoint(self) -> str:
        """Give the newest checkpoint's note, as it was sent.

        Raises:
            LogUnreachable: the log cannot be reached, or does not answer.
        """
        return self._text("GET", "/checkpoint")

    def keys(self) -> tuple[str, ...]:
        """Give the vkeys that the log says are its own, oldest first.

        Raises:
            LogUnreachable: as `checkpoint`.
        """
        return tuple(self._text("GET", "/api/keys").split())

    def hashes(self, size: int) -> Hashes:
        """Give a reader of the tree of `size` leaves; each read is within one tile."""

        def read(level: int, first: int, count: int) -> Sequence[bytes]:
            number = first // WIDTH
            width = min(WIDTH, (size >> 8 * level) - number * WIDTH)
            content = self._ask("GET", f"/{tile_path(level, number, width)}")
            if len(content) != width * HASH_BYTES:
                raise BadProof(f"tile {number} of level {level} has {len(content)} bytes")
            hashes = [content[place : place + HASH_BYTES] for place in range(0, len(content), HASH_BYTES)]
            begin = first - number * WIDTH
            return hashes[begin : begin + count]

        return read

    def cosign(self, note: str) -> None:
        """Bring a checkpoint with cosignatures to the log.

        Raises:
            LogUnreachable: it cannot be reached, or does not take them.
        """
        self._ask("POST", "/api/cosignatures", note.encode())

    def _text(self, method: str, path: str) -> str:
        try:
            return self._ask(method, path).decode()
        except UnicodeDecodeError as error:
            raise LogUnreachable(f"{self.url}{path} does not answer in UTF-8") from error

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        content = b""
        try:
            with self._client.stream(method, path, content=body) as answer:
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > LARGEST_ANSWER:
                        raise LogUnreachable(f"{self.url}{path} answers without an end")
        except httpx.HTTPError as error:
            raise LogUnreachable(f"{self.url} cannot be reached: {error!r}") from error
        if answer.status_code != httpx.codes.OK:
            raise LogUnreachable(f"{self.url}{path} answers {answer.status_code}")
        return content
