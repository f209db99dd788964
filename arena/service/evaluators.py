"""What an evaluator can do: read the standings and export the score, when the rules allow."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from arena.contest.contest import Contest
from arena.contest.lifecycle import SETTLED
from arena.contest.rules import Seal, Track
from arena.errors import LedgerError, NotAtThisPhase, Sealed
from arena.ledger.frozen import contest_of
from arena.ledger.lines import strict
from arena.reporting.audited import Watch
from arena.reporting.blindness import Blindness, blindness, file_of
from arena.reporting.export import Exported, Written, write
from arena.reporting.result import counted_standings
from arena.reporting.tally import Standings
from arena.service.pen import Clock
from arena.service.rounds import Round
from arena.store import (
    columns,
    exclusions,
    guesses,
    record,
    results,
    rounds,
    stamps,
    transcripts,
    tree,
    votes,
)
from arena.store.session import Store, Transaction


@dataclass(frozen=True, slots=True)
class Order:
    """What is exported, and how: the round without its secrets, and the name of the folder in the archive."""

    url: str
    round_: Round
    name: str
    for_auditors: bool
    shows: bool


class Evaluators:
    """The evaluators of one round."""

    def __init__(
        self, store: Store, round_: Round, clock: Clock, checkpoint: Callable[[], object] = lambda: None
    ) -> None:
        """Evaluate `round_` out of `store`; `checkpoint` has the ledger signed before it is exported."""
        self._checkpoint = checkpoint
        self._store = store
        self._round = round_
        self._clock = clock

    def standings(self, track: Track | None = None) -> Standings:
        """Give the standings by the rules, or those of one track alone, whether it scores or not.

        Raises:
            Sealed: the rules seal them until a result is committed; a rehearsal is never sealed to its staff.
            NoScore: the votes make no finite standings.
        """
        with self._store.snapshot() as connection:
            self.check_unsealed(connection)
            return self._standings(connection, track)

    def export(
        self,
        folder: Path,
        watch: Callable[[int], None],
        *,
        for_auditors: bool = False,
        shows: bool = False,
        fits: Watch = lambda: None,
    ) -> Written:
        """Write the export folder of the round, up to the newest checkpoint.

        `watch` hears how many votes have been read; with `for_auditors` battles and votes are opened. A
        folder that opens them holds the report on blindness, and `fits` is its `watch`. One that `shows`
        holds Parquet, charts and the report too.

        Raises:
            Sealed: as `standings`.
            NotAtThisPhase: something was excluded after the last result.
            LedgerError: there is no checkpoint yet, or the record does not hold.
            BadSetting: the folder is there already, or cannot be written.
        """
        self._checkpoint()
        with self._store.snapshot() as connection:
            self.check_unsealed(connection)
            exported = replace(self._exported(connection, for_auditors=for_auditors), shows=shows)
            if exported.opens_all:
                # Few guesses could lead from a voter to her teams: they go where her battles are open anyway.
                exported = replace(exported, blindness=file_of(self._blindness(connection, fits)))
            return write(folder, exported, watch)

    def sign(self) -> None:
        """Have the ledger signed, which an export ends with."""
        self._checkpoint()

    def order(self, name: str, *, for_auditors: bool, shows: bool) -> Order:
        """Say what a process of its own needs to export this round; a signed ledger is there already."""
        bare = replace(self._round, seed=b"", pepper=b"")
        return Order(self._store.url, bare, name, for_auditors=for_auditors, shows=shows)

    def blindness(self, watch: Watch = lambda: None) -> Blindness:
        """Measure how blind the round is; it may be known while the standings are sealed.

        `watch` hears of each fit of a program that tries to tell contestants apart.
        """
        with self._store.snapshot() as connection:
            return self._blindness(connection, watch)

    def votes(self) -> int:
        """Count the votes of the round."""
        with self._store.reading() as connection:
            return votes.count(connection, self._round.contest.rules.round_id)

    def key(self) -> str:
        """Tell by a short text what an export is of: the same text, the same votes, results and stamps.

        Raises:
            Sealed: as `standings`.
        """
        round_id = self._round.contest.rules.round_id
        with self._store.snapshot() as connection:
            self.check_unsealed(connection)
            of = columns.moment(connection, round_id)
            committed = [one.commitment for one in results.all_of(connection, round_id)]
            stamped = sorted(stamps.stamps_of(connection, round_id))
            said = [asdict(of), str(rounds.phase(connection, round_id)), committed, stamped]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def _blindness(self, connection: Transaction, watch: Watch) -> Blindness:
        round_id, roster = self._round.contest.rules.round_id, self._round.contest.roster
        return blindness(
            round_id,
            roster.rated,
            battles=transcripts.transcripts(connection, round_id),
            guesses=guesses.all_guesses(connection, round_id),
            votes=votes.count(connection, round_id),
            on_controls=votes.control_cells(connection, round_id, roster.references),
            references=roster.references,
            watch=watch,
        )

    def _exported(self, connection: Transaction, *, for_auditors: bool) -> Exported:
        round_id = self._round.contest.rules.round_id
        committed = results.all_of(connection, round_id)
        if committed and rounds.phase(connection, round_id) not in SETTLED:
            raise NotAtThisPhase("votes were excluded after the last result; commit the next one first")
        last = tree.latest(connection)
        if last is None:
            raise LedgerError("there is no checkpoint yet; `arena checkpoint` makes one")
        return Exported(
            contest=self._frozen(connection),
            lines=lambda: islice(record.lines(connection), last.size),
            notes=(note for _, note in tree.all_published(connection)),
            results={one.number: one.document for one in committed},
            for_auditors=for_auditors,
            stamps=stamps.stamps_of(connection, round_id),
        )

    def _frozen(self, connection: Transaction) -> Contest:
        """Give the contest as it was frozen."""
        kept = rounds.find(connection, self._round.contest.rules.round_id)
        return self._round.contest if kept is None else contest_of(strict(kept.document.encode()))

    def check_unsealed(self, connection: Transaction) -> None:
        """Check that the rules do not seal the standings (any more).

        Raises:
            Sealed: they do.
        """
        rules = self._round.contest.rules
        if rules.rehearsal or rules.standings is Seal.LIVE:
            return
        if rounds.phase(connection, rules.round_id) not in SETTLED:
            raise Sealed(
                "the standings are sealed until the result is committed: `arena round commit-result`"
            )

    def _standings(self, connection: Transaction, track: Track | None) -> Standings:
        contest = self._round.contest
        round_id, tracks = contest.rules.round_id, contest.rules.scoring if track is None else (track,)
        entered = {one for track in tracks for one in contest.entered(track)}
        apart = [one for one in contest.roster.ids if one not in entered]
        counting = votes.cells(connection, round_id, contest.scope(tracks))
        return counted_standings(contest, counting, [*exclusions.removed(connection, round_id), *apart])
