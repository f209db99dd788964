"""The door to the teams' servers: one streamed chat completion of vLLM over HTTP.

Law: whatever a server does, the asker gets a whole reply or a `BackendError`, within the limits.
A key goes into one header and nowhere else; what a server says beside its text goes nowhere.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from arena.backends.backend import Message
from arena.backends.meter import Meter
from arena.backends.transport import Transport
from arena.backends.wire import ReplyReader, fault_of, parsed, request_body
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long (seconds) and how much a server may take.

    `first` runs from the request to the first piece of text, `gap` from piece to piece (a keep-alive
    comment is no piece), `whole` from the request to the end; `line` is in bytes, `reply` in characters,
    reasoning included; `page` is in bytes, of an answer that is no stream.
    """

    connect: float = 5.0
    first: float = 30.0
    gap: float = 15.0
    whole: float = 180.0
    line: int = 1 << 20
    reply: int = 200_000
    page: int = 1 << 20


DEFAULT_LIMITS = Limits()
MAX_PORT = 65535

FAULTS: tuple[tuple[type[Exception], Fault], ...] = (
    (httpx.TimeoutException, Fault.STALLED),
    (httpx.ConnectError, Fault.UNREACHABLE),
    (httpx.UnsupportedProtocol, Fault.UNREACHABLE),
    (httpx.InvalidURL, Fault.UNREACHABLE),
    (httpx.LocalProtocolError, Fault.REFUSED),
    (httpx.HTTPError, Fault.CUT),
)
"""What an exception of the network means; the first row that fits."""


