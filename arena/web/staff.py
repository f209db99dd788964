"""Staff's own routes: signing in and out, and the own account. Forms that work without any script."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, TypeVar, cast
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from arena.errors import BadRequest, NotSignedIn, TooBusy
from arena.identity import known_browser
from arena.service.accounts import AT_ONCE, Session
from arena.web.consoles import CONSOLE, home
from arena.web.desk import STAFF_COOKIE, Desk
from arena.web.sheets import Said, Sheets
from arena.web.text import LANGUAGES, Language

LARGEST_FORM = 4_000
ERRAND = "arena_errand"
"""The cookie of somebody who is on her way to a provider and back."""

TICK = 0.5
"""Seconds; a refused sign-in is answered at a whole number of them, whatever it was that took so long."""

MOST_COMING = 20
"""Sign-ins that may wait for their turn, and as many who go to a provider or come back; others try again."""

BROWSER = "arena_browser"
"""The cookie of a browser from which somebody has signed in."""

FOLLOWING = re.compile(r"[a-z/-]{1,60}")
Form = dict[str, str]


async def _form(request: Request) -> Form:
    """Read a small form; of a field that comes twice the first counts.

    Raises:
        BadRequest: it is larger, or no form.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise BadRequest("a form that is too large")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=12, errors="strict")
    except ValueError as error:
        raise BadRequest("no form") from error
    return {name: values[0] for name, values in fields.items()}


TheForm = Annotated[Form, Depends(_form)]


def routes(desk: Desk, sheets: Sheets) -> APIRouter:
    """Give the routes, for each language its own."""
    router, desks = APIRouter(include_in_schema=False), _Routes(desk, sheets)
    for language in LANGUAGES:
        for method, path, call in (
            ("GET", "sign-in", desks.show_sign_in),
            ("POST", "sign-in", desks.sign_in),
            ("GET", "sign-in/elsewhere", desks.leave),
            ("GET", "sign-in/back", desks.come_back),
            ("GET", "account", desks.show_account),
            ("POST", "account/password", desks.change_password),
            ("POST", "account/sign-out", desks.sign_out),
            ("POST", "account/everywhere", desks.sign_out_everywhere),
        ):
            router.add_api_route(f"/{language}/{path}", call, methods=[method], response_model=None)
    return router


Done = TypeVar("Done")


