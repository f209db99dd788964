"""The evaluator's first page: how the round goes, and nothing of who wins."""

import gradio as gr

from arena.reporting import health_charts as charts
from arena.reporting.health import Measured, Progress
from arena.reporting.plain_figures import Chart, figure
from arena.web.desk import Desk
from arena.web.pages import health_words as words
from arena.web.pages.handlers import on_event, on_load
from arena.web.pages.tables import titled
from arena.web.text import HEALTH, TEXTS, Language

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
        drawn = [figure(one) for one in charts_of(found.progress, found.measured, names, language)]
        return (
            words.headline(found, language),
            words.concerns(found, names, language),
            *drawn,
            words.contestants(found, names, language),
            words.times(found.progress, language),
            words.ties(found.progress, language),
            words.blinding(found.measured, language),
            words.excluded(found, language),
        )

    head = [text(), text("urgent")]
    again = gr.Button(say["refresh"])
    drawn = [_charted(name, language) for name in CHARTS[:4]]
    tables = [text("ranks"), text("ranks"), text("ranks"), text()]
    drawn.append(chart())
    tables.append(text("ranks"))
    shown = [*head, *drawn, *tables]
    on_load(demo, read, shown)
    on_event(again.click, read, [], shown)


def charts_of(
    found: Progress, measured: Measured | None, names: words.Names, language: Language
) -> list[Chart]:
    """Give the charts in the order of `CHARTS`."""
    say, tracks = HEALTH[language], words.named(language, "track")
    return [
        charts.over_time(found, tracks, say["axis.votes"]),
        charts.by_category(found, tracks, TEXTS[language].categories, say["axis.votes"]),
        charts.exposure(found, names, say["axis.a"], say["axis.b"]),
        charts.voids(found, names, words.named(language, "void"), say["axis.percent"]),
        charts.blinding(measured, names, say["axis.index"]),
    ]


def _charted(name: str, language: Language) -> gr.Plot:
    say = HEALTH[language]
    gr.Markdown(titled(say[name], say[f"{name}.read"], say.get(f"{name}.note", "")), elem_classes="text")
    return chart()
