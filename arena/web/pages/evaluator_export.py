"""The evaluator's page of exports: what is in a folder; making and fetching it is the page's own script's."""

import gradio as gr

from arena.web.desk import Desk
from arena.web.pages.handlers import on_load
from arena.web.text import CONSOLES, Language


def fill(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page."""
    t = CONSOLES["evaluator"][language]

    def read(request: gr.Request) -> str:
        role = desk.staff(request).role
        opened = t[f"files_openings.{desk.evaluation.scoring.contest.rules.openings}"]
        return f"## {t['files_title']}\n\n{t['files']}\n\n{opened} {t.get(f'files_{role}', '')}"

    on_load(demo, read, [gr.Markdown(elem_classes="text")])
