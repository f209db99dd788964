"""Servers that do not even speak HTTP, on a socket of their own."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from arena.errors import BackendError, Fault

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.fixture
async def serve(contestant):
    """Serve one answer, then do as told: close, or keep the connection open."""
    servers = []

    async def start(answer, *, keep_open):
        async def met(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            if keep_open:
                await reader.read()
            writer.close()

        server = await asyncio.start_server(met, "127.0.0.1", 0)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        return replace(contestant, endpoints=(f"http://127.0.0.1:{port}",))

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


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
