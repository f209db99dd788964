"""Standings while votes come in, where the rules show them live: made once for everybody, and kept.

Where making them is quick they are those of the last vote. Of a million votes they take many seconds: then
what was made last is shown, and made anew every `EVERY` on a thread of its own while votes come.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import thread_time

from arena.errors import NoScore, StoreUnavailable
from arena.reporting.tally import Standings
from arena.service.pen import Clock
from arena.store.columns import Moment

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
QUICK = 0.25
"""Seconds of processor that making them may take while somebody waits."""


@dataclass(frozen=True, slots=True)
class _Made:
    """Standings (None: the votes make none) of what had come at a moment, and the seconds they took."""

    standings: Standings | None
    why_none: str
    moment: Moment
    made_at: datetime
    took: float


class LiveStandings:
    """The standings of one round."""

    def __init__(
        self, make: Callable[[], Standings], clock: Clock, stopwatch: Callable[[], float] = thread_time
    ) -> None:
        """Keep what `make` gives, which raises NoScore with what the votes lack."""
        self._make = make
        self._clock = clock
        self._stopwatch = stopwatch
        self._made: _Made | None = None
        self._making = threading.Lock()

    def standings(self, moment: Moment) -> Standings:
        """Give the standings of a moment, or of a little before it.

        Raises:
            NoScore: the votes make no finite standings.
        """
        made = self._made
        if made is None or self._is_quickly_made(made, moment):
            with self._making:
                made = self._made
                if made is None or self._is_quickly_made(made, moment):
                    made = self._made = self._new(moment)
        elif made.moment != moment and self._clock() - made.made_at >= EVERY:
            self._begin(moment)
        if made.standings is None:
            raise NoScore(made.why_none)
        return made.standings

    def wait(self) -> None:
        """Wait until none are being made."""
        with self._making:
            pass

    def _is_quickly_made(self, made: _Made, moment: Moment) -> bool:
        return made.moment != moment and made.took <= QUICK

    def _begin(self, moment: Moment) -> None:
        if self._making.acquire(blocking=False):
            threading.Thread(target=self._work, args=(moment,), name="standings", daemon=True).start()

    def _work(self, moment: Moment) -> None:
        try:
            self._made = self._new(moment)
        except StoreUnavailable as error:
            log.warning("live standings are not made: %s", error)
        finally:
            self._making.release()

    def _new(self, moment: Moment) -> _Made:
        begun = self._stopwatch()
        try:
            found, why = self._make(), ""
        except NoScore as error:
            found, why = None, str(error)
        return _Made(found, why, moment, self._clock(), self._stopwatch() - begun)
