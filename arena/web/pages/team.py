"""The team's console: how its model serves, its answers with what citizens said, its own result.

No component names a contestant: the service takes it from who is asking.
"""

from collections.abc import Mapping

import gradio as gr
from gradio.components import Component

from arena.contest.feedback import Reason
from arena.contest.own_answers import Wanted
from arena.errors import BadRequest, Sealed
from arena.reporting import health_charts as charts
from arena.reporting.plain_figures import figure
from arena.service.teams import SPANS
from arena.web.desk import Desk
from arena.web.pages import team_words as words
from arena.web.pages.evaluator_health import chart, text
from arena.web.pages.handlers import Fill, on_event, on_load
from arena.web.pages.tables import titled
from arena.web.text import CONSOLES, TEXTS, Language

AGAIN = 5.0
"""Seconds after which the own result is asked for again while it is put together."""


def serving(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page of serving."""
    say = CONSOLES["team"][language]

    def read(request: gr.Request, span: str = "60") -> tuple[object, ...]:
        seconds = int(span) if span in {str(one) for one in SPANS} else min(SPANS)
        found = desk.teams.serving(desk.staff(request), seconds)
        parts = [say["done"], say["failed"], say["given_up"]]
        drawn = charts.serving_over_time(words.over_time(found), parts, say["requests"])
        return (
            words.alerts(found, language),
            words.recent(found, language),
            words.whole(found, language),
            gr.Plot(figure(drawn), visible=not drawn.is_empty),
        )

    shown: list[Component] = [text("urgent"), text("ranks", "figures"), text("ranks", "figures")]
    gr.Markdown(titled(say["over_time"], say["over_time.read"]), elem_classes="text")
    span = gr.Dropdown([(say[f"span.{one}"], str(one)) for one in SPANS], value="60", label=say["span"])
    again = gr.Button(say["show"])
    shown.append(chart())
    on_load(demo, read, shown)
    on_event(again.click, read, [span], shown)


def feedback(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page of answers and what citizens said of them."""
    say, texts = CONSOLES["team"][language], TEXTS[language]
    rules = desk.public.round_view().rules

    def read(
        request: gr.Request,
        category: str = "",
        spoken: str = "",
        reason: str = "",
        commented: bool = False,  # noqa: FBT001, FBT002 - what a box holds
        search: str = "",
        after: str = "",
    ) -> tuple[object, ...]:
        by = desk.staff(request)
        wanted = Wanted(
            category=str(category or ""),
            language=str(spoken or ""),
            reason=str(reason or ""),
            commented=bool(commented),
            text=str(search or "").strip(),
        )
        head = words.sealing(told=desk.teams.is_told(by), language=language)
        try:
            found = desk.teams.answers(by, wanted, str(after or ""))
        except Sealed:
            return head, say["not_yet"], "", gr.Button(visible=False)
        except BadRequest:
            return head, say["unknown_filter"], "", gr.Button(visible=False)
        return head, words.answers(found, language), found.after, gr.Button(visible=bool(found.after))

    head = text()
    gr.Markdown(words.downloads(language), elem_classes="text")
    with gr.Row():
        chosen: list[Component] = [
            _choice(say, "category", {one: texts.categories.get(one, one) for one in rules.categories}),
            _choice(say, "language", {one: say[one] for one in ("ko", "en")}),
            _choice(say, "reason", {one.value: texts.reasons[one] for one in Reason}),
        ]
    with gr.Row():
        chosen.append(gr.Checkbox(label=say["commented"], value=False))
        chosen.append(gr.Textbox(label=say["search"], max_lines=1, max_length=100))
    place = gr.Textbox(visible=False)
    find = gr.Button(say["find"], variant="primary")
    found_here = text("answers", "record")
    onward = gr.Button(say["next"], visible=False)
    shown = [head, found_here, place, onward]
    on_load(demo, read, shown)
    on_event(find.click, read, chosen, shown)
    on_event(onward.click, read, [*chosen, place], shown)


def summary(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page of the team's own result."""
    names = {one.id: one.name for one in desk.public.entrants()}

    def read(request: gr.Request) -> tuple[object, ...]:
        try:
            found = desk.teams.summary(desk.staff(request))
        except Sealed:
            return words.sealing(told=False, language=language), "", "", "", "", gr.Timer(active=False)
        if found is None:
            return CONSOLES["team"][language]["making"], "", "", "", "", gr.Timer(active=True)
        return *words.summary(found, names, language), gr.Timer(active=False)

    timer = gr.Timer(AGAIN, active=False)
    figures, told = [text("ranks", "figures") for _ in range(3)], [text("ranks"), text("ranks")]
    shown: list[Component] = [*figures, *told, timer]
    on_load(demo, read, shown)
    on_event(timer.tick, read, [], shown)


def _choice(say: Mapping[str, str], name: str, named: Mapping[str, str]) -> gr.Dropdown:
    choices = [(say["any"], ""), *((text_, one) for one, text_ in named.items())]
    return gr.Dropdown(choices, value="", label=say[name])


PAGES: Mapping[str, Fill] = {"": serving, "feedback": feedback, "summary": summary}
