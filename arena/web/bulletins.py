"""What anyone reads beside the pages: the operator's notices, and the published standings to take along."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from arena.errors import ArenaError
from arena.reporting.scores import scores_csv
from arena.service.notices import Notices
from arena.service.public import Public
from arena.web import outcome
from arena.web.schemas import NoticeShown
from arena.web.text import TEXTS, Language

Now = Callable[[Language], str]
"""Writes a part of a page as it is at this moment."""

SOON = "public, max-age=15"


def parts(public: Public, notices: Notices) -> Mapping[str, Now]:
    """Give the parts of citizens' pages that are written when a page is asked for, by their marks."""
    return {
        "notices": lambda language: notices_markup(notices, language),
        "standings": lambda language: _standings(public, language),
    }


def notices_markup(notices: Notices, language: Language) -> str:
    """Write the notices that are shown now; each as text and nothing else."""
    words = TEXTS[language].page
    written = "".join(
        f'<p class="notice" data-level="{one.notice.level.value}" data-notice="{one.id}">'
        f"<strong>{words[f'notice_{one.notice.level.value}']}</strong> "
        f"<span>{escape(one.notice.ko if language == 'ko' else one.notice.en)}</span></p>"
        for one in notices.shown()
    )
    label = escape(words["notices"])
    return (
        f'<section id="notices" class="notices" aria-label="{label}">{written}</section>' if written else ""
    )


def _standings(public: Public, language: Language) -> str:
    try:
        return outcome.markup(public.standings(), language)
    except ArenaError:  # sealed, none yet, or the database is away: what Gradio shows says which
        return ""


def routes(public: Public, notices: Notices) -> APIRouter:
    """Give the routes."""
    router = APIRouter()

    @router.get("/api/notices")
    def read_notices(response: Response) -> list[NoticeShown]:
        """Give what the operator tells everybody now."""
        response.headers["cache-control"] = SOON
        return [
            NoticeShown(
                id=one.id,
                level=one.notice.level,
                ko=one.notice.ko,
                en=one.notice.en,
                until=one.notice.until,
            )
            for one in notices.shown()
        ]

    @router.get("/api/standings.csv", response_class=Response)
    def read_sheet() -> Response:
        """Give the published standings as a sheet that Excel opens."""
        content = scores_csv(public.standings()).encode("utf-8-sig")
        return Response(content, media_type="text/csv; charset=utf-8", headers=_saved("standings.csv"))

    @router.get("/api/standings.svg", response_class=Response)
    def read_drawing(language: Literal["ko", "en"] = "ko") -> Response:
        """Give the published standings as a drawing."""
        content = outcome.drawing(public.standings(), language)
        return Response(content, media_type="image/svg+xml", headers=_saved("standings.svg"))

    return router


def _saved(name: str) -> Mapping[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
