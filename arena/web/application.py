"""The FastAPI application: the API's routes, one face for every error, and an orderly end."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from arena.errors import ArenaError
from arena.service.answering import Answering
from arena.service.citizens import Citizens
from arena.service.notary import Notary
from arena.service.pictures import Pictures
from arena.service.public import Public
from arena.service.public_log import PublicLog
from arena.web import api, guard, schemas
from arena.web import log as log_routes
from arena.web.refusal import refusal, refused

log = logging.getLogger(__name__)

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": schemas.Refusal} for status in (403, 404, 409, 413, 422, 503)
}
HTTP_CODES = {404: "not_found", 413: "too_large"}

Closing = Callable[[], AbstractAsyncContextManager[None]]


def create(
    citizens: Citizens,
    answering: Answering,
    public: Public,
    notary: Notary,
    public_log: PublicLog,
    pictures: Pictures,
    *,
    https: bool,
    life: Closing,
) -> FastAPI:
    """Make the application of one arena; `life` is open from start to stop and closes what was opened."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
        async with life():
            yield
            await answering.close()

    application = FastAPI(
        title="Blind arena",
        redirect_slashes=False,  # a redirect would repeat whatever Host the request named
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses=REFUSALS,
        telemetry=guard.SILENT,
    )
    application.state.citizens = citizens
    application.state.answering = answering
    application.state.public = public
    application.state.notary = notary
    application.state.log = public_log
    application.state.pictures = pictures
    application.state.coming = guard.Coming()
    application.state.https = https
    application.add_middleware(guard.BodyLimit)
    application.add_exception_handler(ArenaError, _arena_error)
    application.add_exception_handler(RequestValidationError, _bad_request)
    application.add_exception_handler(HTTPException, _http_error)
    application.add_exception_handler(Exception, _broken)
    application.include_router(api.router)
    application.include_router(log_routes.router)
    return application


def _arena_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ArenaError):
        raise error
    answer = refused(error, guard.language_of(request))
    if answer.status_code >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error)
    return answer


def _bad_request(request: Request, _error: Exception) -> JSONResponse:
    # What was wrong is not repeated: it may hold what a stranger typed.
    return refusal("bad_request", 422, guard.language_of(request))


def _http_error(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal(HTTP_CODES.get(status, "bad_request"), status, guard.language_of(request))


def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s broke", request.method, request.url.path, exc_info=error)
    return refusal("internal", 500, guard.language_of(request))
