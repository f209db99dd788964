"""What staff see around the pages of consoles, and pages of our own: signing in, the account, no access."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import HTMLResponse

from arena.service.accounts import Session
from arena.web.consoles import CONSOLES, consoles_for, home, pages_for, path_of
from arena.web.shell import Page
from arena.web.static import Files
from arena.web.templates import fill
from arena.web.text import CONSOLES as CONSOLE_TEXTS
from arena.web.text import SIGN_IN, TEXTS, Language

OWN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

OWN_PARTS: Mapping[tuple[str, str], str] = {
    ("evaluator", "score"): "evaluator_score.html",
    ("evaluator", "export"): "evaluator_export.html",
}
"""Markup of our own on a page of a console, by its template: uploads and downloads are not Gradio's."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of what was just tried: a text's key, and whether it went wrong."""

    key: str = ""
    is_wrong: bool = False


SILENT = Said()


class Sheets:
    """The markup of staff's pages, in both languages."""

    def __init__(self, files: Files, titles: Mapping[Language, str]) -> None:
        """Write with the files of this version and the round's titles."""
        self._files = files
        self._titles = titles

    def console(self, language: Language, console: str, page: str, session: Session | None) -> Page:
        """Write what stands around a page of a console; without a session only its places."""
        texts = CONSOLE_TEXTS[console][language]
        role = session.staff.role if session else None
        shown = list(CONSOLES[console]) if role is None else pages_for(role, console)
        name = page or "first"
        values = self._values(language, session, path_of(_other(language), console, page)) | {
            "console": console,
            "page": page,
            "pages": [(one, path_of(language, console, one), texts[one or "first"]) for one in shown],
            "heading": texts[name],
            "lead": texts[f"{name}_lead"],
            "current": "",
            "c": texts,
            "own": OWN_PARTS.get((console, page), ""),
        }
        return Page(
            language, fill("console_head.html", **values), fill("console.html", **values), "", console
        )

    def sign_in(
        self,
        language: Language,
        *,
        said: Said = SILENT,
        following: str = "",
        onward: str = "",
        elsewhere: bool = False,
    ) -> HTMLResponse:
        """Write the page to sign in; `following` is where it leads, at once where it is `onward`."""
        return self._own(
            language,
            "sign_in",
            None,
            said,
            status=401 if said.is_wrong else 200,
            next=following,
            onward=onward,
            elsewhere=elsewhere,
        )

    def account(self, language: Language, session: Session, said: Said = SILENT) -> HTMLResponse:
        """Write the page of the own account."""
        if session.must_change and not said.is_wrong:
            said = Said("must_change")
        status = 422 if said.is_wrong else 200
        return self._own(language, "account", session, said, status=status, is_local=session.is_local)

    def no_access(self, language: Language, session: Session) -> HTMLResponse:
        """Write that this role cannot open a page."""
        role = session.staff.role
        said = SIGN_IN[language]["no_access"].format(role=SIGN_IN[language][f"role.{role}"])
        return self._own(
            language, "no_access", session, SILENT, status=403, lead=said, home=home(role, language)
        )

    def _own(
        self,
        language: Language,
        name: str,
        session: Session | None,
        said: Said,
        *,
        status: int,
        **more: object,
    ) -> HTMLResponse:
        texts = SIGN_IN[language]
        address = {"sign_in": "sign-in", "account": "account", "no_access": "account"}[name]
        values = self._values(language, session, f"/{_other(language)}/{address}") | {
            "heading": texts[f"{name}_title"],
            "lead": texts.get(f"{name}_lead", ""),
            "said": texts[said.key] if said.key else "",
            "tone": "alert" if said.is_wrong else "",
            "onward": "",
            "console": "",
            "current": name,
            **more,
        }
        headers = {"content-security-policy": OWN_POLICY}
        return HTMLResponse(fill(f"{name}.html", **values), status, headers)

    def _values(self, language: Language, session: Session | None, other_path: str) -> dict[str, object]:
        entered = consoles_for(session.staff.role) if session and not session.must_change else {}
        return {
            "t": TEXTS[language].page,
            "s": SIGN_IN[language],
            "files": self._files,
            "language": language,
            "other": _other(language),
            "other_path": other_path,
            "round_title": self._titles[language],
            "staff": session.staff if session else None,
            "csrf": session.csrf if session else "",
            "consoles": [(name, path_of(language, name, page)) for name, page in entered.items()],
        }


def _other(language: Language) -> Language:
    return "en" if language == "ko" else "ko"
