"""An arena of few words, for tests of the rehearsal: it speaks the API, and can forget, double or refuse."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from arena.contest.battle import VoidReason
from arena.contest.rules import Verdict
from arena.service.citizens import CONSENT
from tests.reporting.ballots import REPLIES, cast, newcomer


class _Desk(BaseHTTPRequestHandler):
    """Answers one request by the behaviour of its server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(f"GET {self.path}")
        if self.path == "/api/round":
            self._say(200, self.server.behaviour.notice)
        else:
            ending = self.server.behaviour.endings.get(self.path.split("/")[3], "open")
            self._write(200, f"event: {ending}\ndata: {{}}\n\n".encode(), "text/event-stream")

    def do_POST(self):
        self.server.asked.append(f"POST {self.path}")
        body = self._body()
        if self.path == "/api/me":
            self._say(200, {}, cookie=f"voter={newcomer(self.server.arena)}")
        elif self.server.behaviour.busy:
            self.server.behaviour.busy -= 1
            self._say(503, {"error": "too_busy"})
        else:
            self._say(201, {"battle": self._opened(body)})

    def do_PUT(self):
        self.server.asked.append(f"PUT {self.path}")
        verdict, battle = Verdict(self._body()["verdict"]), self.path.split("/")[3]
        behaviour, arena = self.server.behaviour, self.server.arena
        index = 999
        if behaviour.remembers:
            index = arena.citizens.cast_vote(battle, self._voter(), verdict).index
        if behaviour.doubles:
            cast(arena, newcomer(arena), verdict)
        self._say(200, {"battle": battle, "verdict": verdict.value, "index": index})

    def _opened(self, body):
        citizens, behaviour = self.server.arena.citizens, self.server.behaviour
        voter, asked = self._voter(), citizens.new_battle_id()
        battle = citizens.open_battle(asked, voter, body["prompt"], body["category"], "ko")
        if behaviour.voids:
            behaviour.voids -= 1
            behaviour.endings[battle.id] = "void"
            citizens.failed(battle.id, VoidReason.RESTARTED, None, None)
        else:
            citizens.answered(battle.id, REPLIES)
        return battle.id

    def _voter(self):
        return self.headers["cookie"].removeprefix("voter=")

    def _body(self):
        return json.loads(self.rfile.read(int(self.headers["content-length"])))

    def _say(self, status, said, cookie=""):
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        self._write(status, content, "application/json", cookie)

    def _write(self, status, content, kind, cookie=""):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        if cookie:
            self.send_header("set-cookie", f"{cookie}; Path=/")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Say nothing."""


@contextlib.contextmanager
def impostor(arena, **behaviour):
    """Serve `arena` by this behaviour; gives its `url` and what was `asked` of it."""
    usual = {"remembers": True, "doubles": False, "busy": 0, "voids": 0, "notice": {"consent": CONSENT}}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Desk)
    server.arena, server.asked = arena, []
    server.behaviour = SimpleNamespace(endings={}, **{**usual, **behaviour})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", asked=server.asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
