"""A server in vLLM's wire format that is itself cheap: no framework, and tokens written in batches.

    python -m tests.bench.mock_vllm PORT [--tokens 300] [--speed 40]

Every stream says `tokens` tokens at `speed` a second. Streams are spread over the slots of one clock, so
that one wake-up writes a token to every stream of a slot. Every fourth token is a stamp: the time at which
it was written, on the machine's monotonic clock, in letters that no Markdown touches, and a syllable after
which no mask waits to see whether a name goes on. Between stamps stands Korean prose with headings, lists
and bold words, the same in every reply.
"""

import argparse
import asyncio
import json
import re
import signal
import time

import httptools
import uvloop

SLOTS = 5
"""Wake-ups between two tokens of a stream."""
STAMP_EVERY = 4
STAMP = re.compile("z[a-p]{7}(?![a-p])")
DIGITS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
VALUES = str.maketrans("abcdefghijklmnop", "0123456789abcdef")
PROSE = (
    "### 하늘이 파란 까닭\n\n햇빛 에는 여러 빛깔 이 섞여 있고, **파란 빛** 은 공기 에 더 많이 흩어 집니다."
    "\n\n- 해가 높으 면 길이 짧아 서 파랗게 보이고\n- 해가 지면 길이 길어 서 붉게 보이 며\n\n"
    "그래서 `산란` 이라고 부르 는 현상 은 파장 이 짧을 수록 뚜렷 합니다.\n\n"
)
WORDS = re.findall(r"\s*\S+\s*?(?=\s|$)|\s+$", PROSE)
HEAD = (
    b"HTTP/1.1 200 OK\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
START = 'data: {"id":"chatcmpl-ab42b03de0ca2e6c","object":"chat.completion.chunk","created":1795288471,'
EVENT = START + '"model":"bench","choices":[{"index":0,"delta":%s,"logprobs":null,%s}]}\n\n'
ROLE = EVENT % ('{"role":"assistant","content":""}', '"finish_reason":null')
LAST = EVENT % ('{"content":""}', '"finish_reason":"stop","stop_reason":null,"token_ids":null')


def stamp() -> str:
    """Write the present time, in tenths of a millisecond, as a word."""
    return "z" + f"{int(time.monotonic() * 10_000) % 16**7:07x}".translate(DIGITS)


def written_at(word: str) -> float:
    """Give the seconds, modulo 16⁷ tenths of a millisecond, at which a stamp was written."""
    return int(word[1:].translate(VALUES), 16) / 10_000


def since(word: str, now: float) -> float:
    """Give the seconds from a stamp to `now`."""
    return (now - written_at(word)) % (16**7 / 10_000)


def _chunk(text: str) -> bytes:
    data = text.encode()
    return b"%x\r\n%b\r\n" % (len(data), data)


def _said(text: str) -> bytes:
    delta = json.dumps({"content": text}, ensure_ascii=False, separators=(",", ":"))
    return _chunk(EVENT % (delta, '"finish_reason":null,"token_ids":null'))


PLAIN = [_said(word) for word in WORDS]
STAMPED = _said(" " + "z" * 8 + "요").split(b"z" * 8)
ENDING = _chunk(LAST) + _chunk("data: [DONE]\n\n") + b"0\r\n\r\n"


class Stream:
    """One reply: how many tokens have been written to whom."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.written = 0

    def step(self, stamped: bytes, tokens: int) -> bool:
        """Write one token, or the ending; tell whether more is to come."""
        if self.transport.is_closing():
            return False
        if self.written == tokens:
            self.transport.write(ENDING)
            return False
        stamps, since_stamp = divmod(self.written, STAMP_EVERY)
        plain = stamps * (STAMP_EVERY - 1) + since_stamp - 1
        token = PLAIN[plain % len(PLAIN)] if since_stamp else stamped
        self.transport.write(_chunk(ROLE) + token if self.written == 0 else token)
        self.written += 1
        return True


class Clock:
    """Writes one token to every stream of a slot, slot after slot."""

    def __init__(self, tokens: int, speed: float) -> None:
        self.slots: list[list[Stream]] = [[] for _ in range(SLOTS)]
        self.tokens = tokens
        self._tick = 1 / speed / SLOTS
        self._due = 0.0
        self._at = 0

    def add(self, stream: Stream) -> None:
        """Begin a reply in the next slot."""
        self.slots[self._at % SLOTS].append(stream)

    def start(self) -> None:
        """Begin to run."""
        self._due = asyncio.get_running_loop().time()
        self._run()

    def _run(self) -> None:
        at = self._at % SLOTS
        self._at += 1
        if self.slots[at]:
            stamped = stamp().encode().join(STAMPED)
            self.slots[at] = [one for one in self.slots[at] if one.step(stamped, self.tokens)]
        self._due += self._tick
        asyncio.get_running_loop().call_at(self._due, self._run)


class Door(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path = url

    def on_message_complete(self) -> None:
        if self._path == b"/v1/chat/completions":
            self._transport.write(HEAD)
            self._clock.add(Stream(self._transport))
            return
        kind, body = _page(self._path)
        head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _page(path: bytes) -> tuple[str, bytes]:
    if path == b"/v1/models":
        return "application/json", b'{"object":"list","data":[{"id":"bench","object":"model"}]}'
    if path == b"/metrics":
        return "text/plain", b"vllm:num_requests_running 0.0\nvllm:num_requests_waiting 0.0\n"
    return "text/plain", b""


async def serve(port: int, tokens: int, speed: float) -> None:
    """Answer until the process is told to end."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    clock = Clock(tokens, speed)
    server = await loop.create_server(lambda: Door(clock), "127.0.0.1", port, backlog=2048)
    clock.start()
    await over.wait()
    server.close()


def main() -> None:
    """Serve on a port of loopback."""
    asked = argparse.ArgumentParser(description="A cheap server in vLLM's wire format.")
    asked.add_argument("port", type=int)
    asked.add_argument("--tokens", type=int, default=300)
    asked.add_argument("--speed", type=float, default=40.0)
    given = asked.parse_args()
    uvloop.run(serve(given.port, given.tokens, given.speed))


if __name__ == "__main__":
    main()
