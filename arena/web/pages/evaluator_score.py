"""The evaluator's page of scores: the users' points, and the whole with the given scores."""

import gradio as gr

from arena.errors import NoScore, Sealed, WorkLost
from arena.service.scoring import Scored
from arena.web.desk import Desk
from arena.web.pages import analysis_tables as tables
from arena.web.pages.build import plain
from arena.web.pages.evaluator_standings import AGAIN, making
from arena.web.pages.handlers import on_event, on_load
from arena.web.text import CONSOLES, Language


def fill(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page; the sheet is handed in beside it, by the page's own script."""
    t = CONSOLES["evaluator"][language]
    gr.Markdown(f"## {t['users_title']}\n\n{t['users_reading']}", elem_classes="text")
    users = gr.Markdown(t["making"], elem_classes="text ranks figures", latex_delimiters=[])
    gr.Markdown(f"## {t['whole_title']}\n\n{t['whole_reading']}", elem_classes="text")
    whole = gr.Markdown(elem_classes="text ranks figures", latex_delimiters=[])
    timer = gr.Timer(AGAIN, active=False)
    again = gr.Button("again", elem_id="sig-score", visible="hidden")

    def answer(request: gr.Request, *, anew: bool) -> list[object]:
        try:
            found = desk.evaluation.scoring.score(desk.staff(request), anew=anew)
        except (Sealed, NoScore, WorkLost) as error:
            return [t["no_score" if isinstance(error, NoScore) else error.code], "", gr.Timer(active=False)]
        if found is None:
            return [making(desk, request, language), "", gr.Timer(active=True)]
        return [*_shown(found, desk, language), gr.Timer(active=False)]

    def read(request: gr.Request) -> list[object]:
        return answer(request, anew=False)

    def read_anew(request: gr.Request) -> list[object]:
        return answer(request, anew=True)

    outputs: list[gr.components.Component] = [users, whole, timer]
    on_load(demo, read_anew, outputs)
    on_event(timer.tick, read, [], outputs)
    on_event(again.click, read, [], outputs)


def _shown(found: Scored, desk: Desk, language: Language) -> tuple[str, str]:
    t, contest = CONSOLES["evaluator"][language], desk.evaluation.scoring.contest
    if found.users.analysis is None:
        return t["no_score"], ""
    users = tables.points(found.users.analysis, contest, t)
    if not found.wholes:
        return users, t["no_whole"] if found.given is None else t["other_whole"]
    sentence = plain(found.sentence(contest, language))
    return users, f"**{sentence}**\n\n{tables.whole(found.wholes, contest, t)}"
