"""The operator's console: endpoints, notices, rehearsal, backup.

What is wrong stands on top. Pages read anew every few seconds, as long as the operator lets them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import gradio as gr
from gradio.components import Component

from arena.contest.notice import Level
from arena.errors import ArenaError, BadRequest, RehearsalError
from arena.web.desk import Desk
from arena.web.pages import operator_words as words
from arena.web.pages.build import plain
from arena.web.pages.handlers import Fill, on_event, on_load
from arena.web.text import Language

EVERY = 5.0
HOURS = (1, 3, 6, 12, 24, 72)
Read = Callable[[gr.Request], object]


def _again_and_again(demo: gr.Blocks, language: Language, read: Read, outputs: Sequence[Component]) -> None:
    """Read when the page is opened and every few seconds; a box stops that."""
    timer = gr.Timer(EVERY)
    on_load(demo, read, outputs)
    on_event(timer.tick, read, [], outputs)
    box = gr.Checkbox(value=True, label=words.said(language, "refresh"), interactive=True)
    on_event(box.change, lambda wanted: gr.Timer(active=bool(wanted)), [box], [timer])


def _text(name: str = "") -> gr.Markdown:
    return gr.Markdown(elem_classes=f"text {name}".split(), latex_delimiters=[])


def _reply() -> gr.Markdown:
    """Give the place where a button's outcome is said; the page's script makes it a status."""
    return gr.Markdown(elem_classes=["text", "reply"], latex_delimiters=[])


def servers(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the first page: what is wrong, load, endpoints, disks, faults."""
    operators = desk.operating.operators

    def read(request: gr.Request) -> tuple[str, ...]:
        view = operators.view(desk.staff(request))
        return (
            *words.concerns_text(view, language),
            words.load_text(view, language),
            words.endpoints_text(view.endpoints, language),
            words.house_text(view.house, language),
            words.faults_text(view.faults, language),
        )

    shown = [_text("urgent"), _text("ranks"), _text(), _text("ranks")]
    chosen = gr.Dropdown(list(operators.declared), label=words.said(language, "choose"), value=None)
    with gr.Row():
        out = gr.Button(words.said(language, "drain"))
        back = gr.Button(words.said(language, "start"))
    reply = _reply()
    shown += [_text(), _text("ranks")]
    _again_and_again(demo, language, read, shown)
    for button, act, key in ((out, operators.drain, "drained"), (back, operators.start, "started")):
        on_event(button.click, _moving(desk, language, act, key), [chosen], [reply])


def _moving(
    desk: Desk, language: Language, act: Callable[..., None], key: str
) -> Callable[[str | None, gr.Request], str]:
    def move(endpoint: str | None, request: gr.Request) -> str:
        if not endpoint:
            return words.said(language, "choose_first")
        return _done(lambda: act(desk.staff(request), endpoint), language, key, endpoint=plain(endpoint))

    return move


def notices(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page of notices."""
    service = desk.operating.notices
    texts = [gr.Textbox(label=words.said(language, name), lines=2, max_length=300) for name in ("ko", "en")]
    levels = [(words.said(language, f"level.{level}"), level.value) for level in Level]
    level = gr.Dropdown(levels, value=Level.INFO.value, label=words.said(language, "level"))
    spans = [(words.said(language, "hours_of", hours=hours), str(hours)) for hours in HOURS]
    hours = gr.Dropdown(spans, value="1", label=words.said(language, "hours"))
    publish = gr.Button(words.said(language, "publish"), variant="primary")
    reply, written = _reply(), _text("ranks")
    number = gr.Number(label=words.said(language, "number"), precision=0, minimum=1)
    withdraw = gr.Button(words.said(language, "withdraw"))
    gone = _reply()

    def read(request: gr.Request) -> str:
        return words.notices_text(service.listed(desk.staff(request)), datetime.now(UTC), language)

    def write(ko: str, en: str, kind: str, span: str, request: gr.Request) -> tuple[str, str]:
        until = datetime.now(UTC) + timedelta(hours=int(span) if span in map(str, HOURS) else 0)
        said = _done(
            lambda: service.write(desk.staff(request), ko or "", en or "", kind or "", until),
            language,
            "published",
        )
        return said, read(request)

    def take_down(wanted: int | None, request: gr.Request) -> tuple[str, str]:
        said = _done(
            lambda: service.withdraw(desk.staff(request), int(wanted or 0)), language, "is_withdrawn"
        )
        return said, read(request)

    on_load(demo, read, [written])
    on_event(publish.click, write, [*texts, level, hours], [reply, written])
    on_event(withdraw.click, take_down, [number], [gone, written])


def rehearsal(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page of rehearsals."""
    job = desk.operating.rehearsals
    wanted = [
        gr.Number(label=words.said(language, name), value=value, precision=0, minimum=1)
        for name, value in (("battles", 200), ("voters", 40), ("parallel", 10))
    ]
    with gr.Row():
        begin = gr.Button(words.said(language, "rehearse"), variant="primary")
        stop = gr.Button(words.said(language, "stop"))
    reply, progress = _reply(), _text()

    def read(request: gr.Request) -> str:
        return words.rehearsal_text(job.view(desk.staff(request)), language)

    def start(
        battles: int | None, voters: int | None, parallel: int | None, request: gr.Request
    ) -> tuple[str, str]:
        asked = {"battles": battles or 0, "voters": voters or 0, "parallel": parallel or 0}
        said = _done(lambda: job.start(desk.staff(request), **asked), language, "rehearsal_begun")
        return said, read(request)

    def end(request: gr.Request) -> tuple[str, str]:
        said = _done(lambda: job.stop(desk.staff(request)), language, "rehearsal_stopped")
        return said, read(request)

    _again_and_again(demo, language, read, [progress])
    on_event(begin.click, start, wanted, [reply, progress])
    on_event(stop.click, end, [], [reply, progress])


def backup(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page of backups."""
    job = desk.operating.backups
    begin = gr.Button(words.said(language, "back_up"), variant="primary")
    reply, progress, files = _reply(), _text(), _text()

    def read(request: gr.Request) -> tuple[str, str]:
        view = job.view(desk.staff(request))
        return words.backup_text(view, language), words.files_text(view, language)

    def start(request: gr.Request) -> tuple[str, str, str]:
        said = _done(lambda: job.start(desk.staff(request)), language, "backup_begun")
        return said, *read(request)

    _again_and_again(demo, language, read, [progress, files])
    on_event(begin.click, start, [], [reply, progress, files])
    gr.Markdown(
        f"{words.said(language, 'restore_title')}\n\n{words.said(language, 'restore')}", elem_classes="text"
    )


def _done(act: Callable[[], object], language: Language, key: str, **values: object) -> str:
    """Do something and say what came of it, for whoever is at the page."""
    try:
        act()
    except RehearsalError:
        return words.said(language, "no_rehearsal")
    except BadRequest as error:
        return words.refused(language, str(error))
    except ArenaError as error:
        return words.said(language, "failed", problem=plain(str(error)[:300]))
    return words.said(language, key, **values)


PAGES: Mapping[str, Fill] = {"": servers, "notices": notices, "rehearsal": rehearsal, "backup": backup}
