"""The role matrix: what staff may do, in one table. What is not in it, nobody may.

Rule 1: every use case of staff takes `by: Staff` and begins with `permit(by, Act…)`.
Rule 2: a team acts on its own contestant, which is taken from `by` and from nowhere else.
"""

from collections.abc import Mapping
from enum import StrEnum

from arena.errors import NotPermitted
from arena.identity.staff import Role, Staff


class Act(StrEnum):
    """What staff can do."""

    READ_HEALTH = "read_health"
    READ_STANDINGS = "read_standings"
    READ_SCORE = "read_score"
    EXPORT = "export"
    EXPORT_FOR_AUDITORS = "export_for_auditors"
    LEAD_ROUND = "lead_round"
    READ_AUDIT = "read_audit"
    READ_OWN_SERVING = "read_own_serving"
    READ_OWN_FEEDBACK = "read_own_feedback"
    READ_ENDPOINTS = "read_endpoints"
    DRAIN_ENDPOINT = "drain_endpoint"
    WRITE_NOTICE = "write_notice"
    REHEARSE = "rehearse"
    BACK_UP = "back_up"
    KEEP_OWN_ACCOUNT = "keep_own_account"


EVERYBODY = frozenset(Role)

PERMITTED: Mapping[Act, frozenset[Role]] = {
    Act.READ_HEALTH: frozenset({Role.EVALUATOR, Role.OPERATOR, Role.AUDITOR}),
    Act.READ_STANDINGS: frozenset({Role.EVALUATOR, Role.AUDITOR}),
    Act.READ_SCORE: frozenset({Role.EVALUATOR}),
    Act.EXPORT: frozenset({Role.EVALUATOR, Role.AUDITOR}),
    Act.EXPORT_FOR_AUDITORS: frozenset({Role.AUDITOR}),
    Act.LEAD_ROUND: frozenset({Role.EVALUATOR}),
    Act.READ_AUDIT: frozenset({Role.EVALUATOR, Role.OPERATOR, Role.AUDITOR}),
    Act.READ_OWN_SERVING: frozenset({Role.TEAM}),
    Act.READ_OWN_FEEDBACK: frozenset({Role.TEAM}),
    Act.READ_ENDPOINTS: frozenset({Role.OPERATOR}),
    Act.DRAIN_ENDPOINT: frozenset({Role.OPERATOR}),
    Act.WRITE_NOTICE: frozenset({Role.OPERATOR}),
    Act.REHEARSE: frozenset({Role.OPERATOR}),
    Act.BACK_UP: frozenset({Role.OPERATOR}),
    Act.KEEP_OWN_ACCOUNT: EVERYBODY,
}


def permit(by: Staff, act: Act) -> None:
    """Let staff do what its role may.

    Raises:
        NotPermitted: it may not.
    """
    if by.role not in PERMITTED[act]:
        raise NotPermitted(f"{by.role} may not {act}")
