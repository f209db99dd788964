"""The least that a relay can cost: bytes from one socket to another, on raw asyncio protocols.

    python -m tests.bench.relay PORT UPSTREAM_PORT

Each client's connection gets one of its own to the upstream server.
"""

import asyncio
import signal
import sys

import uvloop


class Pipe(asyncio.Protocol):
    """Hands what it reads to its other end, and ends with it."""

    def __init__(self, upstream: int | None) -> None:
        self._upstream = upstream
        self._transport: asyncio.Transport | None = None
        self._waiting: list[bytes] = []
        self.other: Pipe | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        if self._upstream is not None:
            self._dialling = asyncio.create_task(self._dial(self._upstream))

    async def _dial(self, port: int) -> None:
        _, other = await asyncio.get_running_loop().create_connection(lambda: Pipe(None), "127.0.0.1", port)
        other.other, self.other = self, other
        for data in self._waiting:
            other.write(data)

    def data_received(self, data: bytes) -> None:
        if self.other:
            self.other.write(data)
        else:
            self._waiting.append(data)

    def write(self, data: bytes) -> None:
        """Send bytes out on this end."""
        if self._transport:
            self._transport.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        if self.other and self.other._transport:
            self.other._transport.close()


async def serve(port: int, upstream: int) -> None:
    """Relay until the process is told to end."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    server = await loop.create_server(lambda: Pipe(upstream), "127.0.0.1", port, backlog=2048)
    await over.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
