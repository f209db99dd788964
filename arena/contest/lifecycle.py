"""The life of a round, from its declaration to its published result.

Rule 1: every change of phase is a row of `TRANSITIONS`.
Rule 2: nothing leads back to OPEN: a round that was closed takes no vote any more.
"""

from enum import StrEnum

from arena.errors import NotAtThisPhase


class Phase(StrEnum):
    """How far a round has come."""

    NEW = "new"
    FROZEN = "frozen"
    OPEN = "open"
    CLOSED = "closed"
    COMMITTED = "committed"
    PUBLISHED = "published"
    FORGOTTEN = "forgotten"


class Step(StrEnum):
    """What the operator can do with a round, in the words of her commands."""

    NEW = "new"
    FREEZE = "freeze"
    OPEN = "open"
    CLOSE = "close"
    EXCLUDE = "exclude"
    REMOVE = "remove"
    COMMIT_RESULT = "commit-result"
    PUBLISH = "publish"
    FORGET = "forget"


TRANSITIONS: dict[tuple[Phase, Step], Phase] = {
    (Phase.NEW, Step.NEW): Phase.NEW,
    (Phase.NEW, Step.FREEZE): Phase.FROZEN,
    (Phase.FROZEN, Step.OPEN): Phase.OPEN,
    (Phase.OPEN, Step.CLOSE): Phase.CLOSED,
    (Phase.CLOSED, Step.EXCLUDE): Phase.CLOSED,
    (Phase.CLOSED, Step.REMOVE): Phase.CLOSED,
    (Phase.CLOSED, Step.COMMIT_RESULT): Phase.COMMITTED,
    (Phase.COMMITTED, Step.EXCLUDE): Phase.CLOSED,
    (Phase.COMMITTED, Step.REMOVE): Phase.CLOSED,
    (Phase.COMMITTED, Step.PUBLISH): Phase.PUBLISHED,
    (Phase.PUBLISHED, Step.EXCLUDE): Phase.CLOSED,
    (Phase.PUBLISHED, Step.REMOVE): Phase.CLOSED,
    (Phase.PUBLISHED, Step.FORGET): Phase.FORGOTTEN,
}

NEXT: dict[Phase, Step] = {
    Phase.NEW: Step.FREEZE,
    Phase.FROZEN: Step.OPEN,
    Phase.OPEN: Step.CLOSE,
    Phase.CLOSED: Step.COMMIT_RESULT,
    Phase.COMMITTED: Step.PUBLISH,
    Phase.PUBLISHED: Step.FORGET,
}
"""The step that leads on; FORGOTTEN is the end."""

SERVED = frozenset({Phase.OPEN, Phase.CLOSED, Phase.COMMITTED, Phase.PUBLISHED})
"""The phases in which a server may serve a round: it was opened, and its pepper is there."""

OVER = frozenset({Phase.CLOSED, Phase.COMMITTED, Phase.PUBLISHED, Phase.FORGOTTEN})
"""The phases in which no vote is taken any more."""

SETTLED = frozenset({Phase.COMMITTED, Phase.PUBLISHED, Phase.FORGOTTEN})
"""The phases in which a result stands."""


def after(phase: Phase, step: Step) -> Phase:
    """Give the phase that a step leads to.

    Raises:
        NotAtThisPhase: the round is not at a phase that allows it.
    """
    try:
        return TRANSITIONS[phase, step]
    except KeyError:
        raise NotAtThisPhase(f"the round is {phase.value}; {advice(phase)}") from None


def advice(phase: Phase) -> str:
    """Name the command that leads on."""
    return f"what comes next is `arena round {NEXT[phase].value}`" if phase in NEXT else "nothing comes next"
