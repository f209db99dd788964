"""The guard at the door: whose request it is, in which language, and how large it may be."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi.telemetry import TelemetryConfig
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena.contest.battle import VoterId
from arena.contest.picture import MOST_BYTES
from arena.errors import BadRequest, TooBusy
from arena.web.refusal import refusal

COOKIE = "arena_citizen"
LANGUAGE_COOKIE = "lang"
LANGUAGE_HEADER = "arena-language"
LANGUAGES = ("ko", "en")
WEIGHT = re.compile(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.ASCII | re.IGNORECASE)
YEAR = 365 * 24 * 3600
LARGEST_BODY = 512 * 1024
"""Bytes; the longest prompt that rules can allow is 100,000 characters of at most 4 bytes."""

SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""For each application: whatever a host's environment says, nothing of a request is sent elsewhere."""

PICTURES = "/api/pictures"
MOST_PICTURES_COMING = 8
"""Pictures that are being sent or decoded at once, each of some 10 MB."""

MOST_OF_ONE = 2
"""Of these, those of one citizen."""

SLOWEST_PICTURE = 60.0
"""Seconds in which a picture must have come."""

SLOW_START = 5.0
"""Seconds that a picture may take to begin to come."""

LEAST_RATE = 16 * 1024
"""Bytes a second, on the average since its beginning, at which a picture must come after that."""


def token(cookies: Mapping[str, str]) -> str | None:
    """Give the token that a browser holds; whether it is valid, the service knows."""
    return cookies.get(COOKIE)


def language(cookies: Mapping[str, str], accepted: str) -> str:
    """Choose the language: by cookie, else by the Accept-Language header, else Korean."""
    chosen = cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return max(LANGUAGES, key=lambda known: _weight(known, accepted))


def language_of(request: Request) -> str:
    """Choose the language of a request: the one that the page it comes from is in, where it says so."""
    spoken = request.headers.get(LANGUAGE_HEADER)
    if spoken in LANGUAGES:
        return spoken
    return language(request.cookies, request.headers.get("accept-language", ""))


def hand_over(response: Response, citizen_token: str, *, https: bool) -> None:
    """Give a browser its citizen's token: no script can read it, no other site can send it."""
    response.set_cookie(
        COOKIE, citizen_token, max_age=YEAR, httponly=True, samesite="lax", secure=https, path="/"
    )


async def picture(request: Request, within: float = SLOWEST_PICTURE, patience: float = SLOW_START) -> bytes:
    """Read a picture that is sent as it is, without any form around it.

    It must have come `within` so many seconds, and after the first of them, `patience`, at `LEAST_RATE`.

    Raises:
        TooBusy: it comes too slowly.
        BadRequest: it does not come whole.
    """
    start, come = asyncio.get_running_loop().time(), bytearray()
    try:
        async with asyncio.timeout(min(patience, within)) as limit:
            async for piece in request.stream():
                come += piece
                limit.reschedule(start + min(max(patience, len(come) / LEAST_RATE), within))
    except TimeoutError as error:
        raise TooBusy(f"{len(come)} bytes of a picture have come, too slowly") from error
    except ClientDisconnect as error:
        raise BadRequest("cut off") from error
    return bytes(come)


class Coming:
    """Pictures on their way by citizen; the event loop's alone."""

    def __init__(self) -> None:
        """Begin with none."""
        self._places: Counter[VoterId] = Counter()

    @contextmanager
    def place(self, voter: VoterId) -> Iterator[None]:
        """Hold a place for a picture of a citizen.

        Raises:
            TooBusy: she has as many as one may.
        """
        if self._places[voter] >= MOST_OF_ONE:
            raise TooBusy(f"{MOST_OF_ONE} pictures of one citizen are coming")
        self._places[voter] += 1
        try:
            yield
        finally:
            self._places -= Counter([voter])


def _weight(known: str, accepted: str) -> float:
    """Give the weight of a language in an Accept-Language header (RFC 9110 §12.5.4), 0 for none.

    `*` stands for the languages that the header does not name; a malformed weight is 0.
    """
    weights: dict[str, float] = {}
    for item in accepted[:1_000].split(","):
        tag, _, parameter = item.partition(";")
        main = tag.strip().partition("-")[0].lower()
        weights[main] = max(weights.get(main, 0.0), _quality(parameter))
    return weights.get(known, weights.get("*", 0.0))


def _quality(parameter: str) -> float:
    if not parameter.strip():
        return 1.0
    weight = WEIGHT.fullmatch(parameter)
    return float(weight[1]) if weight else 0.0


class BodyLimit:
    """Refuses bodies over `LARGEST_BODY` before anything reads them whole; pictures may be larger."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app
        self._pictures = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413; 503 where as many pictures come in as memory is set aside for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] != PICTURES or scope["method"] != "POST":
            await self._pass(scope, receive, send, LARGEST_BODY, "too_large")
        elif self._pictures >= MOST_PICTURES_COMING:
            await refusal("too_busy", 503, language_of(Request(scope)))(scope, receive, send)
        else:
            self._pictures += 1
            try:
                await self._pass(scope, receive, send, MOST_BYTES, "picture_too_large")
            finally:
                self._pictures -= 1

    async def _pass(self, scope: Scope, receive: Receive, send: Send, largest: int, code: str) -> None:
        body = _Body(receive, largest, hangs_up=scope["path"] == PICTURES)
        if _acceptable(dict(scope["headers"]).get(b"content-length", b"0"), largest):
            await self._app(scope, body.receive, body.unless_too_large(send))
        else:
            body.too_large = True
        if body.too_large and not body.answered:
            await refusal(code, 413, language_of(Request(scope)))(scope, receive, send)


def _acceptable(declared: bytes, largest: int) -> bool:
    return declared.isdigit() and len(declared) < 20 and int(declared) <= largest


class _Body:
    """A body that may be declared smaller than it is, or not at all: it is counted as it comes.

    Where it is answered before it has come whole, and `hangs_up`, no more of it is taken.
    """

    def __init__(self, receive: Receive, largest: int, *, hangs_up: bool) -> None:
        self._receive = receive
        self._largest = largest
        self._hangs_up = hangs_up
        self._seen = 0
        self._whole = False
        self.too_large = False
        self.answered = False

    async def receive(self) -> Message:
        """Cut the body off where it becomes too large."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        self.too_large = self.too_large or self._seen > self._largest
        return {"type": "http.disconnect"} if self.too_large else message

    def unless_too_large(self, send: Send) -> Send:
        """Hold back what the application makes of a body that was cut off."""

        async def sending(message: Message) -> None:
            if self.answered or not self.too_large:
                self.answered = True
                await send(self._last(message))

        return sending

    def _last(self, message: Message) -> Message:
        if message["type"] != "http.response.start" or self._whole or not self._hangs_up:
            return message
        return {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
