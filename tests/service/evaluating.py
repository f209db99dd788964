"""The services of evaluators for tests, and staff of each role."""

from contextlib import nullcontext
from time import monotonic, sleep

from arena.identity.staff import AccountId, Role, Staff
from arena.service.analyst import Analyst
from arena.service.audit import Audit
from arena.service.evaluation import Evaluation
from arena.service.exporting import Exports
from arena.service.leading import Leading
from arena.service.lifecycle import Lifecycle
from arena.service.scoring import Scoring
from tests.leading import LOG
from tests.service.working import Here
from tests.signed import evaluators_of

STAFF = {
    role: Staff(AccountId("A" * 26), f"{role}", role, "susukkang" if role is Role.TEAM else None)
    for role in Role
}
EVALUATOR, AUDITOR = STAFF[Role.EVALUATOR], STAFF[Role.AUDITOR]


def evaluation_of(arena, place, apart=None, *, shows=False) -> Evaluation:
    """What the evaluators of a signed arena work with; files go to `place`."""
    evaluators, contest = evaluators_of(arena), arena.contest
    audit = Audit(arena.store, contest.rules.round_id, arena.clock, arena.chance)
    apart = apart or Here()
    analyst = Analyst(arena.store, arena.round, arena.clock, evaluators.check_unsealed, apart)
    lifecycle = Lifecycle(
        arena.store, contest, arena.secrets, arena.clock, arena.chance, lambda: LOG, nullcontext
    )
    return Evaluation(
        analyst=analyst,
        scoring=Scoring(arena.store, contest, analyst, audit, arena.chance),
        exports=Exports(evaluators, place / "exports", contest.rules.round_id, audit, apart, shows=shows),
        leading=Leading(lifecycle, audit, arena.notary.checkpoint),
        apart=apart,
    )


def settled(desk: Evaluation) -> None:
    """Wait until nothing is being made in the background."""
    for thread in (desk.analyst._at_work, *desk.exports._jobs.values()):
        if thread is not None:
            thread.join()


def waited(make, patience=60.0):
    """Ask until there is an answer, and give it."""
    until = monotonic() + patience
    while monotonic() < until:
        found = make()
        if found is not None:
            return found
        sleep(0.02)
    raise AssertionError("no answer")
