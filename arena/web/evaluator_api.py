"""The evaluators' part of the API: charts, given scores, exports. Who may what, the services say."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from arena.service.exporting import Job
from arena.service.scoring import Form
from arena.web.desk import SignedIn, TheDesk
from arena.web.guard import language_of

router = APIRouter(prefix="/api/evaluator", include_in_schema=False)

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ANY = "application/octet-stream"
NOBODY_ELSES = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


class Mistake(BaseModel):
    """A mistake of a sheet: its line, 0 for the whole, and what is wrong."""

    line: int
    message: str


class SheetTaken(BaseModel):
    """Whether a sheet was taken, and all that is wrong with it."""

    taken: bool
    mistakes: list[Mistake]


class File(BaseModel):
    """A file of an export."""

    name: str
    bytes: int


class ExportJob(BaseModel):
    """How far an export is; `current` where no vote has come, gone or been excluded since."""

    state: str
    progress: float
    current: bool
    bytes: int
    files: list[File]


@router.get("/charts/{name}.{kind}")
def chart(name: str, kind: str, request: Request, desk: TheDesk, by: SignedIn) -> Response:
    """Give a chart as a file."""
    content = desk.evaluation.analyst.chart(by, name, kind, language_of(request))
    return _file(content, f"{name}.{kind}", TYPES[kind])


@router.get("/template.{form}")
def template(form: Form, desk: TheDesk, by: SignedIn) -> Response:
    """Give a sheet to fill in."""
    return _file(desk.evaluation.scoring.template(by, form), f"scores.{form}", TYPES[form])


@router.put("/scores")
async def take_scores(request: Request, desk: TheDesk, by: SignedIn) -> SheetTaken:
    """Take a filled sheet, sent as it is."""
    content = await request.body()
    read = await run_in_threadpool(desk.evaluation.scoring.take, by, content)
    language = language_of(request)
    mistakes = [Mistake(line=one.line, message=one.said(language)) for one in read.mistakes]
    return SheetTaken(taken=read.given is not None, mistakes=mistakes)


@router.post("/exports/{kind}")
def start_export(kind: str, desk: TheDesk, by: SignedIn) -> ExportJob:
    """Begin an export, or find the one that is there."""
    return _job(desk.evaluation.exports.start(by, kind))


@router.get("/exports/{kind}/status")
def export_status(kind: str, desk: TheDesk, by: SignedIn) -> ExportJob:
    """Tell how far an export is."""
    return _job(desk.evaluation.exports.job(by, kind))


@router.get("/exports/{kind}")
def export_archive(kind: str, desk: TheDesk, by: SignedIn) -> FileResponse:
    """Give all of an export in one file."""
    path = desk.evaluation.exports.file(by, kind, "")
    name = f"{desk.evaluation.scoring.contest.rules.round_id}-{kind}.zip"
    return FileResponse(path, media_type="application/zip", filename=name, headers=NOBODY_ELSES)


@router.get("/exports/{kind}/files/{name}")
def export_file(
    kind: str, name: Annotated[str, InPath(max_length=100)], desk: TheDesk, by: SignedIn
) -> FileResponse:
    """Give one file of an export; a browser keeps it and shows nothing of it on our address."""
    path = desk.evaluation.exports.file(by, kind, name)
    return FileResponse(path, media_type=ANY, filename=name, headers=NOBODY_ELSES)


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {**NOBODY_ELSES, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _job(job: Job) -> ExportJob:
    made = job.made
    files = [] if made is None else [File(name=name, bytes=size) for name, size in made.files.items()]
    size = 0 if made is None else made.archive
    return ExportJob(
        state=job.state.value, progress=job.progress, current=job.is_current, bytes=size, files=files
    )
