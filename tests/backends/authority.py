"""A time-stamping authority of our own, made and run with openssl on loopback."""

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from tests.servers import need

CONFIGURATION = """\
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/leaf.pem
signer_key = {folder}/leaf.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """The authority: `url`, its root certificate as PEM, and how it is to misbehave."""

    def __init__(self, folder: Path) -> None:
        need(shutil.which("openssl") is not None, "openssl")
        self.folder = folder
        self.answer = "stamp"
        self._last = b""
        self._make_certificates()
        self.roots = (folder / "root.pem").read_bytes()

    def __enter__(self) -> Self:
        """Begin to serve."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Answer a query of RFC 3161 §3.4."""
                query = self.rfile.read(int(self.headers["content-length"]))
                status, body = authority.reply(query)
                self.send_response(status)
                self.send_header("content-type", "application/timestamp-reply")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply(self, query: bytes) -> tuple[int, bytes]:
        """Answer a query in the way that was asked for."""
        stamped = self._stamped(query)
        earlier, self._last = self._last, stamped
        return {
            "stamp": (200, stamped),
            "earlier": (200, earlier),
            "refuse": (503, b"later"),
            "page": (200, b"<html>not a stamp</html>"),
            "endless": (200, b"x" * 1_000_000),
        }[self.answer]

    def _stamped(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def _make_certificates(self) -> None:
        self.folder.mkdir()
        (self.folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        made = ("-newkey", "rsa:2048", "-nodes", "-sha256", "-config", "tsa.cnf")
        root = ("-x509", "-days", "2", "-extensions", "root", "-subj", "/CN=Test root")
        self._openssl("req", *made, *root, "-keyout", "root.key", "-out", "root.pem")
        self._openssl("req", *made, "-subj", "/CN=Test authority", "-keyout", "leaf.key", "-out", "leaf.csr")
        signing = ("-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial")
        extended = ("-extfile", "tsa.cnf", "-extensions", "leaf", "-days", "2", "-sha256")
        self._openssl("x509", *signing, *extended, "-out", "leaf.pem")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
