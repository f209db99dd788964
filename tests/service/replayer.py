"""A team's server that says what a real vLLM has said: good replies, until it is told otherwise."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden" / "vllm"
STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
)


def stream(name: str) -> bytes:
    """Give the events of a recorded stream."""
    recorded = (GOLDEN / f"{name}.txt").read_bytes()
    return recorded.partition(b"\r\n\r\n")[2] if recorded.startswith(b"HTTP/") else recorded


def refusal(title: str) -> bytes:
    """Give a recorded answer with an error, as it was on the wire."""
    _, _, rest = (GOLDEN / "errors.txt").read_text("utf-8").partition(f"##### {title}\n")
    answer = rest.partition("\n##### ")[0].strip("\n")
    head, _, body = answer.partition("\n\n")
    kept = [line for line in head.split("\n") if not line.lower().startswith("content-length")]
    sized = [*kept, f"content-length: {len(body.encode())}"]
    return "\r\n".join([*sized, "", body]).encode()


def chunked(events: bytes, *, whole: bool = True) -> bytes:
    """Give a stream as it is on the wire; one that is not `whole` breaks off."""
    return STREAM + b"%x\r\n%s\r\n" % (len(events), events) + (b"0\r\n\r\n" if whole else b"")


class Replayer:
    """Says `answer` to every request; with `hangs` it then keeps the connection open."""

    def __init__(self) -> None:
        self.good = chunked(stream("stream-normal"))
        self.answer, self.hangs = self.good, False
        self.open = self.asked = 0
        self.server: asyncio.Server | None = None

    def vanish(self) -> None:
        """Be there no more."""
        if self.server:
            self.server.close()

    async def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Meet one connection."""
        self.open += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):  # whoever leaves early has asked nothing
            await self._answer(reader, writer)
        self.open -= 1
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(size.partition(b":")[2]))
        self.asked += 1
        writer.write(self.answer)
        await writer.drain()
        if self.hangs:
            await reader.read()


@asynccontextmanager
async def replayer() -> AsyncGenerator[tuple[Replayer, str], None]:
    """Serve on loopback; gives the server and its address."""
    made = Replayer()
    made.server = server = await asyncio.start_server(made.met, "127.0.0.1", 0)
    try:
        yield made, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
