"""The page that tells what staff did, to read and to filter."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from urllib.parse import urlencode

import gradio as gr

from arena.errors import BadRequest
from arena.identity.staff import Role, Staff
from arena.service.audit import COMMAND_LINE, LAST_PAGE, Acts, Asked, Done, Facts
from arena.web.desk import Desk
from arena.web.pages.build import KST, plain
from arena.web.pages.handlers import Fill, on_event, on_load
from arena.web.text import CONSOLES, SIGN_IN, Language

Words = Mapping[str, str]


def audit(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Show acts, the last first; what is asked for stands in the boxes, and the service checks it."""
    texts = CONSOLES["audit"][language]
    with gr.Row():
        act = gr.Dropdown([(texts["every"], "")], value="", label=texts["act"], allow_custom_value=True)
        role = gr.Dropdown(_roles(language), value="", label=texts["role"], interactive=True)
        account = gr.Textbox(label=texts["account"], max_length=26, max_lines=1)
    with gr.Row():
        since = gr.Textbox(label=texts["since"], placeholder="2026-01-31", max_length=10, max_lines=1)
        until = gr.Textbox(label=texts["until"], placeholder="2026-01-31", max_length=10, max_lines=1)
        page = gr.Number(1, label=texts["page"], precision=0)
    with gr.Row():
        buttons = {0: gr.Button(texts["show"], variant="primary")}
        buttons |= {turn: gr.Button(texts[name]) for turn, name in ((-1, "later"), (1, "earlier"))}
    shown = gr.Markdown(elem_classes="text ranks figures acts", latex_delimiters=[])
    asked, told = [act, role, account, since, until, page], [page, shown]

    def opened(request: gr.Request) -> tuple[object, int, str]:
        found = desk.audit.search(desk.staff(request), Asked())
        choices = [(texts["every"], ""), *((_act(kind, texts), kind) for kind in found.kinds)]
        return gr.Dropdown(choices=choices), found.page, acts_text(found, Asked(), language)

    on_load(demo, opened, [act, *told])
    for turn, button in buttons.items():
        on_event(button.click, _turning(desk, language, turn), asked, told)


def _turning(desk: Desk, language: Language, turn: int) -> Callable[..., object]:
    """Give the handler that shows what is asked for, so many pages on."""

    def read(
        act: object,
        role: object,
        account: object,
        since: object,
        until: object,
        page: object,
        request: gr.Request,
    ) -> tuple[int, str]:
        typed = Asked(_said(act), _said(account), _said(role), _said(since), _said(until))
        return _look(desk, language, desk.staff(request), typed, _number(page) + turn)

    return read


def _look(desk: Desk, language: Language, staff: Staff, asked: Asked, page: int) -> tuple[int, str]:
    try:
        found = desk.audit.search(staff, asked, min(max(page, 1), LAST_PAGE))
    except BadRequest:
        return 1, CONSOLES["audit"][language]["cannot"]
    return found.page, acts_text(found, asked, language)


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 1 <= value <= LAST_PAGE else 1


def _roles(language: Language) -> list[tuple[str, str]]:
    texts, words = CONSOLES["audit"][language], SIGN_IN[language]
    known = [(words[f"role.{role}"], role.value) for role in Role]
    return [(texts["every"], ""), *known, (texts["command_line"], COMMAND_LINE)]


def _act(act: str, texts: Words) -> str:
    return texts.get(f"act.{act}", act)


def acts_text(found: Acts, asked: Asked, language: Language) -> str:
    """Write acts as a table, the last first, with the address of all that are asked for."""
    texts = CONSOLES["audit"][language]
    said = texts["counts"].format(count=found.count, page=found.page, pages=found.pages)
    if not found.shown:
        return f"{said}\n\n{texts['none']}"
    filters = urlencode({name: value for name, value in asdict(asked).items() if value})
    said += f" [{texts['csv']}](/api/audit/acts.csv{'?' if filters else ''}{filters})"
    heads = [texts[name] for name in ("when", "who", "act", "before", "after", "entry")]
    rows = [_row(one, language) for one in found.shown]
    table = [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]
    return "\n".join([said, "", *table])


def _row(one: Done, language: Language) -> list[str]:
    texts, words = CONSOLES["audit"][language], SIGN_IN[language]
    role = texts["command_line"] if one.role == COMMAND_LINE else words.get(f"role.{one.role}", one.role)
    who = [plain(one.name), plain(role), f"`{one.account}`"] if one.account else [plain(role)]
    return [
        f"{one.done_at.astimezone(KST):%Y-%m-%d %H:%M:%S}",
        " <br> ".join(who),
        plain(_act(one.act, texts)),
        _facts(one.before),
        _facts(one.after),
        str(one.sequence),
    ]


def _facts(facts: Facts) -> str:
    return " <br> ".join(f"{plain(word)}: {plain(str(value))}" for word, value in facts.items()) or "–"


PAGES: Mapping[str, Fill] = {"": audit}
