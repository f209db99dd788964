"""Leading the round from the console: closing, fixing and publishing, each asked for twice.

Law: of two who take a step at once, one takes it and the other is told so; the record has it once, and who
took it stands there in the same transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from arena.contest.lifecycle import NEXT, Phase, Step
from arena.errors import BadRequest, NotAtThisPhase, NotConfirmed
from arena.identity.staff import Staff
from arena.service.audit import Audit
from arena.service.lifecycle import Beside, Brief, Lifecycle
from arena.service.permissions import Act, permit
from arena.store.session import Transaction

STEPS = (Step.CLOSE, Step.COMMIT_RESULT, Step.PUBLISH)
"""The steps that evaluators take; the others are the operator's, on her own machine."""


class Outcome(StrEnum):
    """What came of asking for a step."""

    ASKED = "asked"
    DONE = "done"
    STALE = "stale"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it; `code` is what takes the step now, "" where it cannot be taken."""

    outcome: Outcome
    step: Step
    code: str = ""


class Leading:
    """The steps of one round, for evaluators."""

    def __init__(self, lifecycle: Lifecycle, audit: Audit, checkpoint: Callable[[], object]) -> None:
        """Lead by `lifecycle`; `checkpoint` has the record signed after each step."""
        self._lifecycle = lifecycle
        self._audit = audit
        self._checkpoint = checkpoint
        self._take: Mapping[Step, Callable[[str, Beside], object]] = {
            Step.CLOSE: lifecycle.close,
            Step.COMMIT_RESULT: lifecycle.commit_result,
            Step.PUBLISH: lifecycle.publish,
        }

    def status(self, by: Staff) -> Brief:
        """Tell how the round stands.

        Raises:
            NotPermitted: this role leads no round.
        """
        permit(by, Act.LEAD_ROUND)
        return self._lifecycle.brief()

    def ask(self, by: Staff, step: str) -> Answer:
        """Give the code that takes a step as long as the record stands still.

        Raises:
            NotPermitted: this role leads no round.
            BadRequest: it is no step of hers.
        """
        permit(by, Act.LEAD_ROUND)
        wanted = _step(step)
        return self._asked(wanted, Outcome.ASKED)

    def take(self, by: Staff, step: str, code: str) -> Answer:
        """Take a step, where the code fits.

        Raises:
            NotPermitted, BadRequest: as `ask`.
            StoreUnavailable: the database cannot be used; nothing has changed.
        """
        permit(by, Act.LEAD_ROUND)
        wanted = _step(step)

        def note(connection: Transaction, before: Phase) -> None:
            after = self._lifecycle.brief_in(connection)
            self._audit.put_in(connection, by, _act(wanted), {"phase": before.value}, _facts(wanted, after))

        try:
            self._take[wanted](code.strip(), note)
        except NotConfirmed:
            return self._asked(wanted, Outcome.STALE)
        except NotAtThisPhase:
            return Answer(Outcome.NOT_NOW, wanted)
        self._checkpoint()
        return Answer(Outcome.DONE, wanted)

    def _asked(self, step: Step, outcome: Outcome) -> Answer:
        try:
            return Answer(outcome, step, self._lifecycle.code(step))
        except NotAtThisPhase:
            return Answer(Outcome.NOT_NOW, step)


def next_step(phase: Phase) -> Step | None:
    """Name the step that leads on from a phase, if it is one of evaluators."""
    step = NEXT.get(phase)
    return step if step in STEPS else None


def _step(name: str) -> Step:
    """Read the name of a step.

    Raises:
        BadRequest: it is none that evaluators take.
    """
    known = {step.value: step for step in STEPS}
    if name not in known:
        raise BadRequest(f"no step {name!r}")
    return known[name]


def _act(step: Step) -> str:
    return f"lead_round_{step.value.replace('-', '_')}"


def _facts(step: Step, after: Brief) -> dict[str, str | int]:
    said: dict[str, str | int] = {"phase": after.phase.value, "votes": after.votes}
    if step is not Step.CLOSE and after.results:
        said |= {"result": after.results[-1].number, "commitment": after.results[-1].commitment}
    return said
