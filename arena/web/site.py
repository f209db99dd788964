"""The whole site: API, pages, own files, all inside the shell."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from http import HTTPStatus
from itertools import product
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from markupsafe import Markup
from starlette.routing import Mount
from starlette.types import ASGIApp, Message

from arena.contest.feedback import MAX_COMMENT
from arena.contest.rules import Verdict
from arena.service.citizens import Citizens
from arena.service.public import Public
from arena.service.views import RoundView
from arena.web import audit_api, bulletins, evaluator_api, guard, health_api, staff, static, team_api
from arena.web.calls import Handlers
from arena.web.consoles import CONSOLES
from arena.web.desk import Desk
from arena.web.door import Door
from arena.web.pages import consoles
from arena.web.pages.build import IN_MENU, PAGES, mount, when
from arena.web.shell import Page, PageBroken, Shell, fetch, rewrite
from arena.web.static import Files
from arena.web.templates import fill
from arena.web.text import LANGUAGES, TEXTS, Language, suggestions

KEYS: Mapping[Verdict, str] = {Verdict.A: "A", Verdict.B: "B", Verdict.TIE: "T", Verdict.BOTH_BAD: "N"}
PRELOADED = {
    "battle": (
        "words.js",
        "calls.js",
        "stream.js",
        "waiting.js",
        "turns.js",
        "question.js",
        "picture.js",
        "choice.js",
        "receipt.js",
        "report.js",
    ),
    "receipt": ("words.js", "calls.js", "verifier.js"),
}
PAGE_SCRIPTS = {"battle": ("battle.js",), "record": ("record.js",), "receipt": ("check.js",)}
ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /ko/record\nDisallow: /en/record\n"


def build(api: FastAPI, public: Public, citizens: Citizens, desk: Desk) -> ASGIApp:
    """Put pages and files on `api` and the shell around it all.

    Raises:
        PageBroken: the pinned Gradio was changed and its pages no longer fit the shell.
    """
    files = static.read()
    view = public.round_view()
    pages = {
        f"/{language}/{name}": _page(files, view, language, name)
        for language in LANGUAGES
        for name in ("", *PAGES)
    }

    handlers: dict[str, Handlers] = {}
    door = Door(desk, files, view.rules.titles)
    pages |= door.pages()
    api.state.desk = desk
    api.include_router(staff.routes(desk, door.sheets))
    api.include_router(evaluator_api.router)
    api.include_router(team_api.router)
    api.include_router(health_api.router)
    api.include_router(audit_api.router)

    async def mounted() -> None:
        for language, console in product(LANGUAGES, CONSOLES):  # before the mounts whose paths begin theirs
            acts = consoles.mount(api, language, console, desk)
            handlers[f"/{language}/{console}"] = Handlers(frozenset(acts), take_inputs=True, acts=acts)
        for language in LANGUAGES:
            handlers[f"/{language}"] = Handlers(mount(api, language, public, citizens))
        await check(api, pages)

    with ThreadPoolExecutor(1) as thread:  # Gradio leaves a loop behind where none runs; one may run here
        thread.submit(asyncio.run, mounted()).result()
    _routes(api, files, view)
    notices = desk.operating.notices
    api.include_router(bulletins.routes(public, notices))
    return Shell(api, pages, handlers, door, bulletins.parts(public, notices))


async def check(api: FastAPI, pages: Mapping[str, Page]) -> None:
    """Rewrite every page once.

    Raises:
        PageBroken: a page is missing, or a place that the shell rewrites.
    """
    mounts = {route.path: route.app for route in api.routes if isinstance(route, Mount)}
    for path, page in pages.items():
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": page.mount,
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
        }
        status, _, html = await fetch(mounts[page.mount], scope, _nothing)
        if status != HTTPStatus.OK:
            raise PageBroken(f"{path} answers {status}")
        rewrite(html.decode(), page, "nonce")


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _page(files: Files, view: RoundView, language: Language, name: str) -> Page:
    """Write what stands on a page before and after what Gradio shows."""
    texts = TEXTS[language]
    current = name or "battle"
    values = {
        "t": texts.page,
        "texts": texts,
        "files": files,
        "language": language,
        "other": "en" if language == "ko" else "ko",
        "path": name,
        "current": current,
        "title": f"{texts.page[f'{current}_title']} · {view.rules.titles[language]}",
        "round_title": view.rules.titles[language],
        "demo": view.demo,
        "links": [(page or "battle", f"/{language}/{page}") for page in ("", *IN_MENU)],
        "categories": view.rules.categories,
        "verdicts": [
            (verdict, number, KEYS[verdict]) for number, verdict in enumerate(view.rules.verdicts, 1)
        ],
        "max_comment": MAX_COMMENT,
        "pictures": view.pictures,
        "words": words(view, language),
        "scripts": PAGE_SCRIPTS.get(current, ()),
        "preloaded": PRELOADED.get(current, ()),
    }
    return Page(
        language=language,
        head=fill("head.html", **values),
        before=fill("battle.html" if current == "battle" else "page.html", **values),
        after=fill("footer.html", **values),
    )


def words(view: RoundView, language: Language) -> Markup:
    """Give what the page's script says, as JSON that cannot end its own element."""
    texts = TEXTS[language]
    said = {
        "language": language,
        "script": dict(texts.script),
        "verdicts": dict(texts.verdicts),
        "voids": dict(texts.voids),
        "opens": when(view.rules.opens, language),
        "closes": when(view.rules.closes, language),
        "witnesses": view.rules.witnesses.keys,
        "openings": view.rules.openings,
        "suggestions": [asdict(suggestion) for suggestion in suggestions(language)],
    }
    return Markup(json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 escaped here


def _routes(api: FastAPI, files: Files, view: RoundView) -> None:
    @api.get("/", include_in_schema=False)
    def front(request: Request) -> Response:
        return RedirectResponse(
            f"/{guard.language_of(request)}/", 303, headers={"vary": "accept-language, cookie"}
        )

    @api.get("/static/{digest}/{name}", include_in_schema=False)
    def own_file(request: Request, digest: str, name: str) -> Response:
        file = files.by_name.get(name)
        if file is None or digest != files.digest:
            return PlainTextResponse("not found", 404)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(file.plain, media_type=file.type, headers={"vary": "accept-encoding"})
        packed = {"vary": "accept-encoding", "content-encoding": "gzip"}
        return Response(file.compressed, media_type=file.type, headers=packed)

    @api.get("/favicon.ico", include_in_schema=False)
    def favicon() -> Response:
        mark = files.by_name["mark.svg"]
        return Response(mark.plain, media_type=mark.type)

    @api.get("/verify.html", include_in_schema=False)
    def verifier() -> Response:
        # Handed over to be opened from disk, where no server can change it while it checks.
        return Response(
            files.by_name["verify.html"].plain,
            media_type="text/html; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="verify.html"'},
        )

    @api.get("/robots.txt", include_in_schema=False)
    def robots() -> Response:
        return PlainTextResponse(ROBOTS)

    @api.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(_docs(api.openapi(), files, view))


def _docs(described: Mapping[str, Any], files: Files, view: RoundView) -> str:
    return fill(
        "docs.html",
        api=_lenient(described),
        files=files,
        t=TEXTS["en"].page,
        round_title=view.rules.titles["en"],
        shape=shape,
        body=_body,
    )


class Lenient(dict[str, Any]):
    """A part of the description, in which what is not said is empty."""

    def __getattr__(self, name: str) -> Any:
        """Give what is described under a name, or nothing."""
        return self.get(name)


def _lenient(part: Any) -> Any:
    if isinstance(part, Mapping):
        return Lenient({key: _lenient(value) for key, value in part.items()})
    return [_lenient(value) for value in part] if isinstance(part, list) else part


def _body(part: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the schema of a request's or an answer's JSON body; of another body its media type."""
    content = part.get("content") or {}
    if "application/json" in content:
        found: Mapping[str, Any] | None = content["application/json"].get("schema")
        return found
    return {"type": next(iter(content))} if content else None


def shape(schema: Mapping[str, Any]) -> str:
    """Name a JSON schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(shape(one) for one in schema[several])
    if "const" in schema:
        return repr(schema["const"])
    if "enum" in schema:
        return " or ".join(repr(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {shape(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or "anything")
