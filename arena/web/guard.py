"""The guard at the door: whose request it is, in which language, and how large it may be."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena.web.refusal import refusal

COOKIE = "arena_citizen"
LANGUAGE_COOKIE = "lang"
LANGUAGES = ("ko", "en")
YEAR = 365 * 24 * 3600
LARGEST_BODY = 512 * 1024
"""Bytes; the longest prompt that rules can allow is 100,000 characters of at most 4 bytes."""


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
    """Choose the language of a request."""
    return language(request.cookies, request.headers.get("accept-language", ""))


def hand_over(response: Response, citizen_token: str, *, https: bool) -> None:
    """Give a browser its citizen's token: no script can read it, no other site can send it."""
    response.set_cookie(
        COOKIE, citizen_token, max_age=YEAR, httponly=True, samesite="lax", secure=https, path="/"
    )


def _weight(known: str, accepted: str) -> float:
    """Give the weight of a language in an Accept-Language header (RFC 9110 §12.5.4), 0 for none."""
    weights = [0.0]
    for item in accepted[:1_000].split(","):
        tag, _, quality = item.strip().partition(";q=")
        if tag.partition("-")[0].lower() == known:
            weights.append(_number(quality or "1"))
    return max(weights)


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


class BodyLimit:
    """Refuses bodies over `LARGEST_BODY` before anything reads them whole."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > LARGEST_BODY:
            await refusal("too_large", 413, language_of(Request(scope)))(scope, receive, send)
            return
        await self._app(scope, _counted(receive), send)


def _counted(receive: Receive) -> Receive:
    """Cut off a body without a declared length where it becomes too large."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return counting
