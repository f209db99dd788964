"""One request on one connection, against servers that do as they are told."""

import asyncio
import shutil
import ssl
import subprocess
from contextlib import aclosing, suppress

import httpx
import pytest

from arena.backends.transport import HEAD_LIMIT, Transport
from tests.servers import need

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


class Told:
    """A server that writes what it is told to, when it is told to."""

    def __init__(self):
        self.asked = b""
        self.met = asyncio.Event()
        self.left = asyncio.Event()

    async def serve(self, reader, writer):
        """Meet one client."""
        self.asked = await reader.readuntil(b"\r\n\r\n")
        self.writer = writer
        self.met.set()
        with suppress(ConnectionError):
            await reader.read()
        self.left.set()
        writer.close()

    async def say(self, *parts, close=False):
        """Write each part by itself."""
        await self.met.wait()
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
            await asyncio.sleep(0.01)
        if close:
            self.writer.close()


@pytest.fixture
async def told():
    made = Told()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


async def ask(told, *parts, close=False, every=0.0):
    """Ask for an answer made of parts; give the response and the task that writes."""
    writing = asyncio.create_task(told.say(*parts, close=close))
    request = httpx.Request("GET", f"http://127.0.0.1:{told.port}/x?y=1", headers={"connection": "close"})
    try:
        return await Transport(every).handle_async_request(request)
    finally:
        await writing


async def pieces(response):
    async with aclosing(response.aiter_raw()) as given:
        return [piece async for piece in given]


async def test_what_is_asked(told):
    """A server is asked for what the request says and for nothing else."""
    response = await ask(told, CHUNKED, b"0\r\n\r\n")
    await response.aclose()

    assert told.asked == b"GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nconnection: close\r\n\r\n" % told.port


async def test_body_in_parts(told):
    """A body is given whole, however it was written."""
    written = CHUNKED + b"".join(chunk(b"%d" % number) for number in range(20)) + b"0\r\n\r\n"
    response = await ask(told, *(written[at : at + 7] for at in range(0, len(written), 7)))

    assert b"".join(await pieces(response)) == b"".join(b"%d" % number for number in range(20))
    assert (response.status_code, response.headers["transfer-encoding"]) == (200, "chunked")


async def test_reads_together(told):
    """What a server writes in many parts between two beats is one read."""
    parts = [chunk(b"x") for _ in range(20)]
    response = await ask(told, CHUNKED + parts[0], *parts[1:], b"0\r\n\r\n", every=0.5)
    given = await pieces(response)

    assert b"".join(given) == b"x" * 20
    assert len(given) <= 4


async def test_interim_answer(told):
    """An answer that only announces another is passed over."""
    response = await ask(
        told, b"HTTP/1.1 103 Early\r\nlink: x\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
    )

    assert (response.status_code, dict(response.headers)) == (200, {"content-length": "2"})
    assert await pieces(response) == [b"hi"]


async def test_body_until_the_end(told):
    """A body without length and chunks ends with its connection."""
    response = await ask(told, b"HTTP/1.1 200 OK\r\n\r\nall", b" of it", close=True)

    assert b"".join(await pieces(response)) == b"all of it"


@pytest.mark.parametrize(
    "written",
    [CHUNKED + chunk(b"half") + b"5\r\nx", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"],
)
async def test_body_cut_off(written, told):
    """A body that is cut off is given as far as it came, and then is an error."""
    response = await ask(told, written, close=True)
    reads = response.aiter_raw()
    first = await anext(reads)

    with pytest.raises(httpx.ReadError):
        await anext(reads)

    assert first.startswith(b"half")


@pytest.mark.parametrize(
    "written",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * HEAD_LIMIT,
    ],
)
async def test_no_answer(written, told):
    """Whoever does not speak HTTP, or never stops to begin, is hung up on."""
    with pytest.raises(httpx.RemoteProtocolError):
        await ask(told, written)

    await asyncio.wait_for(told.left.wait(), 5)


async def test_leaving(told):
    """Closing an answer hangs up, so that the server stops to write it."""
    response = await ask(told, CHUNKED + chunk(b"x"))
    await response.aclose()

    assert await asyncio.wait_for(told.left.wait(), 5)


async def test_line_break_in_head(told):
    """No header smuggles another one in."""
    request = httpx.Request("GET", f"http://127.0.0.1:{told.port}/", headers={"a": "b\r\nc: d"})

    with pytest.raises(httpx.LocalProtocolError):
        await Transport().handle_async_request(request)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that only whoever holds it trusts."""
    need(shutil.which("openssl") is not None, "openssl")
    folder = tmp_path_factory.mktemp("tls")
    made = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2"
    )
    named = ["-subj", "/CN=told", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", *made.split(), *named], check=True, capture_output=True, cwd=folder)
    return folder


@pytest.fixture
async def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    made = Told()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


async def test_https(secure, certificate):
    """Over TLS an answer is the same, where the server's certificate is trusted."""
    trusting = ssl.create_default_context(cafile=certificate / "cert.pem")
    writing = asyncio.create_task(secure.say(CHUNKED + chunk(b"safe"), chunk(b"ly"), b"0\r\n\r\n"))
    request = httpx.Request("GET", f"https://127.0.0.1:{secure.port}/")
    response = await Transport(tls=trusting).handle_async_request(request)
    await writing

    assert b"".join(await pieces(response)) == b"safely"


async def test_https_of_a_stranger(secure):
    """A server whose certificate nobody vouches for gets no request."""
    request = httpx.Request("GET", f"https://127.0.0.1:{secure.port}/")

    with pytest.raises(httpx.ConnectError):
        await Transport().handle_async_request(request)

    assert secure.asked == b""
