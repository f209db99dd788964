"""The consoles of staff as Gradio's pages: one mount for each language and console."""

from collections.abc import Mapping

import gradio as gr
from fastapi import FastAPI

from arena.service.permissions import Act
from arena.web.consoles import CONSOLES
from arena.web.desk import Desk
from arena.web.pages import audit, evaluator, operator, team
from arena.web.pages.build import MOST_EVENTS, mount_pages
from arena.web.pages.gradio_pages import Pages
from arena.web.pages.handlers import Fill
from arena.web.text import CONSOLES as TEXTS
from arena.web.text import Language

FILLS: Mapping[str, Mapping[str, Fill]] = {
    "evaluator": evaluator.PAGES,
    "team": team.PAGES,
    "operator": operator.PAGES,
    "audit": audit.PAGES,
}


def build(language: Language, console: str, desk: Desk) -> tuple[gr.Blocks, dict[int, Act]]:
    """Build the pages of a console, those of `CONSOLES`; give the act of each handler, by its number."""
    texts, fills = TEXTS[console][language], FILLS[console]
    demo = Pages(title=texts["first"], analytics_enabled=False)
    acts: dict[int, Act] = {}
    for page, act in CONSOLES[console].items():
        if page:
            with demo.route(texts[page], f"/{page}", show_in_navbar=False):
                _fill(fills[page], demo, language, desk)
        else:
            with demo:
                _fill(fills[page], demo, language, desk)
        acts |= dict.fromkeys(demo.fns.keys() - acts.keys(), act)
    demo.max_threads = MOST_EVENTS
    return demo, acts


def _fill(fill: Fill, demo: gr.Blocks, language: Language, desk: Desk) -> None:
    with gr.Column(elem_classes="console"):
        fill(demo, language, desk)


def mount(api: FastAPI, language: Language, console: str, desk: Desk) -> dict[int, Act]:
    """Mount a console on `api`; give the act of each handler that its pages call, by its number."""
    demo, acts = build(language, console, desk)
    mount_pages(api, demo, f"/{language}/{console}")
    return acts
