"""Keeping what endpoints serve: the minutes of the meter go into the store, beside the serving."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

from arena.backends.meter import Meter, Place, Served, Taken
from arena.contest.rules import RoundId
from arena.contest.serving import Service
from arena.errors import StoreUnavailable
from arena.service.beside import beside
from arena.service.pen import Clock
from arena.store import serving
from arena.store.serving import Noted
from arena.store.session import Store

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


class ServingJob:
    """Writes down what the endpoints of a round serve."""

    def __init__(self, store: Store, round_id: RoundId, meter: Meter, clock: Clock) -> None:
        """Keep in `store` what `meter` counts for a round."""
        self._store = store
        self._round = round_id
        self._meter = meter
        self._clock = clock

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Write every half minute, and once at the end; what a crash leaves in memory is lost."""
        try:
            async with beside(self._work()):
                yield
        finally:
            await self.write()

    async def write(self) -> None:
        """Write what was counted; where the database is away, that is lost and said."""
        taken = self._meter.take()
        try:
            await asyncio.to_thread(self._written, taken)
        except StoreUnavailable as error:
            log.warning("what endpoints served for half a minute is not kept: %s", error)

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.write()

    def _written(self, taken: Taken) -> None:
        if not taken:
            return
        with self._store.writing() as connection:
            serving.add(connection, self._round, noted(taken.items()))
            serving.forget_minutes(connection, self._clock().timestamp() - serving.KEPT_MINUTES)


def noted(taken: Iterable[tuple[Place, Served]]) -> list[Noted]:
    """Give what a meter counted as the store keeps it."""
    return [
        Noted(
            place.contestant,
            place.endpoint,
            place.start,
            Service(
                requests=one.requests,
                whole=one.whole,
                given_up=one.given_up,
                pieces=one.pieces,
                seconds=one.seconds,
                firsts=tuple(one.firsts),
                faults=dict(one.faults),
            ),
        )
        for place, one in taken
    ]
