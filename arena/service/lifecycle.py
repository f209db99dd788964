"""What an operator does with a round: make, freeze, open, close, exclude, commit, publish, forget.

Every step is one transaction with its ledger entries. A step that cannot be undone is done in two: asked
for without its code it says what it will do and refuses; the code fits only while the record stands still.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from arena.contest.contest import Contest
from arena.contest.lifecycle import Phase, Step, advice, after
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId
from arena.errors import BadSetting, NotAtThisPhase, NotConfirmed, NotFound
from arena.identity.secrets import Secrets
from arena.ledger.canonical import Canonical, canonical
from arena.service import steps
from arena.service.pen import Clock, Pen, Random
from arena.service.rounds import check_none_runs, checked, declared
from arena.store import exclusions, measures, record, results, rounds, votes
from arena.store.results import Result
from arena.store.rounds import KeptRound
from arena.store.session import Store, Transaction
from arena.store.votes import Counts

WORDS: dict[Step, str] = {
    Step.FREEZE: "rules and roster (SHA-256 {hash}) are frozen; none of them can be changed any more",
    Step.OPEN: "the seed is fixed with the beacon's value {beacon!r}, and battles are taken",
    Step.CLOSE: "waiting battles are void, no vote is taken any more, and the seed is revealed",
    Step.EXCLUDE: "votes {votes} no longer count, because: {reason}",
    Step.REMOVE: "{contestant} leaves the round, and its battles no longer count, because: {reason}",
    Step.COMMIT_RESULT: "votes are excluded by the rules, none can be withdrawn, and the result is fixed",
    Step.PUBLISH: "the committed result and the standings are open to everyone",
    Step.FORGET: "the pepper is destroyed; nobody can find her votes again, and the round is at its end",
}
"""What each step that cannot be undone will do."""

CODE_LENGTH = 8
ANY_TIME = frozenset({Step.NEW, Step.FREEZE, Step.FORGET})
"""Steps that may be taken while another round is the newest."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a round stands."""

    round: RoundId
    phase: Phase
    advice: str
    rules_hash: str
    counts: Counts
    withdrawn: int
    excluded: int
    removed: tuple[ContestantId, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """How a round stands, in short; votes that were withdrawn count too."""

    phase: Phase
    votes: int
    excluded: int
    removed: tuple[ContestantId, ...]
    results: tuple[Result, ...]


Beside = Callable[[Transaction, Phase], None]
"""Writes something of its own within the transaction of a step; it is told the phase before."""


def _nothing(_connection: Transaction, _before: Phase) -> None:
    """Write nothing."""


class Lifecycle:
    """The steps of one declared round."""

    def __init__(
        self,
        store: Store,
        contest: Contest,
        secrets: Secrets,
        clock: Clock,
        random: Random,
        log: Callable[[], str],
        alone: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Lead the round that `contest` declares; `log` gives the vkey that signs the log now.

        `alone` holds what a server holds, and raises BadSetting where one runs.
        """
        self._store = store
        self._contest = contest
        self._secrets = secrets
        self._clock = clock
        self._random = random
        self._log = log
        self._alone = alone

    def status(self) -> Status:
        """Tell how the round stands.

        Raises:
            LedgerError: there is no such round, or something of it is another than it was.
        """
        with self._store.snapshot() as connection:
            kept = checked(connection, self._contest, self._secrets)
            return Status(
                round=kept.id,
                phase=kept.phase,
                advice=advice(kept.phase),
                rules_hash=kept.document_hash,
                counts=votes.counts(connection, kept.id),
                withdrawn=measures.withdrawn(connection, kept.id),
                excluded=exclusions.count(connection, kept.id),
                removed=exclusions.removed(connection, kept.id),
                results=results.all_of(connection, kept.id),
            )

    def brief(self) -> Brief:
        """Tell the same in short, at once however many votes there are.

        Raises:
            LedgerError: as `status`.
        """
        with self._store.snapshot() as connection:
            return self.brief_in(connection)

    def brief_in(self, connection: Transaction) -> Brief:
        """Tell how the round stands within a transaction.

        Raises:
            LedgerError: as `status`.
        """
        kept = checked(connection, self._contest, self._secrets)
        return Brief(
            phase=kept.phase,
            votes=votes.count(connection, kept.id),
            excluded=exclusions.count(connection, kept.id),
            removed=exclusions.removed(connection, kept.id),
            results=results.all_of(connection, kept.id),
        )

    # What is written beside a step is of the same transaction. Every step below raises:
    #   RoundUnknown, RulesChanged: as `take_up_round`.
    #   NotAtThisPhase: the round is not at a phase that allows the step, or it is not the time for it.
    #   NotConfirmed: the code is missing or of another moment; the message holds what fits now.

    def new(self, nonces: Mapping[str, bytes]) -> None:
        """Make the declared round, with the nonces of contestants; until it is frozen, again replaces it.

        Raises:
            BadSetting: a nonce has not 32 bytes, or is of nobody on the roster.
        """
        problem = steps.nonces_problem(self._contest, nonces)
        if problem:
            raise BadSetting(problem)
        with self._store.writing() as connection:
            known = rounds.find(connection, self._contest.rules.round_id)
            if known is not None:
                after(known.phase, Step.NEW)
            kept = declared(self._contest, self._secrets, nonces)
            steps.new(Pen(connection, self._clock(), self._random), kept)

    def freeze(self, confirm: str = "") -> None:
        """Freeze rules and roster, and commit to pepper, seed and nonces."""
        log = self._log()
        with self._at(Step.FREEZE) as (pen, kept):
            self._check_not_over(pen)
            check_none_runs(pen.connection, kept.id)
            self._confirm(pen, Step.FREEZE, confirm, hash=kept.document_hash)
            steps.freeze(pen, self._contest, kept, log)

    def open(self, beacon: str = "", confirm: str = "") -> None:
        """Draw the seed with the value of the beacon that the rules name, and take battles.

        Raises:
            BadSetting: a value without a beacon in the rules, or none where they name one.
        """
        named = self._contest.rules.beacon
        if bool(named) != bool(beacon):
            wanted = f"the value of {named!r} with --beacon" if named else "no --beacon: the rules name none"
            raise BadSetting(f"give {wanted}")
        with self._at(Step.OPEN) as (pen, kept):
            self._check_not_over(pen)
            self._confirm(pen, Step.OPEN, confirm, beacon=beacon)
            steps.open_(pen, kept, beacon)

    def code(self, step: Step) -> str:
        """Give the code that fits a step now: to close, to commit to a result, or to publish it."""
        with self._at(step) as (pen, _):
            if step is Step.CLOSE:
                self._check_may_close(pen)
            return self._fitting(pen, step)

    def close(self, confirm: str = "", beside: Beside = _nothing) -> None:
        """Close the round, once its closing time is there (a rehearsal at any time)."""
        with self._at(Step.CLOSE) as (pen, kept):
            self._check_may_close(pen)
            self._confirm(pen, Step.CLOSE, confirm)
            steps.close(pen, kept, self._secrets.get(f"{kept.id}.seed"))
            beside(pen.connection, kept.phase)

    def exclude(self, sequences: Sequence[int], reason: str, confirm: str = "") -> None:
        """Take votes out of the score by decision.

        Raises:
            NotFound: one of them is no vote of the round that counts.
            BadSetting: no reason is given.
        """
        _check_reason(reason)
        wanted = sorted(set(sequences))
        with self._at(Step.EXCLUDE) as (pen, kept):
            by_rules = steps.named_by_rules(pen.connection, self._contest).values()
            scope = self._contest.scoring
            left = exclusions.counting(pen.connection, kept.id, scope, wanted) - {
                n for each in by_rules for n in each
            }
            others = [sequence for sequence in wanted if sequence not in left]
            if others or not wanted:
                raise NotFound(f"no votes of round {kept.id} that count: {_listed(others)}")
            listed = _listed(wanted)
            self._confirm(pen, Step.EXCLUDE, confirm, votes=listed, reason=reason)
            steps.exclude(pen, self._contest, wanted, reason)

    def remove(self, contestant: str, reason: str, confirm: str = "") -> None:
        """Remove a contestant from the round by decision; the next result is computed without it.

        Raises:
            NotFound: it is not on the roster, or removed already.
            BadSetting: no reason is given.
        """
        _check_reason(reason)
        with self._at(Step.REMOVE) as (pen, kept):
            left = set(self._contest.roster.rated) - set(exclusions.removed(pen.connection, kept.id))
            if contestant not in left:
                raise NotFound(f"{contestant} is not in the round")
            self._confirm(pen, Step.REMOVE, confirm, contestant=contestant, reason=reason)
            steps.remove(pen, self._contest, ContestantId(contestant), reason)

    def commit_result(self, confirm: str = "", beside: Beside = _nothing) -> Result:
        """Exclude what the rules say, compute the result and commit to it; it stays sealed."""
        with self._at(Step.COMMIT_RESULT) as (pen, kept):
            self._confirm(pen, Step.COMMIT_RESULT, confirm)
            result = steps.commit_result(pen, self._contest)
            beside(pen.connection, kept.phase)
        return result

    def publish(self, confirm: str = "", beside: Beside = _nothing) -> Result:
        """Open the result that was committed last."""
        with self._at(Step.PUBLISH) as (pen, kept):
            self._confirm(pen, Step.PUBLISH, confirm)
            result = steps.publish(pen, kept)
            beside(pen.connection, kept.phase)
        return result

    def forget(self, confirm: str = "") -> None:
        """Destroy the pepper, so that nobody can link a citizen to her votes any more.

        Raises:
            BadSetting: a server runs, and holds the pepper in its memory.
        """
        pepper = f"{self._contest.rules.round_id}.pepper"
        with self._alone():
            if self._phase() is not Phase.FORGOTTEN:
                with self._at(Step.FORGET) as (pen, kept):
                    self._confirm(pen, Step.FORGET, confirm)
                    steps.forget(pen, kept)
            # Last, and again where the process stopped between: the entry never lies of what is still there.
            self._secrets.destroy(pepper)

    # Inside

    @contextmanager
    def _at(self, step: Step) -> Iterator[tuple[Pen, KeptRound]]:
        """Open the transaction of a step that the round's phase allows."""
        with self._store.writing() as connection:
            kept = checked(connection, self._contest, self._secrets)
            after(kept.phase, step)
            newest = rounds.newest(connection)
            if step not in ANY_TIME and (newest is None or newest.id != kept.id):
                raise NotAtThisPhase(f"another round was begun since; the record of {kept.id} is at its end")
            yield Pen(connection, self._clock(), self._random), kept

    def _phase(self) -> Phase | None:
        with self._store.reading() as connection:
            kept = rounds.find(connection, self._contest.rules.round_id)
            return None if kept is None else kept.phase

    def _check_may_close(self, pen: Pen) -> None:
        rules = self._contest.rules
        if pen.now < rules.closes and not rules.rehearsal:
            raise NotAtThisPhase(f"the rules close round {rules.round_id} at {rules.closes.isoformat()}")

    def _check_not_over(self, pen: Pen) -> None:
        rules = self._contest.rules
        if pen.now >= rules.closes:
            raise NotAtThisPhase(f"the closing time of round {rules.round_id} has passed")

    def _fitting(self, pen: Pen, step: Step, **told: str) -> str:
        """Give the code that fits a step while the record stands still."""
        leaf = record.last_leaf(pen.connection)
        asked: dict[str, Canonical] = {**told, "leaf": leaf, "round": self._contest.rules.round_id}
        return hashlib.sha256(canonical({**asked, "step": step.value})).hexdigest()[:CODE_LENGTH]

    def _confirm(self, pen: Pen, step: Step, code: str, **told: str) -> None:
        fits = self._fitting(pen, step, **told)
        if code == fits:
            return
        stale = "this code is of another moment or another step. " if code else ""
        words = WORDS[step].format(**told)
        raise NotConfirmed(
            f"{stale}`{step.value}` of round {self._contest.rules.round_id} cannot be undone: {words}. "
            f"To do it, ask again with --confirm {fits}"
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadSetting("a decision has a reason, and it is on record; say it with --reason")


def _listed(sequences: Sequence[int]) -> str:
    return ", ".join(str(sequence) for sequence in sequences)
