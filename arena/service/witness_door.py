"""A witness's door for logs that ask: `POST /add-checkpoint`, and her last checkpoint of each log (C2SP)."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from arena.errors import ArenaError, BadSetting, Forked
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.note import Note
from arena.ledger.proof import LARGEST_PROOF
from arena.service.witness import Reply, Witness

PATIENCE = 10.0
"""Seconds that a request may take to come."""


@contextmanager
def door(witness: Witness, host: str, port: int, alarm: Callable[[Forked], None]) -> Iterator[int]:
    """Listen until the block ends, and give the port; `alarm` hears of a fork.

    Raises:
        BadSetting: the address cannot be listened on.
    """
    try:
        server = ThreadingHTTPServer((host, port), _answering(witness, alarm))
    except (OSError, OverflowError) as error:
        raise BadSetting(f"cannot listen on {host} port {port}: {error}") from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answering(witness: Witness, alarm: Callable[[Forked], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_POST(self) -> None:
            if self.path != "/add-checkpoint":
                return self._say(Reply(404))
            length = self.headers.get("content-length", "")
            if not length.isdecimal() or len(length) > 9 or int(length) > LARGEST_PROOF:
                return self._say(Reply(413))
            try:
                body = self.rfile.read(int(length)).decode()
                return self._say(witness.add_checkpoint(body))
            except UnicodeDecodeError:
                return self._say(Reply(400))
            except Forked as error:
                alarm(error)
                return self._say(Reply(422, f"{error}\n"))
            except ArenaError:  # nothing was cosigned: what she has seen could not be kept
                return self._say(Reply(500))

        def do_GET(self) -> None:
            note = witness.kept_note()
            wanted = note and f"/{_origin_hash(note)}/checkpoint"
            self._say(Reply(200, note) if note and self.path == wanted else Reply(404))

        def _say(self, reply: Reply) -> None:
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("content-type", reply.type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing of each request."""

    return Handler


def _origin_hash(note: str) -> str:
    return hashlib.sha256(Checkpoint.parse(Note.parse(note).text).origin.encode()).hexdigest()
