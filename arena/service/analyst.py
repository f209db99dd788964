"""The analyst: the analysis of the round, kept until a vote comes, goes or is excluded.

At a million votes it takes half a minute, so it is made in the background, and once for everybody. It is of
a `Moment` of the votes; while the round is open one of less than `EVERY` ago is shown as it is.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from arena.contest.lifecycle import OVER
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId
from arena.errors import NoScore, NotFound, TooBusy
from arena.identity.staff import Staff
from arena.reporting.analysis import Analysis, analyse
from arena.reporting.sensitivity import without_style
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.service.rounds import Round
from arena.store import columns, exclusions, rounds, styles
from arena.store.columns import Columns, Moment
from arena.store.session import Store, Transaction
from arena.store.styles import Styled

EVERY = timedelta(minutes=5)
MOST_STYLED = 100_000
"""Votes whose replies are looked at for style, at most."""

PATIENCE = 1.0
"""Seconds that somebody waits for an analysis that is being made before she is told so."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """An analysis (None: the votes made no finite standings), the votes it is of, and when it was made."""

    analysis: Analysis | None
    why_none: str
    moment: Moment
    removed: tuple[ContestantId, ...]
    made_at: datetime


class Analyst:
    """The analyst of one round."""

    def __init__(
        self, store: Store, round_: Round, clock: Clock, check_unsealed: Callable[[Transaction], None]
    ) -> None:
        """Analyse `round_` out of `store`, where `check_unsealed` lets it."""
        self._store = store
        self._round = round_
        self._clock = clock
        self._check_unsealed = check_unsealed
        self._kept: Analysed | None = None
        self._lock = threading.Lock()
        self._at_work: threading.Thread | None = None

    def analysis(self, by: Staff, patience: float = PATIENCE) -> Analysed | None:
        """Give the analysis of now, or of a little ago while votes come; None: it is being made.

        Raises:
            NotPermitted: this role reads no standings.
            Sealed: the rules seal them.
            NoScore: the votes make no finite standings.
        """
        permit(by, Act.READ_STANDINGS)
        with self._store.snapshot() as connection:
            self._check_unsealed(connection)
            moment = columns.moment(connection, self._id)
            is_over = rounds.phase(connection, self._id) in OVER
        self._see_to(moment, is_over=is_over, patience=patience)
        kept = self._kept
        if kept is None or (is_over and kept.moment != moment):
            return None
        if kept.analysis is None:
            raise NoScore(kept.why_none)
        return kept

    def chart(self, by: Staff, name: str, kind: str, language: str) -> bytes:
        """Draw a chart as a file.

        Raises:
            NotPermitted, Sealed, NoScore: as `analysis`.
            TooBusy: the analysis is being made.
            NotFound: there is no such chart.
        """
        found = self.analysis(by)
        if found is None or found.analysis is None:
            raise TooBusy("the analysis is being made")
        from arena.reporting import drawings  # noqa: PLC0415 - what draws takes a second to load

        if name not in drawings.NAMES or kind not in drawings.KINDS:
            raise NotFound(f"{name}.{kind}")
        return drawings.drawing(found.analysis, name, kind, language)

    @property
    def _id(self) -> RoundId:
        return self._round.contest.rules.round_id

    def _see_to(self, moment: Moment, *, is_over: bool, patience: float) -> None:
        """Have an analysis made if need be, and wait for it a little."""
        with self._lock:
            if self._serves(moment, is_over=is_over):
                return
            if self._at_work is None or not self._at_work.is_alive():
                self._at_work = threading.Thread(target=self._work, name="analyst", daemon=True)
                self._at_work.start()
            working = self._at_work
        working.join(patience)

    def _serves(self, moment: Moment, *, is_over: bool) -> bool:
        kept = self._kept
        if kept is None or kept.moment == moment:
            return kept is not None
        return not is_over and self._clock() - kept.made_at < EVERY

    def _work(self) -> None:
        with self._store.snapshot() as connection:
            moment = columns.moment(connection, self._id)
            scope = self._round.contest.scope(self._round.contest.rules.tracks)
            found = columns.columns(connection, self._id, scope)
            removed = exclusions.removed(connection, self._id)
            read = list(styles.styles(connection, self._id, self._round.contest.scoring, MOST_STYLED))
        try:
            made, why = self._analysed(found, read, removed), ""
        except NoScore as error:
            made, why = None, str(error)
        self._kept = Analysed(made, why, moment, removed, self._clock())

    def _analysed(
        self, found: Columns, read: Sequence[Styled], removed: tuple[ContestantId, ...]
    ) -> Analysis:
        contest = self._round.contest
        made = analyse(contest, found, removed)
        left = [one for one in contest.roster.rated if one not in removed]
        return replace(made, alternatives=(*made.alternatives, without_style(read, left, contest)))
