"""The team's files: its own answers, as a sheet and as lines of JSON."""

from collections.abc import Callable, Iterable, Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from arena.contest.own_answers import Answer
from arena.reporting.feedback_files import csv_of, json_of
from arena.web.desk import SignedIn, TheDesk

KINDS: dict[str, tuple[str, Callable[[Iterable[Answer]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_of),
    "json": ("application/jsonl; charset=utf-8", json_of),
}

router = APIRouter(prefix="/api/team", include_in_schema=False)


def _file(kind: str) -> Callable[..., StreamingResponse]:
    media, written = KINDS[kind]

    def sent(by: SignedIn, desk: TheDesk) -> StreamingResponse:
        lines = written(desk.teams.every_answer(by))
        name = f'attachment; filename="answers.{kind}"'
        return StreamingResponse(
            lines, media_type=media, headers={"content-disposition": name, "cache-control": "no-store"}
        )

    return sent


for _kind in KINDS:
    router.add_api_route(f"/answers.{_kind}", _file(_kind), methods=["GET"])
