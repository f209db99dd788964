"""The charts of a round's health as files, for evaluators."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from arena.reporting.health_charts import charts
from arena.reporting.plain_figures import drawing
from arena.web.desk import SignedIn, TheDesk
from arena.web.pages.health_words import wording
from arena.web.text import HEALTH, Language

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
Name = Literal["over_time", "categories", "exposure", "voids", "blinding"]
Kind = Literal["svg", "png"]

router = APIRouter(prefix="/api/evaluator/health", include_in_schema=False)


@router.get("/{language}/{name}.{kind}")
def chart(language: Language, name: Name, kind: Kind, by: SignedIn, desk: TheDesk) -> Response:
    """Send a chart of the round's health as a file."""
    found = desk.health.look(by)
    names = {one.id: one.name for one in desk.public.entrants()}
    made = charts(found.progress, found.measured, names, wording(language))
    content = drawing(made[name], HEALTH[language][name], kind)
    head = {"content-disposition": f'attachment; filename="{name}.{kind}"', "cache-control": "no-store"}
    return Response(content, media_type=TYPES[kind], headers=head)
