"""A small provider of OpenID Connect: real keys, real signatures, real HTTP on loopback.

It checks what a provider checks (client, redirect address, PKCE, codes that are taken once), signs in
whoever it is told to, and can be told to misbehave.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "the-arena", "a secret of the arena's"


class Provider:
    """Whom it signs in next (`claims`), and in what it lies (`manner`)."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.claims: dict[str, object] = {}
        self.manner = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def description(self) -> dict[str, object]:
        """What it says of itself."""
        issuer = "https://another.example" if self.manner == "another issuer" else self.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Sign somebody in; give the address to send her back to."""
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        assert query["code_challenge_method"] == "S256"
        if self.manner == "says no":
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, object] | None:
        """Give tokens for a code, once, to the client that it was made for; None where it was not."""
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        query = self.codes.pop(form.get("code", ""), None)
        if query is None or authorization != f"Basic {basic}":
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != query["code_challenge"] or form.get("redirect_uri") != query["redirect_uri"]:
            return None
        answer: dict[str, object] = {"access_token": "x", "token_type": "Bearer", "expires_in": 60}
        return answer if self.manner == "no token" else answer | {"id_token": self.id_token(query)}

    def id_token(self, query: dict[str, str]) -> str:
        """Sign who came, or lie as it was told to."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            **self.claims,
        }
        claims |= LIES.get(self.manner, lambda _: {})(now)
        if self.manner == "no signature":
            head, body = (
                base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                for part in ({"alg": "none"}, claims)
            )
            return f"{head}.{body}."
        if self.manner == "our secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))
        key = self.stranger if self.manner == "another key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


LIES = {
    "another nonce": lambda _: {"nonce": "another"},
    "no nonce": lambda _: {"nonce": None},
    "another client": lambda _: {"aud": "another", "azp": CLIENT_ID},
    "expired": lambda now: {"iat": now - 7200, "exp": now - 3600},
    "issued by another": lambda _: {"iss": "https://another.example"},
    "nobody": lambda _: {"sub": None},
}
"""What a token says wrongly."""


class _Desk(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        self.provider.asked.append(at.path)
        query = {name: values[0] for name, values in parse_qs(at.query).items()}
        if self.provider.manner == "broken":
            self._answer(500, b"<html>")
        elif at.path == "/authorize":
            self._answer(303, b"", location=self.provider.authorize(query))
        elif at.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        else:
            self._json(self.provider.description())

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        said = self.provider.token(form, self.headers.get("authorization", ""))
        if said is None:
            self._answer(400, b'{"error": "invalid_grant"}', **{"content-type": "application/json"})
        else:
            self._json(said)

    def _json(self, said: object) -> None:
        self._answer(200, json.dumps(said).encode(), **{"content-type": "application/json"})

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def provider(host: str = "localhost") -> Iterator[Provider]:
    """Run it on a free port of loopback."""
    desk = type("Desk", (_Desk,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), desk)
    desk.provider = Provider(f"http://{host}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield desk.provider
    server.shutdown()
    thread.join()
    server.server_close()
