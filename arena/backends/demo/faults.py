"""Faults on purpose: every way in which a team's server is known to fail."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from arena.backends.demo.events import DONE, KEEP_ALIVE, Voice, encoded, error

HUGE = 3 << 20
"""Bytes of a line that no reader should accept."""


class DemoFault(StrEnum):
    """What a demo contestant can be told to do."""

    REFUSE = "refuse"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMIT = "rate_limit"
    ERROR_500 = "error_500"
    HTML = "html"
    REDIRECT = "redirect"
    BUSY = "busy"
    STALL = "stall"
    STALL_FIRST = "stall_first"
    KEEPALIVE_ONLY = "keepalive_only"
    CUT = "cut"
    END_EARLY = "end_early"
    ERROR_THEN_DONE = "error_then_done"
    GARBAGE = "garbage"
    HALF_SYLLABLE = "half_syllable"
    HUGE_LINE = "huge_line"
    ENDLESS = "endless"
    EMPTY = "empty"
    REASON_ONLY = "reason_only"
    CRUMBS = "crumbs"
    LEAK = "leak"


@dataclass(frozen=True, slots=True)
class Plan:
    """A fault, after how many pieces of text it comes, and for how many requests (0: until cleared).

    `way` names the ways of `leaks` in which a contestant tells its name, parted by `|`.
    """

    fault: DemoFault
    after: int = 0
    times: int = 0
    way: str = ""

    def used(self) -> "Plan | None":
        """Give the plan for the next request."""
        if self.times == 1:
            return None
        return replace(self, times=max(self.times - 1, 0))


class ConnectionCut(Exception):
    """The connection is to be dropped in the middle of the reply."""


ANSWERS: dict[DemoFault, Callable[[], Response]] = {
    DemoFault.REFUSE: lambda: JSONResponse(error("Forbidden", "Forbidden", 403), 403),
    DemoFault.UNAUTHORIZED: lambda: JSONResponse({"error": "Unauthorized"}, 401),
    DemoFault.RATE_LIMIT: lambda: JSONResponse(error("Too many requests", "RateLimitError", 429), 429),
    DemoFault.ERROR_500: lambda: JSONResponse(error("EngineCore", "InternalServerError", 500), 500),
    DemoFault.HTML: lambda: HTMLResponse("<!doctype html><title>A page of a proxy</title>"),
    DemoFault.REDIRECT: lambda: RedirectResponse("/elsewhere", 307),
}
"""Faults that answer instead of streaming."""


async def _forever(voice: Voice) -> AsyncGenerator[bytes, None]:
    while True:
        yield voice.content("끝없이 이어지는 말입니다. " * 60)
        await asyncio.sleep(0)


async def _nothing(_: Voice) -> AsyncGenerator[bytes, None]:
    await asyncio.Event().wait()
    yield b""


async def _keep_alive(_: Voice) -> AsyncGenerator[bytes, None]:
    while True:
        yield KEEP_ALIVE
        await asyncio.sleep(0.02)


async def _cut(_: Voice) -> AsyncGenerator[bytes, None]:
    yield KEEP_ALIVE
    raise ConnectionCut


def _saying(*said: Callable[[Voice], bytes]) -> Callable[[Voice], AsyncGenerator[bytes, None]]:
    async def ending(voice: Voice) -> AsyncGenerator[bytes, None]:
        for say in said:
            yield say(voice)

    return ending


def _engine_died(voice: Voice) -> bytes:
    return encoded(error(f"EngineCore of {voice.persona.name} died.", "InternalServerError", 500))


def _engine_busy(voice: Voice) -> bytes:
    return encoded(error(f"The engine of {voice.persona.id} is busy.", "Service Unavailable", 503))


def _reasoning(voice: Voice) -> bytes:
    return voice.content("<think>생각만 하고 답은 하지 않습니다.</think>\n\n")


def _half(voice: Voice) -> bytes:
    return voice.content("한").replace("한".encode(), "한".encode()[:2])


def _done(_: Voice) -> bytes:
    return DONE


def _stop(voice: Voice) -> bytes:
    return voice.finish("stop")


ENDINGS: dict[DemoFault, Callable[[Voice], AsyncGenerator[bytes, None]]] = {
    DemoFault.BUSY: _saying(_engine_busy, _done),
    DemoFault.STALL: _nothing,
    DemoFault.STALL_FIRST: _nothing,
    DemoFault.KEEPALIVE_ONLY: _keep_alive,
    DemoFault.CUT: _cut,
    DemoFault.END_EARLY: _saying(_done),
    DemoFault.ERROR_THEN_DONE: _saying(_engine_died, _done),
    DemoFault.GARBAGE: _saying(lambda _: b'data: {"choices": [\n\n', _done),
    DemoFault.HALF_SYLLABLE: _saying(_half, _stop, _done),
    DemoFault.HUGE_LINE: _saying(lambda voice: voice.content("ㅋ" * (HUGE // 3)), _stop, _done),
    DemoFault.ENDLESS: _forever,
    DemoFault.EMPTY: _saying(_stop, _done),
    DemoFault.REASON_ONLY: _saying(_reasoning, _stop, _done),
}
"""Faults that come in the stream, after the pieces of text that the plan allows."""

WITHOUT_ROLE = frozenset({DemoFault.STALL_FIRST, DemoFault.KEEPALIVE_ONLY, DemoFault.BUSY})
"""Faults that come before the engine has given its first result."""
