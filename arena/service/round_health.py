"""The health of a round: what staff may watch while the standings are sealed.

Counting follows the ledger in the background, a bounded piece at a time; looking reads counts.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Lock

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.contest.serving import Service
from arena.errors import StoreUnavailable
from arena.identity.staff import Staff
from arena.reporting.controls import controls
from arena.reporting.health import Measured, Progress, progress, recognised
from arena.service.beside import beside
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.store import exclusions, health, measures, serving, votes
from arena.store.session import Store

log = logging.getLogger(__name__)

MOST_ENTRIES = 20_000
"""Entries that are counted in one piece."""
COUNT_SECONDS = 5.0
MEASURE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Health:
    """How the round goes.

    `behind` is how many entries are not counted yet; `excluded` counts votes by rule, `removed` those on
    contestants that were removed. `served` is what endpoints did in the whole round; `measured` is None until
    it was measured for the first time.
    """

    progress: Progress
    behind: int
    excluded: Mapping[str, int]
    removed: int
    withdrawn: int
    served: Mapping[ContestantId, Service]
    measured: Measured | None


class RoundHealth:
    """The health of one round."""

    def __init__(self, store: Store, contest: Contest, clock: Clock) -> None:
        """Watch the round of `contest` in `store`."""
        self._store = store
        self._contest = contest
        self._round = contest.rules.round_id
        self._clock = clock
        self._counting = Lock()
        self._measured: tuple[int, Measured] | None = None

    def look(self, by: Staff) -> Health:
        """Give the health of the round as it is counted.

        Raises:
            NotPermitted: the role may not.
        """
        permit(by, Act.READ_HEALTH)
        with self._store.snapshot() as connection:
            entries = health.counted_to(connection, self._round)
            found = progress(
                self._contest.roster.ids,
                entries,
                health.tallies_of(connection, self._round),
                health.running(connection, self._round),
            )
            out = set(exclusions.removed(connection, self._round))
            return Health(
                progress=found,
                behind=health.last_entry(connection) - entries,
                excluded=measures.excluded_by_rule(connection, self._round),
                removed=sum(one.votes for one in found.exposure if out & {one.side_a, one.side_b}),
                withdrawn=measures.withdrawn(connection, self._round),
                served=serving.by_contestant(connection, self._round),
                measured=self._measured[1] if self._measured else None,
            )

    def count(self) -> bool:
        """Count the next piece of the ledger; tell whether more is waiting.

        Raises:
            StoreUnavailable: the database cannot be used; nothing was counted.
        """
        with self._counting:
            with self._store.snapshot() as connection:
                since, last = health.counted_to(connection, self._round), health.last_entry(connection)
                until = min(last, since + MOST_ENTRIES)
                if until <= since:
                    return False
                more = health.count_between(connection, self._round, since, until)
            with self._store.writing() as connection:
                health.add(connection, self._round, since, until, more)
        return until < last

    def measure(self) -> None:
        """Measure blindness and controls of the whole round, if it has grown since the last time.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        with self._store.snapshot() as connection:
            last = health.last_entry(connection)
            if self._measured and self._measured[0] == last:
                return
            roster = self._contest.roster
            said = measures.guess_patterns(connection, self._round, roster.references)
            found = Measured(
                at=self._clock().timestamp(),
                recognised=recognised(said, roster.rated, len(roster.ids)),
                controls=controls(votes.control_cells(connection, self._round, roster.references)),
            )
        self._measured = (last, found)

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Count and measure in the background."""
        async with beside(self._count(), self._measure()):
            yield

    async def _count(self) -> None:
        while True:
            try:
                while await asyncio.to_thread(self.count):
                    pass
            except StoreUnavailable as error:
                log.warning("the round's health is not counted: %s", error)
            await asyncio.sleep(COUNT_SECONDS)

    async def _measure(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.measure)
            except StoreUnavailable as error:
                log.warning("the round's blindness is not measured: %s", error)
            await asyncio.sleep(MEASURE_SECONDS)
