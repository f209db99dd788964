"""The endpoints of a contestant share its load.

Law: an endpoint that fails is passed over only before the first delta has been given. After that its
fault is the contestant's fault: two half replies would be neither's.
"""

import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Protocol

from arena.backends.backend import Message
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault

OWN_FAULTS = frozenset({Fault.EMPTY, Fault.ENDLESS})
"""Faults of the model rather than of its server: another endpoint would be a second chance."""


class Asker(Protocol):
    """Whatever can ask one endpoint for a reply."""

    def ask(
        self, endpoint: str, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream one whole reply; see `Backend.reply`."""
        ...


@dataclass(slots=True)
class _Load:
    """What is known of one endpoint: requests under way, its last turn, and how long it rests."""

    in_flight: int = 0
    last_turn: int = 0
    rests_until: float = float("-inf")


class Pool:
    """A `Backend` that spreads the replies of each contestant over its endpoints.

    The endpoint with the fewest replies under way is asked, among equals the one not asked for longest.
    One that failed rests for `rest` seconds: it is asked only after those that do not.
    """

    def __init__(
        self, asker: Asker, *, rest: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._asker = asker
        self._rest = rest
        self._clock = clock
        self._loads: dict[str, _Load] = {}
        self._turns = 0

    async def reply(
        self, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream one whole reply; closing the generator aborts the request upstream.

        Raises:
            BackendError: no endpoint gave a whole reply; the fault is that of the last one asked.
        """
        untried = list(contestant.endpoints)
        while True:
            endpoint = min(untried, key=self._order)
            untried.remove(endpoint)
            given = False
            try:
                with self._counted(endpoint):
                    async with aclosing(self._asker.ask(endpoint, contestant, messages, decoding)) as deltas:
                        async for delta in deltas:
                            given = True
                            yield delta
            except BackendError as error:
                if given or not untried or error.fault in OWN_FAULTS:
                    raise
            else:
                return

    def _order(self, endpoint: str) -> tuple[bool, int, int]:
        load = self._loads.setdefault(endpoint, _Load())
        return load.rests_until > self._clock(), load.in_flight, load.last_turn

    @contextmanager
    def _counted(self, endpoint: str) -> Iterator[None]:
        """Count a reply under way, and let the endpoint rest if it fails."""
        load = self._loads[endpoint]
        self._turns += 1
        load.last_turn = self._turns
        load.in_flight += 1
        try:
            yield
        except BackendError as error:
            if error.fault not in OWN_FAULTS:
                load.rests_until = self._clock() + self._rest
            raise
        finally:
            load.in_flight -= 1
