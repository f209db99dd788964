"""A circuit breaker: whether an endpoint may be asked. Pure.

Rule 1: every change of state is a row of `TRANSITIONS`.
Rule 2: what is not closed lets one trial at a time through, and only that trial's result counts.
Rule 3: a fault that the prompt or the load may have caused says that the server lives.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from arena.errors import Fault

LIVES = frozenset({Fault.REFUSED, Fault.BUSY, Fault.EMPTY, Fault.ENDLESS})
"""Faults with which a server has answered: a citizen must not be able to shut an endpoint by her prompt."""

NOBODY = frozenset({Fault.UNREACHABLE, Fault.CUT, Fault.STALLED})
"""Faults of a probe that nobody has answered."""

MOST_FAILURES = 3
"""So many in a row open a breaker."""

REST = 10.0
"""Seconds before the next trial."""


class State(StrEnum):
    """What may be asked of an endpoint: anything, nothing, one trial, nothing while a trial is under way."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    TRYING = "trying"


class Event(StrEnum):
    """What can happen to an endpoint."""

    TRIPPED = "tripped"
    RESTED = "rested"
    TRIED = "tried"
    ANSWERED = "answered"
    LEFT = "left"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.CLOSED, Event.TRIPPED): State.OPEN,
    (State.OPEN, Event.TRIPPED): State.OPEN,
    (State.OPEN, Event.RESTED): State.HALF_OPEN,
    (State.HALF_OPEN, Event.TRIPPED): State.OPEN,
    (State.HALF_OPEN, Event.TRIED): State.TRYING,
    (State.TRYING, Event.TRIPPED): State.OPEN,
    (State.TRYING, Event.ANSWERED): State.CLOSED,
    (State.TRYING, Event.LEFT): State.HALF_OPEN,
}
ADMITTING = frozenset({State.CLOSED, State.HALF_OPEN})


@dataclass(frozen=True, slots=True)
class Breaker:
    """The breaker of one endpoint: `failures` in a row, the last `fault`, open until `until` (seconds).

    It is `ill` from a failed probe to one that is well, which ends the rest before its time.
    """

    state: State = State.CLOSED
    failures: int = 0
    fault: Fault = Fault.UNREACHABLE
    until: float = float("-inf")
    ill: bool = False

    @property
    def admits(self) -> bool:
        """Tell whether a request may go there."""
        return self.state in ADMITTING

    def at(self, now: float) -> "Breaker":
        """Give the breaker at a moment: one that has rested long enough lets a trial through."""
        return self._after(Event.RESTED) if self.state is State.OPEN and now >= self.until else self

    def asked(self) -> "Breaker":
        """Note a request; it is the trial where one was awaited."""
        return self._after(Event.TRIED) if self.state is State.HALF_OPEN else self

    def begun(self, *, trial: bool) -> "Breaker":
        """Note the first piece of a reply: a trial closes the breaker; one more failure opens it again."""
        return replace(self._after(Event.ANSWERED), failures=MOST_FAILURES - 1) if trial else self

    def whole(self) -> "Breaker":
        """Note a reply that is whole."""
        return replace(self, failures=0) if self.state is State.CLOSED else self

    def left(self, *, trial: bool) -> "Breaker":
        """Note a request that was given up here: nothing is known of what it would have come to."""
        return self._after(Event.LEFT) if trial and self.state is State.TRYING else self

    def failed(self, fault: Fault, now: float, *, trial: bool) -> "Breaker":
        """Note a reply that is not whole."""
        if trial and self.state is State.TRYING:
            return self.begun(trial=True) if fault in LIVES else self._opened(fault, now)
        if self.state is not State.CLOSED or fault in LIVES:
            return self
        if self.failures + 1 < MOST_FAILURES:
            return replace(self, failures=self.failures + 1)
        return self._opened(fault, now)

    def probed(self, fault: Fault | None, now: float) -> "Breaker":
        """Note what came of a probe; a slow answer counts as one failure, a refusal as no answer at all.

        Of a server that says it is not well, a trial has the last word: its health page may be a proxy's.
        """
        if fault is Fault.STALLED and self.state is State.CLOSED:
            return self.failed(fault, now, trial=False)
        if fault is None:
            return replace(self, until=now if self.ill else self.until, ill=False).at(now)
        told = self.ill and fault not in NOBODY
        if told or fault is Fault.REFUSED or self.state is State.TRYING:
            return self
        return replace(self._opened(fault, now), ill=True)

    def _opened(self, fault: Fault, now: float) -> "Breaker":
        return replace(self._after(Event.TRIPPED), failures=0, fault=fault, until=now + REST)

    def _after(self, event: Event) -> "Breaker":
        return replace(self, state=TRANSITIONS[self.state, event])
