"""What an evaluator can do: read the standings and export the score, when the rules allow."""

from collections.abc import Callable
from pathlib import Path

from arena.errors import Sealed
from arena.reporting import export, tally
from arena.reporting.tally import Standings
from arena.service.rounds import Clock, Round
from arena.store import record, votes
from arena.store.session import Store, Transaction


class Evaluators:
    """The evaluators of one round."""

    def __init__(self, store: Store, round_: Round, clock: Clock) -> None:
        """Evaluate `round_` out of `store`."""
        self._store = store
        self._round = round_
        self._clock = clock

    def standings(self) -> Standings:
        """Give the standings by the rules.

        Raises:
            Sealed: the rules seal them until the round is over; a rehearsal is never sealed to its staff.
            NoScore: the votes make no finite standings.
        """
        self._check_sealed()
        with self._store.reading() as connection:
            return self._standings(connection)

    def export(self, folder: Path, watch: Callable[[int], None]) -> Standings:
        """Write the export folder of the round; `watch` hears how many votes have been read.

        Raises:
            Sealed: as `standings`.
            NoScore: as `standings`.
            BadSetting: the folder is there already, or cannot be written.
        """
        self._check_sealed()
        rules = self._round.contest.rules
        with self._store.snapshot() as connection:
            exported = export.Exported(
                contest=self._round.contest,
                ballots=votes.ballots(connection, rules.round_id, rules.scoring),
                lines=record.lines(connection),
                standings=self._standings(connection),
            )
            export.write(folder, exported, watch)
        return exported.standings

    def votes(self) -> int:
        """Count the votes of the round."""
        with self._store.reading() as connection:
            return votes.counts(connection, self._round.contest.rules.round_id).votes

    def _check_sealed(self) -> None:
        rules = self._round.contest.rules
        if rules.sealed_at(self._clock()) and not rules.rehearsal:
            raise Sealed(f"the rules seal the standings until {rules.closes.isoformat()}")

    def _standings(self, connection: Transaction) -> Standings:
        rules = self._round.contest.rules
        return tally.standings(self._round.contest, votes.cells(connection, rules.round_id, rules.scoring))
