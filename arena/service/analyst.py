"""The analyst: the analysis of the round, kept until a vote comes, goes or is excluded.

At a million votes it takes half a minute, so a process of its own makes it, once for everybody. It is of
a `Moment` of the votes; while the round is open one of less than `EVERY` ago is shown as it is.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from arena.contest.lifecycle import OVER
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId
from arena.errors import ArenaError, NoScore, NotFound, TooBusy, WorkLost
from arena.identity.staff import Staff
from arena.reporting.analysis import Analysis
from arena.service.analysing import found
from arena.service.apart import Apart
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.service.rounds import Round
from arena.store import columns, rounds
from arena.store.columns import Moment
from arena.store.session import Store, Transaction

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)

PATIENCE = 0.3
"""Seconds that somebody waits for an analysis that is being made before she is told so.

She waits for none where she can be shown the one before.
"""


@dataclass(frozen=True, slots=True)
class Analysed:
    """An analysis (None: the votes made no finite standings), the votes it is of, and when it was made."""

    analysis: Analysis | None
    why_none: str
    moment: Moment
    removed: tuple[ContestantId, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """An analysis that is being made: for how many seconds, and how much of the work is done, from 0 to 1."""

    seconds: int
    done: float


class Analyst:
    """The analyst of one round."""

    def __init__(
        self,
        store: Store,
        round_: Round,
        clock: Clock,
        check_unsealed: Callable[[Transaction], None],
        apart: Apart,
    ) -> None:
        """Analyse `round_` out of `store`, where `check_unsealed` lets it, in a process of its own."""
        self._apart = apart
        self._is_lost = False
        self._store = store
        self._round = round_
        self._clock = clock
        self._check_unsealed = check_unsealed
        self._kept: Analysed | None = None
        self._lock = threading.Lock()
        self._at_work: threading.Thread | None = None
        self._begun, self._done = clock(), 0.0

    def analysis(self, by: Staff, patience: float = PATIENCE, *, anew: bool = False) -> Analysed | None:
        """Give the analysis of now, or of a little ago while votes come; None: it is being made.

        One that could not be made is tried again where somebody asks `anew`.

        Raises:
            WorkLost: it could not be made.
            NotPermitted: this role reads no standings.
            Sealed: the rules seal them.
            NoScore: the votes make no finite standings.
        """
        permit(by, Act.READ_STANDINGS)
        with self._store.snapshot() as connection:
            self._check_unsealed(connection)
            moment = columns.moment(connection, self._id)
            is_over = rounds.phase(connection, self._id) in OVER
        self._see_to(moment, is_over=is_over, patience=patience, anew=anew)
        kept = self._kept
        if kept is None or (is_over and kept.moment != moment):
            return None
        if kept.analysis is None:
            raise NoScore(kept.why_none)
        return kept

    def making(self, by: Staff) -> Making:
        """Tell how far the analysis is that is being made, or was the last time.

        Raises:
            NotPermitted: this role reads no standings.
        """
        permit(by, Act.READ_STANDINGS)
        return Making(max(0, round((self._clock() - self._begun).total_seconds())), self._done)

    def chart(self, by: Staff, name: str, kind: str, language: str) -> bytes:
        """Draw a chart as a file.

        Raises:
            NotPermitted, Sealed, NoScore: as `analysis`.
            TooBusy: the analysis is being made.
            NotFound: there is no such chart.
        """
        kept = self.analysis(by)
        if kept is None or kept.analysis is None:
            raise TooBusy("the analysis is being made")
        from arena.reporting import drawings  # noqa: PLC0415 - what draws takes a second to load

        if name not in drawings.NAMES or kind not in drawings.KINDS:
            raise NotFound(f"{name}.{kind}")
        return drawings.drawing(kept.analysis, name, kind, language)

    @property
    def _id(self) -> RoundId:
        return self._round.contest.rules.round_id

    def _see_to(self, moment: Moment, *, is_over: bool, patience: float, anew: bool) -> None:
        """Have an analysis made if need be, and wait for it a little.

        Raises:
            WorkLost: it could not be made, and is not tried again.
        """
        with self._lock:
            self._is_lost = self._is_lost and not anew
            if self._is_lost or self._serves(moment, is_over=is_over):
                self._check_not_lost()
                return
            if self._at_work is None or not self._at_work.is_alive():
                self._begun, self._done = self._clock(), 0.0
                self._at_work = threading.Thread(target=self._work, name="analyst", daemon=True)
                self._at_work.start()
            working = self._at_work
        if is_over or self._kept is None:
            working.join(patience)
        self._check_not_lost()

    def _check_not_lost(self) -> None:
        if self._is_lost:
            raise WorkLost("the analysis could not be made")

    def _serves(self, moment: Moment, *, is_over: bool) -> bool:
        kept = self._kept
        if kept is None or kept.moment == moment:
            return kept is not None
        return not is_over and self._clock() - kept.made_at < EVERY

    def _work(self) -> None:
        try:
            made = self._apart.done(found, self._store.url, self._round.contest, tell=self._tell)
        except ArenaError as error:
            log.warning("analysis: %s", error)
            self._is_lost = True
        else:
            self._kept = Analysed(made.analysis, made.why_none, made.moment, made.removed, self._clock())

    def _tell(self, done: float) -> None:
        self._done = done
