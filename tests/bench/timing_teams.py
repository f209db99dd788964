"""Teams' servers that differ in timing and in nothing else, for `timing_attack`.

    python -m tests.bench.timing_teams SPEED     (says its address, ends with its standard input)

Each of five contestants has its own time to the first piece, rate, size of piece and unevenness of each;
what they say is drawn from the same words, and how long it is from the same lengths.
"""

import asyncio
import json
import random
import sys
from dataclasses import dataclass

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
NOTHING = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
TEXT = "하늘이 파란 까닭은 햇빛이 공기 속에서 흩어지기 때문입니다. 파장이 짧은 빛이 더 많이 흩어집니다."
WORDS = TEXT.split()
SHORTEST, LONGEST = 250, 400
LINES = 40
"""Characters after which a paragraph ends, about one in LINES words."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a contestant writes: seconds to the first piece, pieces a second, characters of a piece.

    Each varies by up to its share `uneven` in both directions, drawn anew for each reply and each piece.
    """

    first: float
    rate: float
    piece: int
    uneven: float


MANNERS = (
    Manner(first=0.10, rate=150.0, piece=1, uneven=0.1),
    Manner(first=0.35, rate=45.0, piece=4, uneven=0.5),
    Manner(first=0.60, rate=16.0, piece=9, uneven=0.3),
    Manner(first=0.90, rate=80.0, piece=5, uneven=0.8),
    Manner(first=1.20, rate=32.0, piece=2, uneven=0.2),
)
"""150, 180, 144, 400 and 64 characters a second."""


def text(chance: random.Random) -> str:
    """Write a reply; every contestant writes from here."""
    length, said = chance.randint(SHORTEST, LONGEST), ""
    while len(said) < length:
        said += chance.choice(WORDS) + ("\n\n" if chance.random() < 1 / LINES else " ")
    return said[:length].rstrip() + "."


def event(delta: dict[str, str], finish: str | None) -> bytes:
    """Write an event of vLLM's."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "x", "object": "chat.completion.chunk", "model": "x", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


async def answer(manner: Manner, speed: float, chance: random.Random, writer: asyncio.StreamWriter) -> None:
    """Write one reply in a contestant's manner, with time running `speed` times as fast."""

    def about(value: float) -> float:
        return value * (1 + manner.uneven * chance.uniform(-1, 1))

    loop = asyncio.get_running_loop()
    rest, due = text(chance), loop.time() + about(manner.first) / speed
    writer.write(HEAD + event({"role": "assistant", "content": ""}, None))
    while rest:
        await asyncio.sleep(due - loop.time())
        size = max(1, round(about(manner.piece)))
        writer.write(event({"content": rest[:size]}, None))
        rest, due = rest[size:], due + about(1 / manner.rate) / speed
    writer.write(event({}, "stop") + b"data: [DONE]\n\n")


async def serve(speed: float) -> None:
    """Serve `/0` to `/4` on a free port of loopback until standard input ends."""
    chance = random.Random(20261)

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            path = head.split()[1]
            if path.endswith(b"/v1/chat/completions"):
                await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
                await answer(MANNERS[int(path.split(b"/")[1])], speed, chance, writer)
            else:
                writer.write(NOTHING)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
