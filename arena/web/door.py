"""The door of the consoles: nobody comes in whose session's role has no business there.

Rule 1: a page leads to signing in; everything else is refused, with 401 or 403.
Rule 2: what would change something carries the token of the session's own page.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from arena.errors import ArenaError, NotSignedIn
from arena.identity.staff import Role
from arena.service.accounts import Session
from arena.web.consoles import CONSOLE, CONSOLE_API, CONSOLES, consoles_for, is_open_to, path_of
from arena.web.desk import STAFF_COOKIE, Desk
from arena.web.guard import language_of
from arena.web.matrix import may_ask
from arena.web.refusal import refusal, refused
from arena.web.sheets import Sheets
from arena.web.shell import READING, Page
from arena.web.static import Files
from arena.web.text import LANGUAGES, Language

CSRF_HEADER = "arena-csrf"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was let in on her way to a path."""

    sheets: Sheets
    session: Session
    path: str

    @property
    def role(self) -> Role:
        """Give her role."""
        return self.session.staff.role

    def page(self) -> Page:
        """Write what the page of a console shows her."""
        _, language, console, page = self.path.split("/", 3)
        return self.sheets.console(cast("Language", language), console, page, self.session)


class Door:
    """Stands before everything under a console's path, and under its part of the API."""

    def __init__(self, desk: Desk, files: Files, titles: Mapping[str, str]) -> None:
        """Ask the desk who somebody is."""
        self._accounts = desk.accounts
        self.sheets = Sheets(files, cast("Mapping[Language, str]", titles))

    def pages(self) -> dict[str, Page]:
        """Give every page of a console, as nobody in particular would see it."""
        return {
            path_of(language, console, page): self.sheets.console(language, console, page, None)
            for language in LANGUAGES
            for console, pages in CONSOLES.items()
            for page in pages
        }

    def guards(self, path: str) -> bool:
        """Tell whether a path is behind the door."""
        return CONSOLE.fullmatch(path) is not None or CONSOLE_API.fullmatch(path) is not None

    async def admit(self, scope: Scope, receive: Receive, send: Send) -> Guest | None:
        """Let a request in; or answer it, and give None."""
        request = Request(scope)
        path: str = scope["path"]  # not the URL's, of which the Host that is named is a part
        found = CONSOLE.fullmatch(path)
        page = _page(found[2], path) if found else None
        try:
            session = await asyncio.to_thread(self._accounts.session, request.cookies.get(STAFF_COOKIE))
        except NotSignedIn as error:
            await _answer_stranger(request, error, is_page=page is not None)(scope, receive, send)
            return None
        except ArenaError as error:
            await refused(error, language_of(request))(scope, receive, send)
            return None
        turned_away = self._turned_away(request, session, page)
        if turned_away is not None:
            await turned_away(scope, receive, send)
            return None
        return Guest(self.sheets, session, path)

    def _turned_away(self, request: Request, session: Session, page: str | None) -> Response | None:
        """Say why somebody who is signed in does not come in, or None."""
        path, language = request.scope["path"], language_of(request)
        console = _console(path)
        if session.must_change:
            return (
                refusal("not_permitted", 403, language)
                if page is None
                else RedirectResponse(f"/{path[1:3]}/account", 303)
            )
        if page is not None and not is_open_to(session.staff.role, CONSOLES[console][page]):
            return self.sheets.no_access(cast("Language", path[1:3]), session)
        role = session.staff.role
        if console not in consoles_for(role) or not may_ask(role, request.method, path):
            return refusal("not_permitted", 403, language)
        token = request.cookies.get(STAFF_COOKIE)
        said = request.headers.get(CSRF_HEADER, "")
        if request.method not in READING and not self._accounts.is_hers(token, said):
            return refusal("bad_origin", 403, language)
        return None


def _console(path: str) -> str:
    """Name the console that a path behind the door is of."""
    page, call = CONSOLE.fullmatch(path), CONSOLE_API.fullmatch(path)
    return page[2] if page else call[1] if call else ""


def _page(console: str, path: str) -> str | None:
    """Give the name of a console's page that a path is, None for any other path."""
    name = path.split("/", 3)[3] if path.count("/") >= 3 else None
    return name if name in CONSOLES[console] else None


def _answer_stranger(request: Request, error: NotSignedIn, *, is_page: bool) -> Response:
    if not is_page or request.method not in READING:
        return refused(error, language_of(request))
    path = request.scope["path"]
    return RedirectResponse(f"/{path[1:3]}/sign-in?next={quote(path, safe='')}", 303)
