"""The last faults of the teams' servers, as they come, and how many there were of each kind; in memory only.

What a server said is a stranger's text: cut short here, shown as text wherever it is shown.
"""

import threading
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from arena.contest.roster import Contestant, ContestantId
from arena.errors import BackendError, Fault
from arena.service.pen import Clock

MOST = 200
"""So many are kept; counts go on from the start of the process."""

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Faulted:
    """One request that failed, at an endpoint as the pool names it."""

    at: datetime
    contestant: ContestantId
    endpoint: str
    fault: Fault
    detail: str


class FaultStream:
    """What has failed since the process began."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: deque[Faulted] = deque(maxlen=MOST)
        self._counts: Counter[tuple[ContestantId, str, Fault]] = Counter()
        self._lock = threading.Lock()

    def hear(self, contestant: Contestant, endpoint: str, error: BackendError) -> None:
        """Take in a request that failed."""
        one = Faulted(self._clock(), contestant.id, endpoint, error.fault, str(error)[:LONGEST])
        with self._lock:
            self._last.appendleft(one)
            self._counts[contestant.id, endpoint, error.fault] += 1

    def last(self) -> tuple[Faulted, ...]:
        """Give what failed, the last first."""
        with self._lock:
            return tuple(self._last)

    def counts(self) -> dict[tuple[ContestantId, str, Fault], int]:
        """Count what failed since the process began, by contestant, endpoint and fault."""
        with self._lock:
            return dict(self._counts)
