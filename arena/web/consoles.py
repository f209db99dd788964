"""The consoles of staff: which pages there are, and which act somebody must be permitted to open each.

Law: a page that is not in `CONSOLES` is nobody's; what its handlers do, the service permits again.
"""

import re
from collections.abc import Mapping

from arena.identity.staff import Role
from arena.service.permissions import PERMITTED, Act

CONSOLES: Mapping[str, Mapping[str, Act]] = {
    "evaluator": {
        "": Act.READ_HEALTH,
        "standings": Act.READ_STANDINGS,
        "score": Act.READ_SCORE,
        "export": Act.EXPORT,
        "lifecycle": Act.LEAD_ROUND,
    },
    "team": {
        "": Act.READ_OWN_SERVING,
        "feedback": Act.READ_OWN_FEEDBACK,
        "summary": Act.READ_OWN_FEEDBACK,
    },
    "operator": {
        "": Act.READ_ENDPOINTS,
        "notices": Act.WRITE_NOTICE,
        "rehearsal": Act.REHEARSE,
        "backup": Act.BACK_UP,
    },
    "audit": {"": Act.READ_AUDIT},
}
"""Of each console its pages, "" the first, and the act that opens each."""

HOME: Mapping[Role, str] = {
    Role.EVALUATOR: "evaluator",
    Role.TEAM: "team",
    Role.OPERATOR: "operator",
    Role.AUDITOR: "evaluator",
}
"""Where somebody lands who has signed in."""

CONSOLE = re.compile(rf"/(ko|en)/({'|'.join(CONSOLES)})(?:/.*)?", re.DOTALL)
CONSOLE_API = re.compile(rf"/api/({'|'.join(CONSOLES)})(?:/.*)?", re.DOTALL)


def path_of(language: str, console: str, page: str) -> str:
    """Give the address of a page."""
    return f"/{language}/{console}/{page}"


def is_open_to(role: Role, act: Act) -> bool:
    """Tell whether a role may do this."""
    return role in PERMITTED[act]


def pages_for(role: Role, console: str) -> list[str]:
    """Name the pages of a console that a role may open, in their order."""
    return [page for page, act in CONSOLES[console].items() if is_open_to(role, act)]


def consoles_for(role: Role) -> dict[str, str]:
    """Name the consoles that a role may enter, each with the first page that it may open."""
    found = {console: pages_for(role, console) for console in CONSOLES}
    return {console: pages[0] for console, pages in found.items() if pages}


def home(role: Role, language: str) -> str:
    """Give the address where somebody lands who has signed in."""
    console = HOME[role]
    return path_of(language, console, pages_for(role, console)[0])
