"""The shell around the site: pure ASGI, so that no event stream is ever held back.

Rule 1: a page of Gradio's leaves only rewritten: own markup first, a nonce on every script and style.
Rule 2: of Gradio's routes only those in `NEEDED` exist.
Rule 3: a request that changes something comes from our own origin.
Rule 4: every answer carries the security headers.
Rule 5: of what Gradio refuses, or cannot do, only our own refusal is seen.
Rule 6: of a console nothing is seen that the door does not let through.
"""

import asyncio
import gzip
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena.errors import ArenaError
from arena.identity.staff import Role
from arena.web.calls import CALL, Known, read_call, replay
from arena.web.consoles import CONSOLES, is_open_to
from arena.web.guard import LANGUAGE_COOKIE, language_of
from arena.web.policies import CLOSED_POLICY, CONSOLE_POLICY, DOCS_POLICY, POLICY, SECURITY
from arena.web.refusal import refusal
from arena.web.text import Language

Headers = list[tuple[bytes, bytes]]

NEEDED = re.compile(
    rf"/(?:ko|en)(?:/(?:{'|'.join(CONSOLES)}))?"
    rf"/(?:assets/[\w.-]+|static/(?:js|fonts|img)/[\w./-]+|theme\.css|{CALL})"
)
"""The routes of Gradio that the pages use beside the pages themselves."""

FORWARDED = re.compile(rb"forwarded|x-forwarded-.*|x-gradio-.*", re.IGNORECASE)
"""Headers out of which Gradio would make addresses; the server has read what it trusts of them."""

OWN = re.compile(r"/(?:ko|en)/(?:sign-in|account)(?:/[a-z-]+)?")
"""Pages beside Gradio's that are ours alone."""

LASTING = re.compile(r"/(?:ko|en)/(?:[a-z]+/)?(?:assets|static)/|/static/|/tile/")
"""Files whose address changes with their content, or with the pinned version of Gradio; the log's tiles."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 31_536_000
COMPRESSED_FROM = 1_000


class PageBroken(ArenaError):
    """A page of Gradio's no longer has a place that the shell rewrites; the pinned version was changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the shell adds to one page: to its head, and before and after what Gradio shows.

    `console` is "" for a page of the citizens.
    """

    language: Language
    head: str
    before: str
    after: str
    console: str = ""

    @property
    def mount(self) -> str:
        """Give the path that the page's Gradio is mounted at."""
        return f"/{self.language}/{self.console}".rstrip("/")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One change to a page: `times` is how often the pattern must be found at least."""

    what: str
    pattern: re.Pattern[str]
    times: int
    put: Callable[[Page, str], Callable[[re.Match[str]], str]]


def _gone(_page: Page, _nonce: str) -> Callable[[re.Match[str]], str]:
    return lambda _found: ""


REWRITES = (
    Rewrite(
        "metas for other sites", re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>'), 6, _gone
    ),
    Rewrite("manifest", re.compile(r'<link rel="manifest"[^>]*>'), 1, _gone),
    Rewrite(
        "script of the frame resizer",
        re.compile(
            r"<script>\s*\(\(\) => \{(?:(?!</script>).)*iframeResizer(?:(?!</script>).)*</script>", re.DOTALL
        ),
        1,
        _gone,
    ),
    Rewrite(
        "inline styles",
        re.compile(r'(<(?:html|body|gradio-app)\b[^>]*?)\s+style="[^"]*"', re.DOTALL),
        3,
        lambda _page, _nonce: lambda found: found[1],
    ),
    Rewrite(
        "scripts and styles",
        re.compile(r"<(script|style)(?=[\s>])"),
        4,
        lambda _page, nonce: lambda found: f'<{found[1]} nonce="{nonce}"',
    ),
    Rewrite(
        "language",
        re.compile(r'(<html\s+)lang="en"'),
        1,
        lambda page, _nonce: lambda found: f'{found[1]}lang="{page.language}"',
    ),
    Rewrite(
        "place of own head",
        re.compile(r"<script nonce"),
        1,
        lambda page, _nonce: lambda found: page.head + found[0],
    ),
    Rewrite(
        "place of own markup",
        re.compile(r"<gradio-app\b.*?</gradio-app>", re.DOTALL),
        1,
        lambda page, _nonce: lambda found: page.before + found[0] + page.after,
    ),
)
FIRST_ONLY = frozenset({"language", "place of own head", "place of own markup"})


def rewrite(html: str, page: Page, nonce: str) -> str:
    """Make a page of Gradio's our own.

    Raises:
        PageBroken: a place to be rewritten was not found.
    """
    for change in REWRITES:
        html, times = change.pattern.subn(
            change.put(page, nonce), html, count=1 if change.what in FIRST_ONLY else 0
        )
        if times < change.times:
            raise PageBroken(f"{change.what}: found {times} times, expected {change.times}")
    return html


def same_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request may change something: from our own pages, or from no browser at all."""
    origin = headers.get(b"origin")
    if origin is None:
        return headers.get(b"sec-fetch-site", b"none") in {b"none", b"same-origin"}
    try:
        netloc = urlsplit(origin.decode("latin-1")).netloc
    except ValueError:
        return False
    return bool(netloc) and netloc.lower() == headers.get(b"host", b"").decode("latin-1").lower()