class _Turns:
    """Threads beside those that serve citizens, for what a stranger can ask for and what takes long."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, "signing in")
        self._coming = 0

    async def of(self, act: Callable[..., Done], *said: object) -> Done:
        """Do something in its turn.

        Raises:
            TooBusy: `MOST_COMING` wait already.
        """
        if self._coming >= MOST_COMING:
            raise TooBusy("many are signing in")
        self._coming += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, act, *said)
        finally:
            self._coming -= 1


class _Routes:
    """The routes' own work: reading forms, setting cookies, choosing what is shown."""

    def __init__(self, desk: Desk, sheets: Sheets) -> None:
        self._desk = desk
        self._accounts = desk.accounts
        self._sheets = sheets
        self._here, self._elsewhere = _Turns(AT_ONCE), _Turns(AT_ONCE)

    @property
    def _is_elsewhere(self) -> bool:
        return self._desk.elsewhere is not None

    def show_sign_in(self, request: Request) -> Response:
        """Show the form; whoever is signed in already goes on."""
        language, following = _language(request), _following(request.query_params.get("next", ""))
        try:
            session = self._accounts.session(_token(request))
        except NotSignedIn:
            said = Said("signed_out") if "out" in request.query_params else Said()
            return self._sheets.sign_in(
                language, said=said, following=following, elsewhere=self._is_elsewhere
            )
        return RedirectResponse(following or _home(session, language), 303)

    async def sign_in(self, request: Request, form: TheForm) -> Response:
        """Sign in; what was wrong, and whether anybody has that name, neither words nor time tell."""
        language, following = _language(request), _following(form.get("next", ""))
        loop = asyncio.get_running_loop()
        begun, said = loop.time(), (form.get(name, "") for name in ("name", "password", "code"))
        try:
            browser = request.cookies.get(BROWSER, "")
            token = await self._here.of(self._accounts.sign_in, *said, browser)
        except (NotSignedIn, TooBusy) as error:
            await asyncio.sleep(TICK - (loop.time() - begun) % TICK)
            key = "busy" if isinstance(error, TooBusy) else "failed"
            return self._sheets.sign_in(
                language,
                said=Said(key, is_wrong=True),
                following=following,
                elsewhere=self._is_elsewhere,
            )
        await run_in_threadpool(
            self._accounts.sign_out, _token(request)
        )  # nobody could end that one any more
        session = await run_in_threadpool(self._accounts.session, token)
        answer = RedirectResponse(following or _home(session, language), 303)
        self.hand_over(answer, token)
        self._remember(answer, await run_in_threadpool(self._accounts.known, token))
        return answer

    async def leave(self, request: Request) -> Response:
        """Send her to the provider, with what must come back kept by her browser meanwhile."""
        language, following = _language(request), _following(request.query_params.get("next", ""))
        if self._desk.elsewhere is None:
            return self._sheets.sign_in(language, following=following)
        try:
            begin = self._desk.elsewhere.begin
            url, sealed = await self._elsewhere.of(begin, self._back(request), following)
        except (NotSignedIn, TooBusy):
            return self._not_from_elsewhere(language)
        answer = RedirectResponse(url, 303)
        # Lax: she comes back by a link of the provider's, which is another site.
        answer.set_cookie(
            ERRAND, sealed, max_age=600, httponly=True, samesite="lax", secure=self._desk.https, path="/"
        )
        return answer

    async def come_back(self, request: Request) -> Response:
        """Take her in as whom the provider knows her.

        The page that follows is of our own making: a redirect would still be the other site's, and her
        browser would not send the session's cookie with it.
        """
        language, said = _language(request), request.query_params
        try:
            finish, state, code = self._finish, said.get("state", ""), said.get("code", "")
            token, following = await self._elsewhere.of(finish, request, state, code)
        except (NotSignedIn, TooBusy):
            return self._not_from_elsewhere(language)
        session = await run_in_threadpool(self._accounts.session, token)
        answer = self._sheets.sign_in(
            language, said=Said("signing_in"), onward=following or _home(session, language)
        )
        self.hand_over(answer, token)
        answer.delete_cookie(ERRAND, path="/", httponly=True, samesite="lax", secure=self._desk.https)
        return answer

    def _finish(self, request: Request, state: str, code: str) -> tuple[str, str]:
        if self._desk.elsewhere is None:
            raise NotSignedIn
        sealed = request.cookies.get(ERRAND, "")
        return self._desk.elsewhere.finish(sealed, state, code, self._back(request))

    def _back(self, request: Request) -> str:
        """Give the address to come back to; the provider takes only those that it was told of."""
        scheme = "https" if self._desk.https else "http"
        return f"{scheme}://{request.headers.get('host', '')}/{_language(request)}/sign-in/back"

    def _not_from_elsewhere(self, language: Language) -> Response:
        return self._sheets.sign_in(
            language, said=Said("elsewhere_failed", is_wrong=True), elsewhere=self._is_elsewhere
        )

    def show_account(self, request: Request) -> Response:
        """Show the own account."""
        said = Said("changed") if "changed" in request.query_params else Said()
        try:
            return self._sheets.account(_language(request), self._accounts.session(_token(request)), said)
        except NotSignedIn:
            return _to_sign_in(request)

    def change_password(self, request: Request, form: TheForm) -> Response:
        """Change the password; she is signed in here anew, and nowhere else any more."""
        language, session = _language(request), self._session(request, form)
        if session is None:
            return _to_sign_in(request)
        token, wrong = self._password_changed(session, form, request.cookies.get(BROWSER, ""))
        if wrong:
            return self._sheets.account(language, session, Said(wrong, is_wrong=True))
        changed = f"/{language}/account?changed=1"
        answer = RedirectResponse(home(session.staff.role, language) if session.must_change else changed, 303)
        self.hand_over(answer, token)
        return answer

    def _password_changed(self, session: Session, form: Form, browser: str) -> tuple[str, str]:
        """Change it: the token of a new session, or the key of what was wrong."""
        current, new, code = (form.get(name, "") for name in ("current", "new", "code"))
        if new != form.get("again", ""):
            return "", "weak.differ"
        try:
            return self._accounts.change_password(session.staff, current, new, code, browser), ""
        except NotSignedIn:
            return "", "change_failed"
        except TooBusy:
            return "", "busy"
        except BadRequest as error:
            return "", f"weak.{error}"

    def sign_out(self, request: Request, form: TheForm) -> Response:
        """Sign out here."""
        if self._session(request, form) is not None:
            self._accounts.sign_out(_token(request))
        return self._signed_out(request)

    def sign_out_everywhere(self, request: Request, form: TheForm) -> Response:
        """Sign out wherever she is signed in."""
        session = self._session(request, form)
        if session is not None:
            self._accounts.sign_out_everywhere(session.staff)
        return self._signed_out(request)

    def hand_over(self, answer: Response, token: str) -> None:
        """Give a browser its session: no script reads it, no other site makes the browser send it."""
        answer.set_cookie(
            STAFF_COOKIE, token, httponly=True, samesite="strict", secure=self._desk.https, path="/"
        )

    def _remember(self, answer: Response, browser: str) -> None:
        """Let a browser be known; that opens nothing, and signing out does not end it."""
        lasting = int(known_browser.LONGEST.total_seconds())
        answer.set_cookie(
            BROWSER,
            browser,
            max_age=lasting,
            httponly=True,
            samesite="strict",
            secure=self._desk.https,
            path="/",
        )

    def _session(self, request: Request, form: Form) -> Session | None:
        """Give the session that a form's own page was written for, None where there is none (any more)."""
        token = _token(request)
        if not self._accounts.is_hers(token, form.get("csrf", "")):
            return None
        try:
            return self._accounts.session(token)
        except NotSignedIn:
            return None

    def _signed_out(self, request: Request) -> Response:
        answer = RedirectResponse(f"/{_language(request)}/sign-in?out=1", 303)
        answer.delete_cookie(
            STAFF_COOKIE, path="/", httponly=True, samesite="strict", secure=self._desk.https
        )
        return answer


def _token(request: Request) -> str | None:
    return request.cookies.get(STAFF_COOKIE)


def _language(request: Request) -> Language:
    return cast("Language", request.scope["path"][1:3])  # the routes have no other


def _following(path: str) -> str:
    """Give the page of a console that somebody was on her way to, "" for anything else."""
    return path if FOLLOWING.fullmatch(path) and CONSOLE.fullmatch(path) else ""


def _home(session: Session, language: Language) -> str:
    return f"/{language}/account" if session.must_change else home(session.staff.role, language)


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(f"/{_language(request)}/sign-in", 303)
