"""Fakes that live the protocol: a scripted backend, a clock that is set, chance that can be repeated."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta

from arena.backends.backend import Message
from arena.backends.pace import Pace
from arena.backends.tempo import Tempo
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


class Chance:
    """Random bytes that are the same in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def __call__(self, count: int) -> bytes:
        return self._random.randbytes(count)


class Brisk(Tempo):
    """A tempo whose steps are short and follow each other at once, so that tests wait for nothing."""

    @property
    def pace(self) -> Pace:
        return Pace(wait=0, step=4, rest=1, interval=0.001)


class ScriptedBackend:
    """Answers each contestant by script: deltas, then nothing or a fault; `gate` holds replies back."""

    def __init__(self) -> None:
        self.scripts: dict[str, list[str | Fault]] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[tuple[str, list[Message]]] = []
        self.open = 0

    async def reply(
        self, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        self.asked.append((contestant.id, list(messages)))
        self.open += 1
        try:
            for item in self.scripts.get(contestant.id, [f"{contestant.id} 아닌 ", "답변"]):
                if isinstance(item, Fault):
                    raise BackendError(item, "scripted")
                yield item
                await self.gate.wait()
        finally:
            self.open -= 1
