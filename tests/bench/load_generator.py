"""Citizens of a bench: whole battles over HTTP by a client that is itself cheap.

A connection is an `asyncio.Protocol` with httptools' parser. What a citizen sees of a battle is measured
against the stamps that the mock wrote into its tokens (`mock_vllm.STAMP`). `Lag` tells when the generator
itself is the bottleneck; its figures are worth nothing then.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import httptools

from tests.bench.mock_vllm import STAMP, since

SIDES = ("a", "b")
PROMPT = "하늘은 왜 파란가요? 아이에게 들려줄 말로 알려 주세요."
CLOSING = {"open", "voted", "void"}


@dataclass(slots=True)
class Answer:
    """What a server answered; `chunked` bodies are handed to the reader and not kept."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    @property
    def said(self) -> dict:
        """Read the body as JSON."""
        return json.loads(self.body)


class Connection(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self) -> None:
        self.received = 0
        self._used = time.monotonic()
        self._answer = Answer()
        self._reader: Callable[[bytes, float], None] | None = None
        self._done: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, port: int) -> Self:
        """Connect to a port of loopback."""
        _, made = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return made

    async def ask(
        self,
        method: str,
        path: str,
        body: dict | bytes | None = None,
        cookie: str = "",
        reader: Callable[[bytes, float], None] | None = None,
    ) -> Answer:
        """Send a request and wait for the whole answer.

        Raises:
            ConnectionError: the server hung up first.
        """
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError("closed")
        said = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = "content-type: application/json\r\n" if isinstance(body, dict) else ""
        worn = f"cookie: {cookie}\r\n" if cookie else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{kind}{worn}content-length: {len(said)}\r\n\r\n"
        )
        self._answer, self._reader = Answer(), reader
        self._parser = httptools.HttpResponseParser(self)
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + said)
        try:
            return await self._done
        finally:
            self._used = time.monotonic()

    def idle(self) -> float:
        """Give the seconds since the last answer; for ever, where the server has hung up."""
        closed = self._transport is None or self._transport.is_closing()
        return math.inf if closed else time.monotonic() - self._used

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self._done and not self._done.done():
            self._done.set_exception(ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._answer.headers[name.decode().lower()] = value.decode()

    def on_headers_complete(self) -> None:
        self._answer.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        if self._reader and self._answer.status == 200:
            self._reader(body, time.monotonic())
        else:
            self._answer.body += body

    def on_message_complete(self) -> None:
        if self._done and not self._done.done():
            self._done.set_result(self._answer)


@dataclass(slots=True)
class Seen:
    """What one turn of a battle looked like from outside; times in seconds."""

    stamps: dict[str, set[str]] = field(default_factory=lambda: {side: set() for side in SIDES})
    first: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    ending: str = ""
    wire: int = 0
    begun: float = 0.0
    last: float = 0.0

    def arrived(self, now: float) -> None:
        """Note that text came."""
        self.begun = self.begun or now
        if self.last:
            self.gaps.append(now - self.last)
        self.last = now

    def find(self, side: str, text: str, now: float) -> None:
        """Take in the stamps of a text that have not been seen before."""
        known = self.stamps[side]
        for stamp in STAMP.findall(text):
            if stamp in known:
                continue
            late = since(stamp, now)
            (self.delays if known else self.first).append(late)
            known.add(stamp)

    def whole(self, tokens: int, every: int) -> bool:
        """Tell whether both replies came to their end."""
        wanted = -(-tokens // every)
        return self.ending == "open" and all(len(self.stamps[side]) == wanted for side in SIDES)


class Events:
    """Reads the arena's event stream: text deltas or rendered blocks."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._held = b""
        self._tails = dict.fromkeys(SIDES, "")

    def feed(self, data: bytes, now: float) -> None:
        """Take bytes in as they come."""
        *events, self._held = (self._held + data).split(b"\n\n")
        for event in events:
            lines = dict(line.split(b": ", 1) for line in event.split(b"\n") if not line.startswith(b":"))
            name = lines.get(b"event", b"").decode()
            if name in CLOSING:
                self._seen.ending = name
            elif name:
                self._take(json.loads(lines[b"data"]), now)

    def _take(self, said: dict, now: float) -> None:
        if any(said.get(side) for side in SIDES):
            self._seen.arrived(now)
        for side in SIDES:
            new = said.get(side) or ""
            text = self._tails[side] + new if isinstance(new, str) else " ".join(html for _, html in new)
            self._seen.find(side, text, now)
            self._tails[side] = text[-16:]  # a stamp may be cut in two


class Bare:
    """Reads one reply as vLLM writes it."""

    def __init__(self, seen: Seen, side: str) -> None:
        self._seen = seen
        self._side = side
        self._last = 0.0
        self._tail = ""

    def feed(self, data: bytes, now: float) -> None:
        """Take bytes in as they come; `Seen.gaps` are those of one side."""
        self._seen.last = self._last
        self._seen.arrived(now)
        self._last = now
        text = self._tail + data.decode(errors="replace")
        self._seen.find(self._side, text, now)
        self._tail = text[-16:]


class Lag:
    """How late the loop of this process wakes up: the generator's own share in every figure."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            due = time.monotonic() + 0.02
            await asyncio.sleep(0.02)
            self.late.append(time.monotonic() - due)

    def stop(self) -> list[float]:
        """Give what was seen, in seconds."""
        self._task.cancel()
        return self.late
