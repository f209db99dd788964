"""What anyone may read: the round and, where the rules allow, its standings."""

import threading
from datetime import datetime, timedelta

from arena.backends.demo.launch import wanted
from arena.contest.battle import VoterId
from arena.contest.lifecycle import Phase
from arena.contest.picture import MOST_PICTURES
from arena.contest.rules import Seal, Track
from arena.errors import Sealed
from arena.reporting.published import published_standings
from arena.reporting.result import counted_standings
from arena.reporting.tally import Standings
from arena.service.live_standings import LiveStandings
from arena.service.pen import Clock
from arena.service.rounds import Round
from arena.service.views import Entrant, RoundView
from arena.service.voting import CONSENT
from arena.store import asking, columns, exclusions, health, results, rounds, votes
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
        self._counted: tuple[datetime, Counts, bool] | None = None
        self._live = LiveStandings(self._made, clock)

    def round_view(self) -> RoundView:
        """Describe the round and how much it holds so far."""
        rules = self._round.contest.rules
        counted, taking = self._counts()
        return RoundView(
            rules=rules,
            rules_hash=self._round.rules_hash,
            demo=wanted(self._round.contest.roster),
            open_now=taking and rules.open_at(self._clock()),
            battles=counted.battles,
            votes=counted.votes,
            citizens=counted.citizens,
            consent=CONSENT,
            pictures=MOST_PICTURES if self._round.contest.takes_pictures else 0,
            references=tuple(one.name for one in self._round.contest.roster.contestants if one.reference),
        )

    def entrants(self) -> tuple[Entrant, ...]:
        """List the contestants by team and name, an order that tells nothing of any battle."""
        contestants = self._round.contest.roster.contestants
        listed = (Entrant(one.id, one.team, one.name, one.reference) for one in contestants)
        return tuple(sorted(listed, key=lambda one: (one.team, one.name)))

    def standings(self) -> Standings:
        """Give the standings.

        Raises:
            Sealed: the rules seal them until the result is published.
            NoScore: the votes make no finite standings (yet).
        """
        rules = self._round.contest.rules
        with self._store.snapshot() as connection:
            if rounds.phase(connection, rules.round_id) in {Phase.PUBLISHED, Phase.FORGOTTEN}:
                last = results.all_of(connection, rules.round_id)[-1]
                return published_standings(self._round.contest, last.document)
            if rules.standings is Seal.SEALED:
                raise Sealed("sealed until the result is published")
            moment = columns.moment(connection, rules.round_id)
        return self._live.standings(moment)

    def check_store(self) -> None:
        """Check that the database answers what a citizen is asked by.

        Raises:
            StoreUnavailable: it does not.
        """
        with self._store.reading() as connection:
            asking.asker(connection, self._round.contest.rules.round_id, VoterId(""), CONSENT, Track.OPEN)

    def _counts(self) -> tuple[Counts, bool]:
        """Give how much the round holds, and whether the operator has it open."""
        round_id = self._round.contest.rules.round_id
        with self._lock:
            now = self._clock()
            if self._counted is None or now - self._counted[0] > FRESH:
                with self._store.snapshot() as connection:
                    counts = health.held(connection, round_id)
                    self._counted = now, counts, rounds.is_open(connection, round_id)
            return self._counted[1], self._counted[2]

    def _made(self) -> Standings:
        """Make the standings of now.

        Raises:
            NoScore: the votes make no finite standings (yet).
        """
        contest = self._round.contest
        with self._store.snapshot() as connection:
            cells = votes.cells(connection, contest.rules.round_id, contest.scoring)
            removed = exclusions.removed(connection, contest.rules.round_id)
        return counted_standings(contest, cells, removed)
