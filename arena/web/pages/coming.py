"""A page of a console that is not written yet: it says who is asking, as every handler finds out."""

import gradio as gr

from arena.web.desk import Desk
from arena.web.pages.handlers import on_load
from arena.web.text import SIGN_IN, Language


def coming(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Say who is signed in, and nothing else."""

    def read(request: gr.Request) -> str:
        return SIGN_IN[language][f"role.{desk.staff(request).role}"]

    on_load(demo, read, [gr.Markdown(elem_classes="text")])
