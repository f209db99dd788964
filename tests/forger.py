"""A log that signs whatever it holds, also what it must not: its entries can be rewritten at any time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from arena.errors import BadNote
from arena.ledger import merkle, tiles
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.note import Note, SigningKey


class Forger:
    """The log `forger.example`, in memory; `taken` holds what witnesses have brought."""

    def __init__(self) -> None:
        self.keys = [SigningKey("forger.example", b"\x07" * 32)]
        self.entries: list[bytes] = []
        self.shown: list[bytes] | None = None
        self.taken: list[str] = []
        self.refuses = False
        self.url = ""
        self.origin = "forger.example"

    def grow(self, count: int) -> None:
        """Append entries."""
        self.entries += [b'{"seq":%d}' % (len(self.entries) + number) for number in range(count)]

    def note(self, size: int | None = None) -> Note:
        """Sign the first `size` entries as they are now."""
        leaves = [merkle.leaf_hash(entry) for entry in self.entries[:size]]
        text = Checkpoint(self.origin, len(leaves), merkle.root(leaves)).text()
        return Note.of(text, [key.sign(text) for key in self.keys])

    def proof(self, old: int) -> tuple[bytes, ...]:
        """Prove that what there is extends the first `old` entries."""
        return tuple(merkle.consistency_proof([merkle.leaf_hash(entry) for entry in self.entries], old))

    def content(self, path: str) -> bytes | None:
        """Give what is at an address of the log."""
        if path in {"checkpoint", "api/checkpoint"}:
            return self.note().encoded().encode()
        if path == "api/keys":
            return "".join(f"{key.vkey}\n" for key in self.keys).encode()
        held = self.entries if self.shown is None else self.shown
        try:
            tile = tiles.parse_path(path)
        except BadNote:
            return None
        if not tile.within(len(held)):
            return None
        if tile.level is None:
            return tiles.bundle(held[tile.first : tile.first + tile.width])
        span = 256**tile.level
        roots = [
            merkle.root(merkle.leaf_hash(entry) for entry in held[number * span : (number + 1) * span])
            for number in range(tile.first, tile.first + tile.width)
        ]
        return b"".join(roots)


@contextmanager
def forging() -> Iterator[Forger]:
    """Serve a forger's log on loopback."""
    forger = Forger()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = forger.content(self.path.strip("/"))
            self._say(404 if content is None else 200, content or b"")

        def do_POST(self) -> None:
            forger.taken.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self._say(422 if forger.refuses else 200, b"{}")

        def _say(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forger.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield forger
    server.shutdown()
    server.server_close()
    thread.join()
