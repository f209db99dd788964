"""Canaries beside the serving: replies are kept once, at the opening, and looked at every few hours."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta

from arena.contest.canary import LEAST_LEVEL, Alarm, Keeping
from arena.errors import ArenaError
from arena.service.beside import beside
from arena.service.canaries import Canaries
from arena.service.pen import Clock

log = logging.getLogger(__name__)

ALPHA = 0.01
"""Chance of any false alarm in the whole round."""


Record = Callable[[Sequence[Alarm], Keeping | None], int]
"""Puts alarms and what was kept on the ledger, and counts the alarms that were not there."""


class CanaryJob:
    """Keeps and looks, and says in the log and on the ledger what it finds."""

    def __init__(
        self, canaries: Canaries, record: Record, every: timedelta, until: datetime, clock: Clock
    ) -> None:
        """Look `every` so often `until` the round closes, and `record` alarms; never where it is nothing."""
        self._clock = clock
        self._canaries = canaries
        self._record = record
        self._every = every
        self._until = until

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Work in the background."""
        async with beside(self.work()):
            yield

    async def work(self) -> None:
        """Keep, then look again and again; it ends when the round closes, or at once where it never looks."""
        if self._is_on():
            await self.keep()
            await self.record()  # what a server that was stopped could not put there any more
        while self._is_on():
            # First the pause: a restart looks no sooner, as each look uses a part of ALPHA.
            await asyncio.sleep(self._every.total_seconds())
            if self._is_on():
                await self.look()

    def _is_on(self) -> bool:
        return bool(self._every) and self._clock() <= self._until

    async def keep(self) -> None:
        """Keep replies where none are kept yet."""
        with _told():
            if not self._canaries.are_kept():
                await self._canaries.keep(self._looks(), ALPHA, _unwatched)

    async def look(self) -> None:
        """Look once; what differs is told in the log and put on the ledger."""
        await self.keep()
        with _told():
            await self._canaries.look(_unwatched)
        await self.record()

    async def record(self) -> None:
        """Put on the ledger what was kept, and the alarms, that are not there yet."""
        with _told():
            await asyncio.to_thread(lambda: self._record(self._canaries.alarms(), self._canaries.keeping()))

    def _looks(self) -> int:
        """Plan a look for each time until the close, as far as there can be so many."""
        times = (self._until - self._clock()) // self._every + 1
        return max(1, min(times, int(ALPHA / (LEAST_LEVEL * self._canaries.endpoints))))


@contextmanager
def _told() -> Iterator[None]:
    """Let the operator read in the log what went wrong; the arena serves on."""
    try:
        yield
    except ArenaError as error:
        log.warning("canary: %s", error)


def _unwatched() -> None:
    """Hear of a reply that nobody waits for."""
