"""What a team can do: see how its own contestant served and, by the law of sealing, what citizens said.

Rule 1: the contestant is that of the account; no parameter names one.
Rule 2: until the result is published a team is told nothing that came after an answer: no vote, reason,
        comment or guess changes a byte of what it sees. `docs/feedback.md` says why.
Rule 3: figures are told by `small_cells`. Beside an answer no verdict is told, unless the operator says so:
        who has chosen the question could otherwise show how she voted.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from arena.contest.contest import Contest
from arena.contest.feedback import Reason
from arena.contest.lifecycle import Phase
from arena.contest.own_answers import Answer, Wanted
from arena.contest.roster import ContestantId
from arena.contest.rules import Seal
from arena.contest.serving import Service
from arena.errors import BadRequest, NotFound, Sealed, StoreUnavailable
from arena.identity.staff import Staff
from arena.reporting.team_summary import FATES, Rating, Summary, by_category, fares, published, reasons
from arena.service.beside import beside
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.service.serving_alerts import Alert, alerts
from arena.store import columns, exclusions, feedback, health, results, rounds, serving
from arena.store.serving import HOUR, MINUTE
from arena.store.session import Store, Transaction

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
LIVE_ENTRIES = 5_000
"""Where standings are live, summaries are made anew every so many entries of the ledger."""
MOST_SEARCHED = 100
LOOKED_BACK = 15 * MINUTE
"""Alerts are about the last quarter of an hour."""
SPANS = {MINUTE: 3 * HOUR, HOUR: 60 * 24 * HOUR}
"""How far back minutes and hours are shown, in seconds."""
TOLD = frozenset({Phase.PUBLISHED, Phase.FORGOTTEN})


@dataclass(frozen=True, slots=True)
class Serving:
    """How a contestant served: by endpoint in the last quarter hour, and by endpoint and start of a span."""

    contestant: ContestantId
    recent: dict[str, Service]
    over_time: dict[tuple[str, int], Service]
    whole: Service | None
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """A page of answers; `after` leads to the next one, "" at the end."""

    answers: tuple[Answer, ...]
    after: str


class Teams:
    """The teams of one round."""

    def __init__(
        self, store: Store, contest: Contest, clock: Clock, *, verdicts_by_answer: bool = False
    ) -> None:
        """Serve the teams of `contest`; with `verdicts_by_answer` each answer shows its verdict once told."""
        self._store = store
        self._contest = contest
        self._rules = contest.rules
        self._clock = clock
        self._by_answer = verdicts_by_answer
        self._summaries: dict[ContestantId, Summary] = {}
        self._made_of: tuple[object, ...] = ()

    def serving(self, by: Staff, span: int = MINUTE) -> Serving:
        """Give how the team's contestant served, over time in spans of a minute or an hour.

        Raises:
            NotPermitted: the account is no team's.
            BadRequest: there is no such span.
        """
        own = self._own(by, Act.READ_OWN_SERVING)
        if span not in SPANS:
            raise BadRequest(f"a span is one of {list(SPANS)} seconds")
        now, round_id = self._clock().timestamp(), self._rules.round_id
        with self._store.snapshot() as connection:
            recent = serving.by_endpoint(connection, round_id, own, now - LOOKED_BACK)
            over_time = serving.over_time(connection, round_id, own, span, now - SPANS[span])
            whole = serving.by_contestant(connection, round_id).get(own)
        declared = self._contest.roster[own].endpoints
        return Serving(own, recent, over_time, whole, alerts(declared, recent))

    def is_told(self, by: Staff) -> bool:
        """Tell whether the team may know what citizens said.

        Raises:
            NotPermitted: the account is no team's.
        """
        self._own(by, Act.READ_OWN_FEEDBACK)
        with self._store.reading() as connection:
            return self._told(connection)

    def answers(self, by: Staff, wanted: Wanted | None = None, after: str = "") -> Answers:
        """Give a page of the team's own answers, with what citizens said of them once that may be told.

        Raises:
            NotPermitted: the account is no team's.
            BadRequest: nothing can be as it is wanted.
            Sealed: what is wanted depends on what citizens said, and that may not be told yet.
        """
        own, wanted = self._own(by, Act.READ_OWN_FEEDBACK), wanted or Wanted()
        self._check(wanted, after)
        with self._store.snapshot() as connection:
            told = self._told(connection)
            if not told and (wanted.reason or wanted.commented or wanted.verdict):
                raise Sealed("what citizens said is told when the result is published")
            found, end = feedback.answers(
                connection,
                self._rules.round_id,
                own,
                wanted,
                after,
                told=told,
                verdicts=self._by_answer,
            )
        return Answers(found, end)

    def every_answer(self, by: Staff, wanted: Wanted | None = None) -> Iterator[Answer]:
        """Give all answers of all pages.

        Raises:
            Refused: as `answers`.
        """
        page = self.answers(by, wanted)
        return self._from(by, wanted, page)

    def summary(self, by: Staff) -> Summary | None:
        """Give what became of the team's contestant, None while that is being made (`prepare`).

        Raises:
            NotPermitted: the account is no team's.
            Sealed: the result is not published yet.
        """
        own = self._own(by, Act.READ_OWN_FEEDBACK)
        with self._store.reading() as connection:
            if not self._told(connection):
                raise Sealed("what citizens said is told when the result is published")
        return self._summaries.get(own)

    def prepare(self) -> None:
        """Make the summaries of all teams, once they may be told and where the record has changed.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        with self._store.snapshot() as connection:
            state = self._state(connection)
            if state == self._made_of or not self._told(connection):
                return
            self._summaries = made(connection, self._contest)
            self._made_of = state

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Make summaries in the background as they fall due."""
        async with beside(self._work()):
            yield

    async def _work(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.prepare)
            except StoreUnavailable as error:
                log.warning("teams' summaries are not made: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    # Inside

    def _own(self, by: Staff, act: Act) -> ContestantId:
        permit(by, act)
        if by.contestant is None or by.contestant not in self._contest.roster.ids:
            raise NotFound("the account's contestant is not in this round")
        return by.contestant

    def _told(self, connection: Transaction) -> bool:
        if self._rules.standings is Seal.LIVE:
            return True
        return rounds.phase(connection, self._rules.round_id) in TOLD

    def _check(self, wanted: Wanted, after: str) -> None:
        known = {
            "category": wanted.category in {"", *self._rules.categories},
            "language": wanted.language in {"", "ko", "en"},
            "track": wanted.track in {"", *self._rules.tracks},
            "reason": wanted.reason in {"", *Reason},
            "verdict": wanted.verdict in ({"", *FATES} if self._by_answer else {""}),
            "text": len(wanted.text) <= MOST_SEARCHED and wanted.text.isprintable(),
            "after": not after or (after.isascii() and after.isalnum() and len(after) == 32),
        }
        wrong = [name for name, fine in known.items() if not fine]
        if wrong:
            raise BadRequest(f"no such {', '.join(wrong)}")

    def _from(self, by: Staff, wanted: Wanted | None, page: Answers) -> Iterator[Answer]:
        yield from page.answers
        while page.after:
            page = self.answers(by, wanted, page.after)
            yield from page.answers

    def _state(self, connection: Transaction) -> tuple[object, ...]:
        """Tell one state of the record from the next: results, where all is live every so many entries.

        A day later it is another too, as citizens may have erased comments that a digest was made of.
        """
        phase = rounds.phase(connection, self._rules.round_id)
        entries = health.last_entry(connection) // LIVE_ENTRIES if phase is Phase.OPEN else 0
        day = self._clock().date()
        return phase, len(results.all_of(connection, self._rules.round_id)), entries, day


def made(connection: Transaction, contest: Contest) -> dict[ContestantId, Summary]:
    """Make the summary of every contestant."""
    from arena.reporting.digest import digest  # noqa: PLC0415 - scikit-learn takes a second, and only this needs it

    rules, ids, scoring = contest.rules, contest.roster.rated, contest.scoring
    asked = (connection, rules.round_id)
    whole, rated = _rated(connection, contest)
    return {
        own: Summary(
            whole=whole.get(own),
            ratings={name: rated.get(name, {}).get(own) for name in rules.categories},
            categories=fares(feedback.by_category(*asked, own, scoring), rules.categories),
            opponents=fares(feedback.by_opponent(*asked, own, scoring), [one for one in ids if one != own]),
            reasons=reasons(feedback.reasons_by_category(*asked, own), rules.categories),
            themes=digest(feedback.comments(*asked, own)),
        )
        for own in ids
    }


def _rated(
    connection: Transaction, contest: Contest
) -> tuple[dict[ContestantId, Rating], dict[str, dict[ContestantId, Rating]]]:
    """Give the published ratings, and those by category."""
    rules = contest.rules
    committed = results.all_of(connection, rules.round_id)
    out = exclusions.removed(connection, rules.round_id)
    found = columns.columns(connection, rules.round_id, contest.scope(rules.scoring))
    return published(committed[-1].document) if committed else {}, by_category(contest, found, out)
