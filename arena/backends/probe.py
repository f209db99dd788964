"""Asking every endpoint of a contestant whether it serves, before citizens do."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from arena.backends.vllm import VllmBackend
from arena.contest.battle import Turn, content
from arena.contest.picture import Picture, PictureId
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError

QUESTION = "안녕하세요? 한 문장으로 인사해 주세요."
DECODING = Decoding(temperature=Decimal(0), top_p=Decimal(1), max_tokens=512)
"""Long enough for a model that reasons before it greets."""

ABOUT_PICTURE = "이 그림에 보이는 색을 한 단어로 말해 주세요."
PICTURE_SHOWN = (
    "data:image/jpeg;base64,"
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1R"
    "V19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
    "Y2NjY2NjY2NjY2NjY2P/wAARCABAAEADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAA"
    "AAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAQG/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AoAAAAAAA"
    "AAAJUAga0ABVQF7JAAJUAga0ABVQF7JAAAAAAAAP/9k="
)
"""64 × 64 pixels, as those of citizens are sent: a red square on white."""
PICTURE = Picture(PictureId("probe"), "", 64, 64)


class Check(StrEnum):
    """What is asked of an endpoint."""

    HEALTH = "health"
    MODELS = "models"
    REPLY = "reply"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Probe:
    """One check of one endpoint: how long it took (milliseconds), and what is wrong, if anything."""

    endpoint: str
    check: Check
    latency_ms: float
    problem: str | None


async def probe(backend: VllmBackend, contestant: Contestant) -> list[Probe]:
    """Run all checks of all endpoints at once; the order is that of `endpoints` and of `Check`.

    Only those that take pictures are asked about one.
    """
    checks = [check for check in Check if contestant.images or check is not Check.PICTURE]
    runs = [
        _timed(backend, contestant, endpoint, check) for endpoint in contestant.endpoints for check in checks
    ]
    return list(await asyncio.gather(*runs))


async def _timed(backend: VllmBackend, contestant: Contestant, endpoint: str, check: Check) -> Probe:
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        problem = await CHECKS[check](backend, endpoint, contestant)
    except BackendError as error:
        problem = str(error)
    return Probe(endpoint, check, (loop.time() - start) * 1000, problem)


async def _health(backend: VllmBackend, endpoint: str, contestant: Contestant) -> str | None:
    await backend.healthy(endpoint, contestant)
    return None


async def _models(backend: VllmBackend, endpoint: str, contestant: Contestant) -> str | None:
    served = await backend.served(endpoint, contestant)
    if contestant.served_model in served:
        return None
    return f"{contestant.served_model!r} is not served there; served are: {', '.join(served) or 'none'}"


async def _reply(backend: VllmBackend, endpoint: str, contestant: Contestant) -> str | None:
    await _ask(backend, endpoint, contestant, Turn(QUESTION))
    return None


async def _picture(backend: VllmBackend, endpoint: str, contestant: Contestant) -> str | None:
    await _ask(backend, endpoint, contestant, Turn(ABOUT_PICTURE, pictures=(PICTURE,)))
    return None


async def _ask(backend: VllmBackend, endpoint: str, contestant: Contestant, turn: Turn) -> None:
    """Ask as in a battle; what is wrong is raised."""
    messages = [{"role": "user", "content": content(turn, {PICTURE.id: PICTURE_SHOWN})}]
    async with aclosing(backend.ask(endpoint, contestant, messages, DECODING)) as deltas:
        async for _ in deltas:
            pass


CHECKS: dict[Check, Callable[[VllmBackend, str, Contestant], Awaitable[str | None]]] = {
    Check.HEALTH: _health,
    Check.MODELS: _models,
    Check.REPLY: _reply,
    Check.PICTURE: _picture,
}
