"""A transport for httpx: one request on one connection, read only when somebody asks for more.

Rule 1: the head of an answer and the first two reads of its body (vLLM's role and its first token) come
        at once. After that all sockets are read together, `every` so many seconds, and left alone between:
        a server that writes 40 times a second does not wake the arena 40 times, and the work of many
        replies is done while caches are warm. What waits in the kernel bounds what is held here.
Rule 2: a body is whole when HTTP says so; a server that hangs up before that has cut it off.
Rule 3: a connection serves one request: none is met that its server is about to close, and no server
        can tell by connections which battles belong together.

HTTP/1.1 is parsed by httptools (llhttp), as in uvicorn. httpx's own transport costs four times as much.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import cast

import httptools
import httpx

HEAD_LIMIT = 1 << 16
"""Bytes of an answer's head, and of what may come before a body's first byte."""

AT_ONCE = 2
FRAMING = frozenset({b"content-length", b"transfer-encoding"})

Headers = list[tuple[bytes, bytes]]


class Transport(httpx.AsyncBaseTransport):
    """Opens a connection for each request; closing the answer closes it."""

    def __init__(self, every: float = 0.0, tls: ssl.SSLContext | None = None) -> None:
        """Read every so many seconds, 0 for at once; trust the authorities that httpx trusts, or others."""
        self._beat = _Beat(every)
        self._tls = tls or httpx.create_ssl_context(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and wait for the head of its answer.

        Raises:
            httpx.TransportError: there is no server, or it does not speak HTTP.
        """
        sent = _head(request) + await request.aread()
        line = await self._connected(request)
        try:
            line.send(sent)
            status, headers = await line.head()
        except BaseException:
            line.close()
            raise
        return httpx.Response(status, headers=headers, stream=_Body(line))

    async def _connected(self, request: httpx.Request) -> "_Line":
        url = request.url
        secure = url.scheme == "https"
        if not (secure or url.scheme == "http"):
            raise httpx.UnsupportedProtocol(f"no way to speak {url.scheme}")
        loop = asyncio.get_running_loop()
        port = url.port or (443 if secure else 80)
        limit = request.extensions.get("timeout", {}).get("connect")
        try:
            async with asyncio.timeout(limit):
                _, line = await loop.create_connection(
                    lambda: _Line(self._beat), url.host, port, ssl=self._tls if secure else None
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error
        except (OSError, UnicodeError, ssl.CertificateError) as error:
            raise httpx.ConnectError("no connection") from error
        return line


class _Beat:
    """The moments, common to all connections, at which they are read."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._waiting: list[asyncio.Transport] = []

    def read(self, transport: asyncio.Transport, *, at_once: bool) -> None:
        """Let a connection be read, now or on the next beat."""
        if at_once or not self._every:
            transport.resume_reading()
            return
        if not self._waiting:
            loop = asyncio.get_running_loop()
            loop.call_later(self._every - loop.time() % self._every, self._strike)
        self._waiting.append(transport)

    def _strike(self) -> None:
        waiting, self._waiting = self._waiting, []
        for transport in waiting:
            if not transport.is_closing():
                transport.resume_reading()


class _Body(httpx.AsyncByteStream):
    """The body of an answer, in whatever pieces the reads give."""

    def __init__(self, line: "_Line") -> None:
        self._line = line

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while read := await self._line.read():
            yield read

    async def aclose(self) -> None:
        self._line.close()


class _Line(asyncio.Protocol):
    """One connection. It reads while somebody waits in `head` or `read`, and then once."""

    def __init__(self, beat: _Beat) -> None:
        self._beat = beat
        self._transport: asyncio.Transport
        self._parser = httptools.HttpResponseParser(self)
        self._headers: Headers = []
        self._head_size = 0
        self._status = 0
        self._parts: list[bytes] = []
        self._reads = 0
        self._over = False
        self._failure: httpx.TransportError | None = None
        self._waiting: asyncio.Future[None] | None = None

    def send(self, data: bytes) -> None:
        """Write a whole request."""
        self._transport.write(data)

    async def head(self) -> tuple[int, Headers]:
        """Wait for status and headers.

        Raises:
            httpx.TransportError: they do not come.
        """
        while not self._status:
            await self._next()
        return self._status, self._headers

    async def read(self) -> bytes:
        """Give what has come of the body, waiting for some; b"" when it is whole.

        Raises:
            httpx.TransportError: it was cut off.
        """
        while not (self._parts or self._over):
            await self._next()
        self._reads += 1
        read = b"".join(self._parts)
        self._parts.clear()
        return read

    def close(self) -> None:
        """Hang up, whatever is under way."""
        self._transport.abort()

    async def _next(self) -> None:
        """Let the socket be read once.

        Raises:
            httpx.TransportError: nothing more will come.
        """
        if self._failure is not None:
            raise self._failure
        self._waiting = asyncio.get_running_loop().create_future()
        self._beat.read(self._transport, at_once=self._reads < AT_ONCE)
        try:
            await self._waiting
        finally:
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with nothing read."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Take one read in and stop reading."""
        self._transport.pause_reading()
        self._head_size += 0 if self._status else len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._end(httpx.RemoteProtocolError("not HTTP"))
        if not self._status and self._head_size > HEAD_LIMIT:
            self._end(httpx.RemoteProtocolError("a head without end"))
        self._wake()

    def connection_lost(self, _: Exception | None) -> None:
        """Judge whether the body ended with the connection."""
        framed = {name.lower() for name, _ in self._headers} & FRAMING
        self._end(None if self._status and not framed else httpx.ReadError("the server hung up"))
        self._wake()

    def _end(self, failure: httpx.TransportError | None) -> None:
        """Note the end; after it, nothing that comes matters."""
        if not (self._over or self._failure):
            self._over, self._failure = failure is None, failure

    # What httptools calls

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what stands behind a body is none."""
        if not self._status:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Take the status, unless it only says that another will come."""
        status = self._parser.get_status_code()
        if status >= httpx.codes.OK:
            self._status = status
        else:
            self._headers.clear()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._parts.append(body)

    def on_message_complete(self) -> None:
        """Note that the body is whole."""
        if self._status:
            self._end(None)


def _head(request: httpx.Request) -> bytes:
    lines = [b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%b: %b" % header for header in request.headers.raw]
    if any(b"\r" in line or b"\n" in line for line in lines):
        raise httpx.LocalProtocolError("a line break in a head")
    return b"\r\n".join([*lines, b"", b""])
