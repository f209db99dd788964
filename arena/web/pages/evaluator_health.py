"""The evaluator's first page: how the round goes, and nothing of who wins."""

import gradio as gr

from arena.reporting.health_charts import charts
from arena.reporting.plain_figures import figure
from arena.web.desk import Desk
from arena.web.pages import health_words as words
from arena.web.pages.handlers import on_event, on_load
from arena.web.pages.tables import titled
from arena.web.text import HEALTH, Language

CHARTS = ("over_time", "categories", "exposure", "voids", "blinding")


def text(*classes: str) -> gr.Markdown:
    """Give a place for text."""
    return gr.Markdown(elem_classes=["text", *classes], latex_delimiters=[])


def chart() -> gr.Plot:
    """Give a place for a chart, which says itself what it shows."""
    return gr.Plot(show_label=False, container=False)


def health(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page."""
    say, watching = HEALTH[language], desk.health
    names = {one.id: one.name for one in desk.public.entrants()}

    def read(request: gr.Request) -> tuple[object, ...]:
        found = watching.look(desk.staff(request))
        made = charts(found.progress, found.measured, names, words.wording(language))
        return (
            words.concerns(found, names, language),
            words.headline(found, names, language),
            *(gr.Plot(figure(made[name]), visible=not made[name].is_empty) for name in CHARTS),
            words.contestants(found, names, language),
            words.times(found.progress, language),
            words.ties(found.progress, language),
            words.blinding(found.measured, language),
            words.excluded(found, language),
        )

    head = [text("urgent"), text()]
    again = gr.Button(say["refresh"])
    drawn = [_charted(name, language) for name in CHARTS[:4]]
    tables = [text("ranks", "figures"), text("ranks", "figures"), text("ranks", "figures"), text()]
    drawn.append(chart())
    tables.append(text("ranks", "figures"))
    shown = [*head, *drawn, *tables]
    on_load(demo, read, shown)
    on_event(again.click, read, [], shown)


def _charted(name: str, language: Language) -> gr.Plot:
    say = HEALTH[language]
    note, files = say.get(f"{name}.note", ""), words.files(name, language)
    gr.Markdown(titled(say[name], say[f"{name}.read"], note, files), elem_classes="text")
    return chart()