class VllmBackend:
    """Asks vLLM servers; `keys` is looked up by `contestant.key_env` alone.

    Use it as an async context manager, or call `aclose`.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        limits: Limits = DEFAULT_LIMITS,
        transport: httpx.AsyncBaseTransport | None = None,
        meter: Meter | None = None,
    ) -> None:
        self._keys = keys
        self._limits = limits
        self._transport = transport or Transport()
        self._meter = meter or Meter()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what the transport holds."""
        await self._transport.aclose()

    def reply(
        self, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream a reply of the contestant's first endpoint; see `ask`."""
        return self.ask(contestant.endpoints[0], contestant, messages, decoding)

    async def ask(
        self, endpoint: str, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream one whole reply from `endpoint`; closing the generator aborts the request there.

        Raises:
            BackendError: the reply is not whole.
        """
        body = request_body(contestant.served_model, messages, decoding, secrets.token_urlsafe(32))
        with self._meter.measured(contestant.id, endpoint) as heard:
            watch = _Watch(self._limits)
            with _translated():
                request = self._request("POST", endpoint, "/v1/chat/completions", contestant, body)
                response = await watch.within(self._transport.handle_async_request(request))
            try:
                _accept(response, "text/event-stream")
                reader = ReplyReader(self._limits.line, self._limits.reply)
                chunks = response.aiter_raw()
                while not reader.over and (chunk := await _next(chunks, watch)):
                    before = reader.pieces
                    text = reader.feed(chunk)
                    if reader.pieces > before:
                        self._meter.hear(heard, reader.pieces)
                    if text:
                        yield text
                    if reader.pieces > before:
                        watch.restart()
                reader.close()
            finally:
                await response.aclose()

    async def healthy(self, endpoint: str, contestant: Contestant) -> None:
        """Ask `/health`.

        Raises:
            BackendError: the server is not there or not well.
        """
        response = await self._get(endpoint, "/health", contestant)
        if response.status_code != httpx.codes.OK:
            raise BackendError(fault_of(response.status_code), f"HTTP {response.status_code}")

    async def served(self, endpoint: str, contestant: Contestant) -> tuple[str, ...]:
        """Ask `/v1/models` and give the names under which models are served.

        Raises:
            BackendError: no list of models came back.
        """
        response = await self._get(endpoint, "/v1/models", contestant)
        _accept(response, "application/json")
        listed = parsed(response.content).get("data")
        if not isinstance(listed, list):
            raise BackendError(Fault.MALFORMED, "no list of models")
        return tuple(str(model.get("id")) for model in listed if isinstance(model, dict))

    async def metrics(self, endpoint: str, contestant: Contestant) -> str:
        """Ask `/metrics`, and give what may be in Prometheus' text format.

        Raises:
            BackendError: nothing of the kind came back.
        """
        response = await self._get(endpoint, "/metrics", contestant)
        _accept(response, "text/plain")
        return response.content.decode("utf-8", "replace")

    async def _get(self, endpoint: str, path: str, contestant: Contestant) -> httpx.Response:
        watch = _Watch(self._limits)
        with _translated():
            request = self._request("GET", endpoint, path, contestant, None)
            response = await watch.within(self._transport.handle_async_request(request))
        try:
            if "content-encoding" in response.headers:
                raise BackendError(Fault.MALFORMED, "an encoding that was not asked for")
            chunks, held = response.aiter_bytes(), b""
            while chunk := await _next(chunks, watch):
                held += chunk
                if len(held) > self._limits.page:
                    raise BackendError(Fault.MALFORMED, f"an answer is longer than {self._limits.page} bytes")
        finally:
            await response.aclose()
        return httpx.Response(response.status_code, headers=response.headers, content=held)

    def _request(
        self, method: str, endpoint: str, path: str, contestant: Contestant, body: dict[str, Any] | None
    ) -> httpx.Request:
        address = httpx.URL(endpoint.rstrip("/") + path)
        if address.port is not None and address.port > MAX_PORT:
            raise BackendError(Fault.UNREACHABLE, f"no port {address.port}")
        own = {"accept-encoding": "identity", "connection": "close"}
        headers = {**own, **self._authorization(contestant.key_env)}
        extensions = {"timeout": {"connect": self._limits.connect}}
        return httpx.Request(method, address, json=body, headers=headers, extensions=extensions)

    def _authorization(self, key_env: str) -> dict[str, str]:
        if not key_env:
            return {}
        key = self._keys.get(key_env, "")
        if not (key and key.isascii() and key.isprintable()):
            raise BackendError(Fault.REFUSED, f"the variable {key_env} holds no usable key")
        return {"authorization": f"Bearer {key}"}


class _Watch:
    """The deadlines of one request."""

    def __init__(self, limits: Limits) -> None:
        now = asyncio.get_running_loop().time()
        self._limits = limits
        self._end = now + limits.whole
        self._next = now + limits.first
        self._begun = False

    def restart(self) -> None:
        """Note that a piece has come and was taken."""
        self._next = asyncio.get_running_loop().time() + self._limits.gap
        self._begun = True

    async def within(self, coming: Awaitable[T]) -> T:
        """Wait for `coming`, but not beyond the next deadline.

        Raises:
            BackendError: STALLED.
        """
        try:
            async with asyncio.timeout_at(min(self._next, self._end)):
                return await coming
        except TimeoutError as error:
            raise BackendError(Fault.STALLED, self._late()) from error

    def _late(self) -> str:
        if self._next > self._end:
            return f"not whole within {self._limits.whole:g} s"
        if self._begun:
            return f"no next piece within {self._limits.gap:g} s"
        return f"no first piece within {self._limits.first:g} s"


async def _next(chunks: AsyncIterator[bytes], watch: _Watch) -> bytes:
    """Give the next chunk, or b"" at the end of the stream."""
    with _translated():
        return await watch.within(anext(chunks, b""))


@contextmanager
def _translated() -> Iterator[None]:
    """Turn every exception of the network into ours; its words stay behind, they may hold a key."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        fault = next(fault for kind, fault in FAULTS if isinstance(error, kind))
        raise BackendError(fault, type(error).__name__) from error


def _accept(response: httpx.Response, kind: str) -> None:
    """Refuse an answer that is not 200 and of the media type asked for."""
    if response.status_code != httpx.codes.OK:
        raise BackendError(fault_of(response.status_code), f"HTTP {response.status_code}")
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given == kind:
        return
    fault = Fault.REFUSED if given == "text/html" else Fault.MALFORMED
    raise BackendError(fault, f"an answer of type {given[:60]!r}")
