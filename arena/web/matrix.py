"""The role matrix of the web: every route there is, and who may ask it.

Law: a route that stands in none of the three is a mistake, and a test names it. Pages of consoles and their
handlers stand in `consoles.CONSOLES`.
"""

import re
from collections.abc import Mapping

from starlette.routing import compile_path

from arena.identity.staff import Role
from arena.service.permissions import Act
from arena.web.consoles import is_open_to

ANYBODY: frozenset[str] = frozenset(
    {
        "DELETE /api/battles/{battle_id}",
        "DELETE /api/me",
        "DELETE /api/pictures/{picture}",
        "DELETE /api/waiting",
        "GET /",
        "GET /api/battles/{battle_id}",
        "GET /api/battles/{battle_id}/events",
        "GET /api/battles/{battle_id}/receipt",
        "GET /api/checkpoint",
        "GET /api/contestants",
        "GET /api/keys",
        "GET /api/me",
        "GET /api/notices",
        "GET /api/pictures/{picture}",
        "GET /api/round",
        "GET /api/standings",
        "GET /api/standings.csv",
        "GET /api/standings.svg",
        "GET /checkpoint",
        "GET /docs",
        "GET /en/account",
        "GET /en/sign-in",
        "GET /en/sign-in/back",
        "GET /en/sign-in/elsewhere",
        "GET /favicon.ico",
        "GET /healthz",
        "GET /ko/account",
        "GET /ko/sign-in",
        "GET /ko/sign-in/back",
        "GET /ko/sign-in/elsewhere",
        "GET /metrics",
        "GET /openapi.json",
        "GET /readyz",
        "GET /robots.txt",
        "GET /static/{digest}/{name}",
        "GET /tile/{place:path}",
        "GET /verify.html",
        "POST /api/battles",
        "POST /api/battles/{battle_id}/reports",
        "POST /api/battles/{battle_id}/turns",
        "POST /api/cosignatures",
        "POST /api/me",
        "POST /api/pictures",
        "POST /api/receipts",
        "POST /en/account/everywhere",
        "POST /en/account/password",
        "POST /en/account/sign-out",
        "POST /en/sign-in",
        "POST /ko/account/everywhere",
        "POST /ko/account/password",
        "POST /ko/account/sign-out",
        "POST /ko/sign-in",
        "PUT /api/battles/{battle_id}/vote",
    }
)
"""Routes of citizens and of whoever likes; what a citizen's token opens, the service of citizens says."""

STAFF: Mapping[str, Act] = {
    "GET /api/audit/acts.csv": Act.READ_AUDIT,
    "GET /api/evaluator/charts/{name}.{kind}": Act.READ_STANDINGS,
    "GET /api/evaluator/exports/{kind}": Act.EXPORT,
    "GET /api/evaluator/exports/{kind}/files/{name}": Act.EXPORT,
    "GET /api/evaluator/exports/{kind}/status": Act.EXPORT,
    "GET /api/evaluator/health/{language}/{name}.{kind}": Act.READ_HEALTH,
    "GET /api/evaluator/template.{form}": Act.READ_SCORE,
    "POST /api/evaluator/exports/{kind}": Act.EXPORT,
    "PUT /api/evaluator/scores": Act.READ_SCORE,
    "GET /api/team/answers.csv": Act.READ_OWN_FEEDBACK,
    "GET /api/team/answers.json": Act.READ_OWN_FEEDBACK,
}
"""Routes under /api/{evaluator,team,operator,audit}/, and the act that opens each.

An export for auditors takes an act of its own, which the service asks for by its kind.
"""

_PATTERNS: list[tuple[str, re.Pattern[str], Act]] = [
    (method, compile_path(path)[0], act)
    for (method, _, path), act in ((row.partition(" "), act) for row, act in STAFF.items())
]


def may_ask(role: Role, method: str, path: str) -> bool:
    """Tell whether a role may ask a route of staff's."""
    asked = "GET" if method == "HEAD" else method
    return all(
        is_open_to(role, act)
        for known, pattern, act in _PATTERNS
        if known == asked and pattern.fullmatch(path)
    )
