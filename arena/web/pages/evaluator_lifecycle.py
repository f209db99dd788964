"""The evaluator's page on which the round is closed, its result fixed and published, each step in two."""

import gradio as gr

from arena.identity.staff import Staff
from arena.service.leading import Answer, Outcome, next_step
from arena.service.lifecycle import Brief
from arena.web.desk import Desk
from arena.web.pages.build import plain, when
from arena.web.pages.handlers import on_event, on_load
from arena.web.text import CONSOLES, Language


def fill(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page."""
    t = CONSOLES["evaluator"][language]
    status = gr.Markdown(elem_classes="text", latex_delimiters=[])
    ask = gr.Button(t["lead_ask"], elem_id="lead-ask")
    told = gr.Markdown(elem_id="lead-told", elem_classes=["text", "spoken"], latex_delimiters=[])
    with gr.Column(visible=False) as second:
        code = gr.Textbox(label=t["lead_code"], max_lines=1, elem_id="lead-code")
        take = gr.Button(t["lead_take"], variant="stop", elem_id="lead-take")

    def read(request: gr.Request) -> tuple[str, gr.Button]:
        return shown(desk.evaluation.leading.status(desk.staff(request)))

    def shown(now: Brief) -> tuple[str, gr.Button]:
        return _status(now, desk, language), gr.Button(visible=next_step(now.phase) is not None)

    def answered(by: Staff, answer: Answer | None) -> tuple[object, ...]:
        said = t["lead_none"] if answer is None else _told(answer, language)
        can_take = answer is not None and bool(answer.code)
        return *shown(desk.evaluation.leading.status(by)), said, gr.Column(visible=can_take), ""

    def asked(request: gr.Request) -> tuple[object, ...]:
        by = desk.staff(request)
        step = next_step(desk.evaluation.leading.status(by).phase)
        return answered(by, None if step is None else desk.evaluation.leading.ask(by, step))

    def taken(typed: str, request: gr.Request) -> tuple[object, ...]:
        by = desk.staff(request)
        step = next_step(desk.evaluation.leading.status(by).phase)
        typed = str(typed or "")
        return answered(by, None if step is None else desk.evaluation.leading.take(by, step, typed))

    on_load(demo, read, [status, ask])
    on_event(ask.click, asked, [], [status, ask, told, second, code])
    on_event(take.click, taken, [code], [status, ask, told, second, code])


def _told(answer: Answer, language: Language) -> str:
    """Say what came of asking for a step: what it will do and its code, that it is done, or why not."""
    t = CONSOLES["evaluator"][language]
    name = t[f"step.{answer.step}"]
    will = t["lead_will"].format(step=name, does=t[f"does.{answer.step}"], code=answer.code)
    return {
        Outcome.ASKED: will,
        Outcome.STALE: f"{t['lead_stale']}\n\n{will}",
        Outcome.DONE: f"{t['lead_done'].format(step=name)} {t[f'after.{answer.step}']}",
        Outcome.NOT_NOW: t["lead_not_now"].format(step=name),
    }[answer.outcome]


def _status(now: Brief, desk: Desk, language: Language) -> str:
    t, rules = CONSOLES["evaluator"][language], desk.evaluation.scoring.contest.rules
    step = next_step(now.phase)
    rows = [
        (t["phase"], t[f"phase.{now.phase}"]),
        (t["next"], t["lead_none"] if step is None else t[f"step.{step}"]),
        (t["closes"], when(rules.closes, language)),
        (t["votes"], f"{now.votes:,}"),
        (t["excluded"], f"{now.excluded:,}"),
        (t["removed"], ", ".join(map(plain, now.removed)) or "–"),
        *((t["result"].format(number=one.number), f"`{one.commitment}`") for one in now.results),
    ]
    return "\n".join(["|  |  |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)])
