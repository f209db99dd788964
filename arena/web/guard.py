"""The guard at the door: whose request it is, in which language, and how large it may be."""

import asyncio
import re
from collections.abc import Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

PICTURES = "/api/pictures"
MOST_PICTURES_COMING = 8
"""Pictures that are being sent or decoded at once, each of some 10 MB."""

SLOWEST_PICTURE = 60.0
"""Seconds in which a picture must have come."""


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


async def picture(request: Request, within: float = SLOWEST_PICTURE) -> bytes:
    """Read a picture that is sent as it is, without any form around it.

    Raises:
        TooBusy: it comes too slowly.
        BadRequest: it does not come whole.
    """
    try:
        async with asyncio.timeout(within):
            return await request.body()
    except TimeoutError as error:
        raise TooBusy(f"no whole picture within {within:g} s") from error
    except ClientDisconnect as error:
        raise BadRequest("cut off") from error


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
        body = _Body(receive, largest)
        if _acceptable(dict(scope["headers"]).get(b"content-length", b"0"), largest):
            await self._app(scope, body.receive, body.unless_too_large(send))
        else:
            body.too_large = True
        if body.too_large and not body.answered:
            await refusal(code, 413, language_of(Request(scope)))(scope, receive, send)


def _acceptable(declared: bytes, largest: int) -> bool:
    return declared.isdigit() and len(declared) < 20 and int(declared) <= largest


class _Body:
    """A body that may be declared smaller than it is, or not at all: it is counted as it comes."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._largest = largest
        self._seen = 0
        self.too_large = False
        self.answered = False

    async def receive(self) -> Message:
        """Cut the body off where it becomes too large."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        self.too_large = self.too_large or self._seen > self._largest
        return {"type": "http.disconnect"} if self.too_large else message

    def unless_too_large(self, send: Send) -> Send:
        """Hold back what the application makes of a body that was cut off."""

        async def sending(message: Message) -> None:
            if self.answered or not self.too_large:
                self.answered = True
                await send(message)

        return sending
