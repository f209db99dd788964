"""What each endpoint serves, counted by the minute in memory, for its team and for operators.

Law: nothing here is on a reply's way: noting a request is a few sums when it has ended.

A minute that was not taken when the process dies is lost. Times and sizes are those that the endpoint's own
server has seen as well; nothing of them reaches a citizen.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from arena.contest.roster import ContestantId
from arena.contest.serving import FIRSTS
from arena.errors import BackendError, Fault

MINUTE = 60
MOST_PLACES = 20_000
"""Beyond so many, nothing more is counted until somebody takes what there is."""


class Place(NamedTuple):
    """An endpoint of a contestant, in the minute that starts at `start` (seconds since 1970)."""

    contestant: ContestantId
    endpoint: str
    start: int


@dataclass(slots=True)
class Served:
    """What was served: requests that have ended, and of these the whole ones and those given up by us.

    `pieces` came in `seconds`, from the first piece to the end; a piece of vLLM's is about one token.
    """

    requests: int = 0
    whole: int = 0
    given_up: int = 0
    pieces: int = 0
    seconds: float = 0.0
    firsts: list[int] = field(default_factory=lambda: [0] * (len(FIRSTS) + 1))
    faults: dict[Fault, int] = field(default_factory=dict)


@dataclass(slots=True)
class Heard:
    """One request under way: when it was sent, when its first piece came, and how many came."""

    sent: float
    first: float | None = None
    pieces: int = 0


Taken = dict[Place, Served]


class Meter:
    """Counts what endpoints serve until it is taken; belongs to the event loop."""

    def __init__(
        self, clock: Callable[[], float] = time.time, running: Callable[[], float] = time.monotonic
    ) -> None:
        """Put requests under the minute of `clock` in which they end, and measure them with `running`."""
        self._clock = clock
        self._running = running
        self._kept: Taken = {}

    @contextmanager
    def measured(self, contestant: ContestantId, endpoint: str) -> Iterator[Heard]:
        """Measure the request that the block makes, and count how it ends."""
        heard = Heard(self._running())
        try:
            yield heard
        except BackendError as error:
            served = self._ended(contestant, endpoint, heard)
            served.faults[error.fault] = served.faults.get(error.fault, 0) + 1
            raise
        except BaseException:
            self._ended(contestant, endpoint, heard).given_up += 1
            raise
        else:
            self._ended(contestant, endpoint, heard).whole += 1

    def hear(self, heard: Heard, pieces: int) -> None:
        """Note how many pieces of a request have come so far."""
        if heard.first is None and pieces:
            heard.first = self._running()
        heard.pieces = pieces

    def take(self) -> Taken:
        """Hand over what was counted, and begin anew."""
        taken, self._kept = self._kept, {}
        return taken

    def _ended(self, contestant: ContestantId, endpoint: str, heard: Heard) -> Served:
        place = Place(contestant, endpoint, int(self._clock()) // MINUTE * MINUTE)
        served = Served() if len(self._kept) >= MOST_PLACES else self._kept.setdefault(place, Served())
        served.requests += 1
        if heard.first is not None:
            served.firsts[bisect_left(FIRSTS, heard.first - heard.sent)] += 1
            served.seconds += self._running() - heard.first
            served.pieces += heard.pieces
        return served
