"""The line of citizens who wait while as many battles are answered as the arena allows. Pure.

Rule 1: a free slot is hers whose place is within the free slots, at the moment when she asks again.
Rule 2: nobody overtakes, but who asks on in a battle comes before who opens a new one.
Rule 3: a citizen has one place; it is lost when she has not asked again for `KEPT` seconds.
"""

import math
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from arena.contest.battle import VoterId
from arena.errors import TooBusy

KEPT = 12.0
"""Seconds for which a place is kept; she is told `ASK_AGAIN`, so that a slow network costs nobody hers."""

ASK_AGAIN = 10
SOON, LATE = 1, 8
"""Seconds after which to ask again: soon in front, later further back, where nothing is missed."""

FIRST_GUESS = 20.0
"""Seconds that an answer takes, before any has ended."""

REMEMBERED = 50
"""Answers out of which the next guess is made."""


class Line(IntEnum):
    """What a citizen waits for; the lower number comes first."""

    TURN = 0
    BATTLE = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line, from 1; `seconds` is a guess of the wait, `again` when best to ask again."""

    place: int
    seconds: int
    again: int


@dataclass(frozen=True, slots=True)
class _Waiter:
    """Who waits for what, by number of arrival, and when she last asked."""

    line: Line
    number: int
    asked_at: float


class Queue:
    """The line in front of `slots` slots; at most `limit` wait in it. Times are in seconds of any clock."""

    def __init__(self, slots: int, limit: int) -> None:
        self._slots = slots
        self._limit = limit
        self._waiters: dict[VoterId, _Waiter] = {}  # whoever has not asked for longest is first
        self._numbers: dict[Line, list[int]] = {line: [] for line in Line}
        self._arrivals = 0
        self._durations: deque[float] = deque(maxlen=REMEMBERED)

    def __len__(self) -> int:
        """Count those who wait or have only just gone."""
        return len(self._waiters)

    def holds(self, voter: VoterId, line: Line) -> bool:
        """Tell whether a citizen has a place there."""
        return voter in self._waiters and self._waiters[voter].line is line

    def ask(self, voter: VoterId, line: Line, free: int, now: float) -> Place | None:
        """Give her place in the line, or None when one of the `free` slots is hers; she must take it then.

        Raises:
            TooBusy: as many wait as may.
        """
        self._forget(now)
        known = self._waiters[voter] if self.holds(voter, line) else None
        self.leave(voter)
        number = known.number if known else self._arrivals
        ahead = self._ahead(line, number)
        if ahead < free:
            return None
        if known is None:
            self._check_room()
            self._arrivals += 1
        insort(self._numbers[line], number)
        self._waiters[voter] = _Waiter(line, number, now)
        return self._place(ahead - free + 1)

    def leave(self, voter: VoterId) -> None:
        """Give a place up, if there is one."""
        waiter = self._waiters.pop(voter, None)
        if waiter:
            numbers = self._numbers[waiter.line]
            del numbers[bisect_left(numbers, waiter.number)]

    def answered(self, seconds: float) -> None:
        """Note how long an answer held its slot."""
        self._durations.append(seconds)

    def _ahead(self, line: Line, number: int) -> int:
        before = sum(len(self._numbers[other]) for other in Line if other < line)
        return before + bisect_left(self._numbers[line], number)

    def _check_room(self) -> None:
        if len(self._waiters) >= self._limit:
            raise TooBusy(f"{self._limit} citizens wait already")

    def _place(self, place: int) -> Place:
        taken = sum(self._durations) / len(self._durations) if self._durations else FIRST_GUESS
        seconds = max(1, math.ceil(place * taken / self._slots))
        return Place(place, seconds, min(LATE, max(SOON, seconds // 4)))

    def _forget(self, now: float) -> None:
        """Let those go who have not asked again."""
        while self._waiters:
            voter, waiter = next(iter(self._waiters.items()))
            if now - waiter.asked_at <= KEPT:
                return
            self.leave(voter)
