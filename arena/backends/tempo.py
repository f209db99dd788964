"""The tempo of a round: one pace for every new turn, that nearly all replies of all contestants keep up with.

Rule 1: a pace is set by the slowest contestant of the whole roster and never by who is asked.
Rule 2: there are few paces (`LADDER`), and the tempo moves from one to another at most once in `REVIEW`
        replies, so that its changes say nothing.
Rule 3: nobody waits without limit: no pace is slower than `BOUND`. A contestant that cannot keep up with
        it is seen by the pauses in its battles, and by nothing else.

Each whole reply is asked one question for each pace: had it come a quarter slower than it did, would it
have kept both sides waiting? A contestant keeps up with a pace when not more than one reply in 50 would
have. Until a contestant has given `ENOUGH` replies, it is taken to keep up with `START` and all that are
more patient. What is kept is a few counts for each contestant; old replies fade. A restart forgets them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from arena.backends.pace import Pace
from arena.contest.roster import ContestantId
from arena.contest.rules import Speed


@dataclass(frozen=True, slots=True)
class Rung:
    """One pace: `delay` seconds from the question to the first step, then `rate` characters a second."""

    delay: float
    rate: int

    def is_as_patient_as(self, other: "Rung") -> bool:
        """Tell whether whoever keeps up with the other keeps up with this."""
        return self.delay >= other.delay and self.rate <= other.rate


DELAYS = (0.6, 0.9, 1.2, 1.5, 2.1, 3.0, 4.8)
RATES = (80, 60, 40, 30, 20)
"""People read some 15 to 25 characters a second; 80 is more than three times that."""

TYPICAL, IMPATIENCE = 600, 3
"""The ladder is ordered by the wait for a reply of TYPICAL characters; each second with nothing to read
counts as IMPATIENCE."""

LADDER = tuple(
    sorted(
        (Rung(delay, rate) for delay in DELAYS for rate in RATES),
        key=lambda rung: IMPATIENCE * rung.delay + TYPICAL / rung.rate,
    )
)
START = Rung(2.1, 40)
BOUND = Rung(max(DELAYS), min(RATES))
"""At most 5 s to the first text, and no slower than people read."""

SLACK = 1.25
ENOUGH = 10
REVIEW = 50
MEMORY = 200
ONE_IN = 50

TICKS: Mapping[Speed, float] = {Speed.HIDDEN: 0.3, Speed.VISIBLE: 0.2}
SHORTEST = 0.02
PAUSE = 2.1
"""Seconds: of a tick, of the shortest tick when time runs faster, and of a pause.

Where speed is hidden a step holds 6 to 24 characters, which a page shows at once; smaller ones would cost
more and show nothing sooner. All delays and rates of the ladder are whole ticks and whole characters.
"""


@dataclass(slots=True)
class _Kept:
    """How many of a contestant's last replies kept up with each rung."""

    replies: int = 0
    kept: list[int] = field(default_factory=lambda: [0] * len(LADDER))

    def add(self, kept: Iterable[bool]) -> None:
        """Count one reply; when there are many, all before it count half."""
        if self.replies >= MEMORY:
            self.replies //= 2
            self.kept = [min(count // 2 + count % 2, self.replies) for count in self.kept]
        self.replies += 1
        self.kept = [count + one for count, one in zip(self.kept, kept, strict=True)]

    def keeps_up(self, place: int) -> bool:
        if self.replies < ENOUGH:
            return LADDER[place].is_as_patient_as(START)
        return (self.replies - self.kept[place]) * ONE_IN <= self.replies


class Tempo:
    """The pace that follows from a roster's replies; in a rehearsal time may run `speed` times as fast."""

    def __init__(
        self, contestants: Iterable[ContestantId], speed: float = 1.0, tick: float = TICKS[Speed.HIDDEN]
    ) -> None:
        self._paces = {rung: _scaled(rung, speed, tick) for rung in LADDER}
        self._records = {contestant: _Kept() for contestant in contestants}
        self.learned = 0
        self._rung = START

    @property
    def rung(self) -> Rung:
        """The rung of every turn that begins now, as if `speed` were 1."""
        return self._rung

    @property
    def pace(self) -> Pace:
        """The pace of every turn that begins now."""
        return self._paces[self._rung]

    def learn(self, contestant: ContestantId, heard: Sequence[int]) -> None:
        """Take in one whole reply: `heard[k]` characters had come by tick k, until it ended."""
        fastest = {wait: _fastest(heard, wait) for wait in {pace.wait for pace in self._paces.values()}}
        self._records[contestant].add(pace.step <= fastest[pace.wait] for pace in self._paces.values())
        self.learned += 1
        if self.learned % REVIEW == 0:
            self._rung = self._chosen()

    def _chosen(self) -> Rung:
        """Find the rung of least waiting that every contestant keeps up with."""
        for place, rung in enumerate(LADDER):
            if all(record.keeps_up(place) for record in self._records.values()):
                return rung
        return BOUND


def _scaled(rung: Rung, speed: float, tick: float) -> Pace:
    interval = min(tick, max(tick / speed, SHORTEST))
    return Pace(
        wait=round(rung.delay / speed / interval),
        step=max(1, round(rung.rate * speed * interval)),
        rest=max(1, round(PAUSE / speed / interval)),
        interval=interval,
    )


def _fastest(heard: Sequence[int], wait: int) -> float:
    """Give the characters a tick, begun on tick `wait`, that a reply keeps up with though it came slower.

    What was heard by tick k is all there is until tick k + 1; the last character may wait for its marks.
    """
    lasting = ((have, SLACK * (tick + 1) - wait) for tick, have in enumerate(heard))
    return min(((have - 1) / ticks for have, ticks in lasting if ticks > 0), default=inf)