MARK = re.compile(r"<!--now:([a-z]+)-->")
"""Stands in own markup for a part that is written when the page is asked for."""

Part = Callable[[Language], str]
NO_PARTS: Mapping[str, Part] = {}


class Admission(Protocol):
    """Somebody who was let in."""

    @property
    def role(self) -> Role:
        """Give her role."""

    def page(self) -> Page:
        """Write what the page that she asks for shows her."""


class Admitting(Protocol):
    """The door of the consoles."""

    def guards(self, path: str) -> bool:
        """Tell whether a path is behind the door."""

    async def admit(self, scope: Scope, receive: Receive, send: Send) -> Admission | None:
        """Let a request in; or answer it, and give None."""


class Shell:
    """The site as the world sees it."""

    def __init__(
        self,
        app: ASGIApp,
        pages: Mapping[str, Page],
        handlers: Known,
        door: Admitting | None = None,
        parts: Mapping[str, Part] = NO_PARTS,
    ) -> None:
        """Wrap `app`.

        `pages` maps a path to what is added to the page of Gradio's that is served there, `handlers` the
        path of a mount to the handlers that its pages call; `door` stands before the consoles, and `parts`
        write what a page's marks stand for.
        """
        self._app = app
        self._pages = pages
        self._door = door
        self._parts = parts
        self._handlers = handlers
        self._mounts = tuple({f"/{page.language}" for page in pages.values()})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [head for head in scope["headers"] if not FORWARDED.fullmatch(head[0])]}
        headers = dict(scope["headers"])
        guarded = _guarded(send, scope["path"])
        page = self._pages.get(scope["path"])
        if scope["method"] not in READING and not same_origin(headers):
            await refusal("bad_origin", 403, language_of(Request(scope)))(scope, receive, guarded)
            return
        role = None
        if self._door is not None and self._door.guards(scope["path"]):
            admitted = await self._door.admit(scope, receive, guarded)
            if admitted is None:
                return
            page, role = page and admitted.page(), admitted.role
        if page is not None and scope["method"] in {"GET", "HEAD"}:
            await self._serve(page, scope, receive, guarded)
        elif page is not None or self._is_hidden(scope["path"]):
            await self._turn_away(scope, receive, guarded)
        elif self._is_under(scope["path"]) and not OWN.fullmatch(scope["path"]):
            await self._pass(scope, receive, guarded, role)
        else:
            await self._app(scope, receive, guarded)

    def _is_under(self, path: str) -> bool:
        return any(path == mount or path.startswith(f"{mount}/") for mount in self._mounts)

    def _is_hidden(self, path: str) -> bool:
        return self._is_under(path) and not NEEDED.fullmatch(path) and not OWN.fullmatch(path)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, role: Role | None) -> None:
        """Let Gradio answer what its pages need, and what this role may ask."""
        mount, _, rest = scope["path"].rpartition(f"/{CALL}")
        if mount and not rest and scope["method"] == "POST":
            known = self._handlers[mount]
            call = await read_call(receive, known)
            if call is None:
                await refusal("bad_request", 422, language_of(Request(scope)))(scope, receive, send)
                return
            if call.number in known.acts and (role is None or not is_open_to(role, known.acts[call.number])):
                await refusal("not_permitted", 403, language_of(Request(scope)))(scope, receive, send)
                return
            scope, receive = replay(call.body, scope, receive)
        await self._app(scope, receive, _unrefused(scope, receive, send))

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead to the page that was probably meant, or say that there is none."""
        path: str = scope["path"]
        meant = f"{path}/" if f"{path}/" in self._pages else path.rstrip("/")
        if meant in self._pages and meant != path:
            await _answer(send, 308, [(b"location", meant.encode())], b"")
        else:
            await refusal("not_found", 404, language_of(Request(scope)))(scope, receive, send)

    async def _as_of_now(self, html: str, language: Language) -> str:
        """Write the parts of a page that its marks stand for; they may ask the database."""
        for name in MARK.findall(html):
            written = await asyncio.to_thread(self._parts[name], language) if name in self._parts else ""
            html = html.replace(f"<!--now:{name}-->", written, 1)
        return html

    async def _serve(self, page: Page, scope: Scope, receive: Receive, send: Send) -> None:
        plain = {**scope, "query_string": b""}  # Gradio reads links to states and to its own views out of it
        status, _, html = await fetch(self._app, plain, receive)
        if status != HTTPStatus.OK:
            await refusal("internal", 500, page.language)(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        body = (await self._as_of_now(rewrite(html.decode(), page, nonce), page.language)).encode()
        own: Headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (
                b"content-security-policy",
                (CONSOLE_POLICY if page.console else POLICY).format(nonce=nonce).encode(),
            ),
            (b"cache-control", b"no-store"),
            (
                b"set-cookie",
                f"{LANGUAGE_COOKIE}={page.language}; Path=/; Max-Age={YEAR}; SameSite=Lax".encode(),
            ),
        ]
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
        own, body = compressed(own, body, accepted)
        await _answer(send, status, own, b"" if scope["method"] == "HEAD" else body)


async def fetch(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, Headers, bytes]:
    """Get a whole, uncompressed answer of an inner application."""
    heads = [head for head in scope["headers"] if head[0] != b"accept-encoding"]
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def hold(event: Message) -> None:
        if event["type"] == "http.response.start":
            start.update(event)
        elif event["type"] == "http.response.body":
            parts.append(event.get("body", b""))

    await app({**scope, "method": "GET", "headers": heads}, receive, hold)
    kept = [(name.lower(), value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return start["status"], kept, b"".join(parts)


def compressed(headers: Headers, body: bytes, accepted: bytes) -> tuple[Headers, bytes]:
    """Compress a body where the browser takes it."""
    varying: Headers = [*headers, (b"vary", b"accept-encoding")]
    if b"gzip" not in accepted or len(body) < COMPRESSED_FROM:
        return varying, body
    return [*varying, (b"content-encoding", b"gzip")], gzip.compress(body, 6, mtime=0)


REFUSED = {404: ("not_found", 404), 405: ("not_found", 404)}


def _unrefused(scope: Scope, receive: Receive, send: Send) -> Send:
    """Put our own refusal in the place of Gradio's."""
    refused = False

    async def sending(event: Message) -> None:
        nonlocal refused
        if event["type"] == "http.response.start" and event["status"] >= HTTPStatus.BAD_REQUEST:
            refused = True
            code, status = REFUSED.get(event["status"], ("internal", 500))
            await refusal(code, status, language_of(Request(scope)))(scope, receive, send)
        elif not refused:
            await send(event)

    return sending


def _guarded(send: Send, path: str) -> Send:
    """Add to every answer the headers that it lacks."""
    policy = DOCS_POLICY if path == "/docs" else CLOSED_POLICY
    caching = f"public, max-age={YEAR}, immutable" if LASTING.match(path) else "no-store"

    async def guarded(event: Message) -> None:
        if event["type"] == "http.response.start":
            found = {name.lower() for name, _ in event.get("headers", [])}
            lasting = caching if event["status"] < 400 else "no-store"
            wanted: Iterable[tuple[bytes, bytes]] = (
                *SECURITY,
                (b"content-security-policy", policy.encode()),
                (b"cache-control", lasting.encode()),
            )
            added = [head for head in wanted if head[0] not in found]
            event = {**event, "headers": [*event.get("headers", []), *added]}
        await send(event)

    return guarded


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
