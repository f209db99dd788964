"""Two teams' servers that say the same and are alike in nothing else: for tests of what gets through."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = "### 하늘빛\n\n햇빛은 **공기** 속에서 흩어집니다.\n\n- 짧은 파장이 더 많이\n- 긴 파장은 덜\n\n" * 4


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server differs: seconds before it begins, characters of a piece, what it says beside its text."""

    name: str
    late: float
    piece: int
    before: str
    extra: dict[str, object]
    faults: tuple[tuple[int, str, str], ...]


MANNERS = (
    Manner(
        "first",
        0.0,
        40,
        "",
        {"id": "chatcmpl-first", "model": "first", "system_fingerprint": "fp-first"},
        ((500, "application/json", '{"error": {"message": "EngineCore of first died", "code": 500}}'),),
    ),
    Manner(
        "second",
        0.4,
        3,
        "\n<think>second thinks first</think>\n\n",
        {"id": "cmpl-2", "model": "second", "usage": {"prompt_tokens": 9, "completion_tokens": 99}},
        (
            (400, "application/json", '{"error": {"message": "second: max context length is 8192 tokens"}}'),
            (200, "text/html", "<title>A page of second's proxy</title>"),
        ),
    ),
)


@dataclass(slots=True)
class Team:
    """One server: its address, the name it gives itself, and the fault with which it answers, if any."""

    manner: Manner
    url: str = ""
    says: str = ""
    fault: tuple[int, str, str] | None = None
    asked: list[str] = field(default_factory=list)

    def reply(self) -> str:
        """Give the whole reply, with a name that is to be masked."""
        return f"{self.manner.before}저는 {self.says}입니다.\n\n{WORDS}"


@contextlib.contextmanager
def teams() -> Iterator[tuple[Team, ...]]:
    """Serve as both teams."""
    with contextlib.ExitStack() as running:
        yield tuple(running.enter_context(_serving(Team(manner))) for manner in MANNERS)


@contextlib.contextmanager
def _serving(team: Team) -> Iterator[Team]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = team.manner.name

        def do_GET(self) -> None:
            self._whole(200, "text/plain", "")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            team.asked.append(self.path)
            time.sleep(team.manner.late)
            if team.fault:
                self._whole(*team.fault)
                return
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("x-served-by", team.manner.name)
            self.send_header("connection", "close")
            self.end_headers()
            text = team.reply()
            for start in range(0, len(text), team.manner.piece):
                self._say({"content": text[start : start + team.manner.piece]}, None)
            self._say({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")

        def _say(self, delta: dict[str, str], finish: str | None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish, "stop_reason": team.manner.name}
            self.wfile.write(f"data: {json.dumps(team.manner.extra | {'choices': [choice]})}\n\n".encode())

        def _whole(self, status: int, kind: str, body: str) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body.encode())))
            self.send_header("x-served-by", team.manner.name)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    team.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield team
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
