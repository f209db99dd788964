"""Looking after endpoints while the arena serves: are they well, and how much have they to do?

Law: what a server says of its load is read as a hint from a stranger; whatever it says, nothing breaks.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from arena.backends.pool import Pool
from arena.contest.roster import Contestant, Roster
from arena.errors import BackendError, Fault

EVERY = 5.0
"""Seconds from one look to the next."""

PATIENCE = 5.0
"""Seconds that an answer may take."""

MOST_REQUESTS = 1_000_000
"""A server that claims to have more is not believed."""

GAUGE = re.compile(
    r"^vllm:num_requests_(?:running|waiting)(?:\{[^\n]{0,1000}\})? (\d{1,9}(?:\.\d{1,9})?(?:e\+\d\d?)?)$",
    re.ASCII | re.MULTILINE,
)
WAITING = re.compile(GAUGE.pattern.replace("(?:running|waiting)", "waiting"), re.ASCII | re.MULTILINE)


class Inquirer(Protocol):
    """Whatever can ask an endpoint how it is."""

    async def healthy(self, endpoint: str, contestant: Contestant) -> None:
        """Ask `/health`."""
        ...

    async def metrics(self, endpoint: str, contestant: Contestant) -> str:
        """Ask `/metrics`."""
        ...


def requests_in(metrics: str) -> int | None:
    """Count the requests that vLLM says it runs and holds waiting; None where it does not say."""
    found = [float(value) for value in GAUGE.findall(metrics)]
    return int(min(sum(found), MOST_REQUESTS)) if found else None


def waiting_in(metrics: str) -> int | None:
    """Count those of them that wait; None where it does not say."""
    found = [float(value) for value in WAITING.findall(metrics)]
    return int(min(sum(found), MOST_REQUESTS)) if found else None


class Lookout:
    """Asks all endpoints of a roster how they are, and tells the pool.

    Before that `drained` is asked which endpoints the operator has taken out.
    """

    def __init__(
        self,
        inquirer: Inquirer,
        pool: Pool,
        roster: Roster,
        drained: Callable[[], frozenset[str]] = frozenset,
        *,
        every: float = EVERY,
        patience: float = PATIENCE,
    ) -> None:
        self._inquirer = inquirer
        self._pool = pool
        self._asked = {at: contestant for contestant in roster.contestants for at in contestant.endpoints}
        self._drained = drained
        self._every = every
        self._patience = patience

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Ask again and again."""
        going = asyncio.create_task(self._go())
        try:
            yield
        finally:
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going

    async def once(self) -> None:
        """Ask every endpoint once, all at the same time."""
        self._pool.drain(await asyncio.to_thread(self._drained))
        await asyncio.gather(*(self._look(at, contestant) for at, contestant in self._asked.items()))

    async def _go(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(self._every)

    async def _look(self, endpoint: str, contestant: Contestant) -> None:
        fault = await self._fault(endpoint, contestant)
        metrics = None if fault else await self._metrics(endpoint, contestant)
        if metrics is None:
            self._pool.note_probe(endpoint, fault, None)
        else:
            self._pool.note_probe(endpoint, fault, requests_in(metrics), waiting_in(metrics))

    async def _fault(self, endpoint: str, contestant: Contestant) -> Fault | None:
        try:
            async with asyncio.timeout(self._patience):
                await self._inquirer.healthy(endpoint, contestant)
        except TimeoutError:
            return Fault.STALLED
        except BackendError as error:
            return error.fault
        return None

    async def _metrics(self, endpoint: str, contestant: Contestant) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                return await self._inquirer.metrics(endpoint, contestant)
        except (TimeoutError, BackendError):
            return None
