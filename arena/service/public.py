"""What anyone may read: the round and, where the rules allow, its standings."""

import threading
from datetime import datetime, timedelta

from arena.backends.demo.launch import wanted
from arena.errors import Sealed
from arena.reporting import tally
from arena.reporting.tally import Standings
from arena.service.citizens import CONSENT
from arena.service.rounds import Clock, Round
from arena.service.views import RoundView
from arena.store import votes
from arena.store.session import Store
from arena.store.votes import Counts

FRESH = timedelta(seconds=2)
"""Counts are looked up again after this long, however many ask."""


class Public:
    """The public face of one round."""

    def __init__(self, store: Store, round_: Round, clock: Clock) -> None:
        """Read `round_` out of `store`."""
        self._store = store
        self._round = round_
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: tuple[datetime, Counts] | None = None

    def round_view(self) -> RoundView:
        """Describe the round and how much it holds so far."""
        rules = self._round.contest.rules
        counted = self._counts()
        return RoundView(
            rules=rules,
            rules_hash=self._round.rules_hash,
            demo=wanted(self._round.contest.roster),
            open_now=rules.open_at(self._clock()),
            battles=counted.battles,
            votes=counted.votes,
            citizens=counted.citizens,
            consent=CONSENT,
        )

    def standings(self) -> Standings:
        """Give the standings.

        Raises:
            Sealed: the rules seal them until the round is over.
            NoScore: the votes make no finite standings (yet).
        """
        rules = self._round.contest.rules
        if rules.sealed_at(self._clock()):
            raise Sealed(f"sealed until {rules.closes}")
        with self._store.reading() as connection:
            cells = votes.cells(connection, rules.round_id, rules.scoring)
        return tally.standings(self._round.contest, cells)

    def check_store(self) -> None:
        """Check that the database answers.

        Raises:
            StoreUnavailable: it does not.
        """
        with self._store.reading() as connection:
            votes.counts(connection, self._round.contest.rules.round_id)

    def _counts(self) -> Counts:
        with self._lock:
            now = self._clock()
            if self._counted is None or now - self._counted[0] > FRESH:
                with self._store.reading() as connection:
                    self._counted = now, votes.counts(connection, self._round.contest.rules.round_id)
            return self._counted[1]
