"""A team's server that asks for its key, as vLLM does with --api-key; it says one short thing."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Porter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            self._write(200, b"")
        elif self._known():
            model = {"id": self.server.model, "object": "model"}
            self._write(200, json.dumps({"object": "list", "data": [model]}).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        if not self._known():
            return
        deltas = [
            ({"role": "assistant", "content": ""}, None),
            ({"content": "안녕하세요."}, None),
            ({}, "stop"),
        ]
        pieces = [
            json.dumps(
                {
                    "id": "chatcmpl-1",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": self.server.model,
                    "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
                }
            )
            for delta, reason in deltas
        ]
        stream = "".join(f"data: {piece}\n\n" for piece in [*pieces, "[DONE]"])
        self._write(200, stream.encode(), "text/event-stream; charset=utf-8")

    def _known(self):
        if self.headers["authorization"] == f"Bearer {self.server.key}":
            return True
        self._write(401, b'{"error":"Unauthorized"}')
        return False

    def _write(self, status, content, kind="application/json"):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Say nothing."""


@contextlib.contextmanager
def porter(key, model):
    """Serve `model` to whoever has the `key`; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Porter)
    server.key, server.model = key, model
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
