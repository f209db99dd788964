"""The desk: the services that pages and routes of staff work with, and who is asking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from arena.identity.staff import Staff
from arena.service.accounts import Accounts
from arena.service.audit import Audit
from arena.service.elsewhere import Elsewhere
from arena.service.evaluation import Evaluation
from arena.service.operating import Operating
from arena.service.public import Public
from arena.service.round_health import RoundHealth
from arena.service.teams import Teams

STAFF_COOKIE = "arena_staff"


class Asking(Protocol):
    """What a request, Gradio's or Starlette's, must tell."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """Give the cookies that came with it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The services of one arena for its staff; `https` where browsers come over https."""

    accounts: Accounts
    audit: Audit
    public: Public
    operating: Operating
    evaluation: Evaluation
    health: RoundHealth
    teams: Teams
    https: bool = False
    elsewhere: Elsewhere | None = None

    def staff(self, request: Asking) -> Staff:
        """Tell who is asking.

        Raises:
            NotSignedIn: nobody is signed in, or no longer.
            NotPermitted: she must change her password first.
        """
        return self.accounts.staff_of(request.cookies.get(STAFF_COOKIE))


def _desk(request: Request) -> Desk:
    return request.app.state.desk  # type: ignore[no-any-return]  # Starlette's state is untyped


TheDesk = Annotated[Desk, Depends(_desk)]
"""The desk, in a route."""


def _signed_in(request: Request, desk: TheDesk) -> Staff:
    return desk.staff(request)


SignedIn = Annotated[Staff, Depends(_signed_in)]
"""Who is asking, in a route; what she may, the service says."""
