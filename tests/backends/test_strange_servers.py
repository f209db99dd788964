"""Servers that do not even speak HTTP, on a socket of their own."""

import asyncio
from contextlib import aclosing, closing, suppress
from dataclasses import replace
from itertools import cycle

import pytest

from arena.errors import BackendError, Fault

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.fixture
async def serve(contestant):
    """Serve one answer, then do as told: close, or keep the connection open."""
    servers, meeting = [], []

    async def start(answer, *, keep_open, dripping=b""):
        async def met(reader, writer):
            meeting.append(asyncio.current_task())
            with closing(writer), suppress(ConnectionError):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                for part in cycle(dripping[at : at + 1] for at in range(len(dripping))):
                    writer.write(b"1\r\n" + part + b"\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if keep_open:
                    await reader.read()

        server = await asyncio.start_server(met, "127.0.0.1", 0)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        return replace(contestant, endpoints=(f"http://127.0.0.1:{port}",))

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()
    for task in meeting:
        task.cancel()
    await asyncio.gather(*meeting, return_exceptions=True)


@pytest.mark.parametrize(
    ("answer", "keep_open", "fault"),
    [
        (b"", False, Fault.CUT),
        (b"SSH-2.0-OpenSSH_9.2\r\n", False, Fault.CUT),
        (HEAD, False, Fault.CUT),
        (HEAD + b"zz\r\n", False, Fault.CUT),
        (HEAD + b"0\r\n\r\n", False, Fault.CUT),
        (HEAD + b"5\r\ndata:", False, Fault.CUT),
        (HEAD, True, Fault.STALLED),
        (b"HTTP/1.1 200 OK\r\n", True, Fault.STALLED),
        (b"", True, Fault.STALLED),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n", True, Fault.REFUSED),
        (HEAD.replace(b"200 OK", b"204 No Content"), True, Fault.FAILED),
    ],
)
async def test_server_that_speaks_no_http(answer, keep_open, fault, serve, backend, question, decoding):
    """Whatever is at the other end of an address, the turn ends with a fault of that server."""
    strange = await serve(answer, keep_open=keep_open)

    with pytest.raises(BackendError) as raised:
        async with aclosing(backend.reply(strange, question, decoding)) as deltas:
            await anext(deltas)

    assert raised.value.fault is fault


@pytest.mark.parametrize(
    "dripping",
    [
        b": keep-alive\n\n",
        b"data: " + b"x" * 1_000_000,
        b'data: {"choices": []}\n\n',
        b'data: {"choices": [{"delta": {"content": ""}, "finish_reason": null}]}\n\n',
    ],
)
async def test_server_that_drips(dripping, serve, backend, question, decoding):
    """A server that sends byte by byte and never a piece of text is stalled, however busy its line is."""
    slow = await serve(HEAD, keep_open=False, dripping=dripping)

    with pytest.raises(BackendError) as raised:
        async with aclosing(backend.reply(slow, question, decoding)) as deltas:
            await anext(deltas)

    assert raised.value.fault is Fault.STALLED


async def test_endless_headers(serve, backend, question, decoding):
    """Headers without end are cut off like a broken connection."""
    strange = await serve(b"HTTP/1.1 200 OK\r\n" + b"x-more: and more\r\n" * 100_000, keep_open=True)

    with pytest.raises(BackendError) as raised:
        async with aclosing(backend.reply(strange, question, decoding)) as deltas:
            await anext(deltas)

    assert raised.value.fault is Fault.CUT
