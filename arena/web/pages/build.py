"""The pages of one language: what is around the battle, the rules, the standings, the own record."""

import warnings
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import gradio as gr
from fastapi import FastAPI

from arena.contest.battle import BattleId
from arena.contest.rules import DecisionRule, Rules, Track, percent
from arena.errors import NoScore, Sealed
from arena.reporting.tally import Standings
from arena.service.citizens import Citizens
from arena.service.public import Public
from arena.service.views import Me, RoundView
from arena.web.guard import SILENT, token
from arena.web.pages.gradio_pages import Pages
from arena.web.pages.theme import theme
from arena.web.text import TEXTS, Language, Texts

KST = timezone(timedelta(hours=9), "KST")
IN_MENU = ("rules", "standings", "record")
PAGES = (*IN_MENU, "receipt")
MOST_EVENTS = 40
SHOWN = 300
"""Characters of a question that the own record shows."""


def build(language: Language, public: Public, citizens: Citizens) -> gr.Blocks:
    """Build the pages of a language."""
    texts = TEXTS[language]
    view = public.round_view()
    demo = Pages(title=view.rules.titles[language], analytics_enabled=False)
    with demo:
        _around_the_battle(demo, language, public)
    with demo.route(texts.page["rules"], "/rules", show_in_navbar=False):
        shown = gr.Markdown(rules_text(view, language), elem_classes="text")
        _on_load(demo, lambda: rules_text(public.round_view(), language), [shown])
    with demo.route(texts.page["standings"], "/standings", show_in_navbar=False):
        _standings(demo, language, public)
    with demo.route(texts.page["record"], "/record", show_in_navbar=False):
        _record(demo, language, citizens)
    with demo.route(texts.page["receipt"], "/receipt", show_in_navbar=False):
        gr.Markdown(texts.page["receipt_about"], elem_classes="text")
    demo.max_threads = MOST_EVENTS
    return demo


def mount(api: FastAPI, language: Language, public: Public, citizens: Citizens) -> frozenset[int]:
    """Mount the pages of a language on `api`; give the numbers of the handlers that they call."""
    return mount_pages(api, build(language, public, citizens), f"/{language}")


def mount_pages(api: FastAPI, pages: gr.Blocks, path: str) -> frozenset[int]:
    """Mount pages under a path; give the numbers of the handlers that they call."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        gr.mount_gradio_app(
            api,
            pages,
            path=path,
            theme=theme(),
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            max_file_size="1kb",
            show_error=False,
            ssr_mode=False,
            mcp_server=False,
            pwa=False,
            app_kwargs={"telemetry": SILENT},
        )
    return frozenset(pages.fns)


def when(moment: datetime, language: Language) -> str:
    """Write a moment in Korean time, to the minute."""
    local = moment.astimezone(KST)
    if language == "ko":
        return f"{local.year}년 {local.month}월 {local.day}일 {local:%H:%M} (한국 시각)"
    return f"{local.day} {local:%B %Y, %H:%M} (Korean time)"


def rules_text(view: RoundView, language: Language) -> str:
    """Write the rules of a round as Markdown."""
    texts, rules = TEXTS[language], view.rules
    return texts.rules.format(
        opens=when(rules.opens, language),
        closes=when(rules.closes, language),
        now=texts.words[f"now.{_now(view)}"],
        votes_per_person=rules.votes_per_person,
        max_turns=rules.max_turns,
        max_prompt=rules.max_prompt,
        controls=_controls(view, texts),
        pictures=_pictures(view, texts),
        verdicts=" · ".join(texts.verdicts[verdict] for verdict in rules.verdicts),
        speed=texts.words[f"speed.{rules.speed.value}"],
        reveal=texts.words[f"reveal.{rules.reveal.value}"],
        standings=texts.words[f"standings.{rules.standings.value}"],
        temperature=rules.decoding.temperature,
        top_p=rules.decoding.top_p,
        max_tokens=rules.decoding.max_tokens,
        points=rules.points,
        both_bad=texts.words[f"both_bad.{rules.both_bad.value}"],
        chance=percent(rules.decision.chance),
        voters=rules.decision.voters,
        share=percent(rules.decision.share),
        least=_least(rules.decision, texts),
        rules_hash=view.rules_hash,
    )


def _least(rule: DecisionRule, texts: Texts) -> str:
    """Say what the rules ask votes for, where they do."""
    asked = {"decision.votes": rule.votes, "decision.category_votes": rule.category_votes}
    return " ".join(texts.words[name].format(least=least) for name, least in asked.items() if least)


def _controls(view: RoundView, texts: Texts) -> str:
    if not view.rules.controls:
        return ""
    named = "controls.references" if view.references else "controls"
    references = " · ".join(map(plain, view.references))
    return texts.words[named].format(controls=view.rules.controls, references=references)


def _pictures(view: RoundView, texts: Texts) -> str:
    if not view.pictures:
        return ""
    scored = "scored" if Track.OPEN_PICTURES in view.rules.scoring else "apart"
    return texts.words["pictures"].format(pictures=view.pictures, scored=texts.words[f"pictures.{scored}"])


def counts_text(view: RoundView, language: Language) -> str:
    """Write how much the round holds so far."""
    return (
        TEXTS[language].page["counts"].format(citizens=view.citizens, battles=view.battles, votes=view.votes)
    )


def plain(text: str) -> str:
    """Write a foreign text so that Markdown shows its letters and gives none of them a meaning."""
    line = " ".join(text.split())
    return "".join(char if char.isalnum() or char == " " else f"&#{ord(char)};" for char in line)


def standings_text(standings: Standings, language: Language) -> str:
    """Write published standings as a table, best first."""
    words = TEXTS[language].words
    heads = [words[name] for name in ("place", "model", "rating", "points", "votes")]
    rows = [
        [
            str(place),
            f"**{plain(row.name)}** <br> {plain(row.team)}",
            f"{row.rating:.0f} <br> {row.lower:.0f} – {row.upper:.0f}",
            f"{row.points:.2f} <br> {row.points_lower:.2f} – {row.points_upper:.2f}",
            f"{row.votes:,}",
        ]
        for place, row in enumerate(standings.rows, start=1)
    ]
    table = [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]
    said = words["standings_counts"].format(votes=standings.votes, voters=standings.voters)
    return "\n".join([said, "", *table])


def record_text(me: Me, language: Language) -> str:
    """Write a citizen's own record as a list, newest first."""
    texts = TEXTS[language]
    if not me.record:
        return texts.words["no_record"]
    said = texts.words["record_counts"].format(votes=me.votes, votes_per_person=me.votes_per_person)
    lines = [
        f"- {_shortened(line.prompt, texts)} <br> {line.opened_at.astimezone(KST):%Y-%m-%d %H:%M} · "
        f"{plain(texts.categories.get(line.category, line.category))} · "
        f"**{texts.verdicts[line.verdict] if line.verdict else texts.stages[line.stage]}**"
        f"{_receipt(line.battle, texts) if line.verdict else ''}"
        for line in me.record
    ]
    return "\n".join([said, "", *lines])


def _receipt(battle: BattleId, texts: Texts) -> str:
    return f" · [{texts.words['receipt']}](/api/battles/{battle}/receipt)"


def _shortened(prompt: str, texts: Texts) -> str:
    shown = prompt if len(prompt) <= SHOWN else f"{prompt[:SHOWN]}…"
    return plain(shown) or plain(texts.words["erased"])


def sealed_text(rules: Rules, language: Language) -> str:
    """Say that standings are sealed, until when and why."""
    return TEXTS[language].words["sealed"].format(closes=when(rules.closes, language))


def _now(view: RoundView) -> str:
    if view.open_now:
        return "open"
    return "before" if datetime.now(KST) < view.rules.opens else "after"


def _on_load(demo: gr.Blocks, read: Callable[..., object], outputs: list[gr.components.Component]) -> None:
    demo.load(read, None, outputs, queue=False, show_progress="hidden", api_visibility="private")


def _on_press(
    demo: gr.Blocks, name: str, read: Callable[..., object], outputs: list[gr.components.Component]
) -> None:
    """Read on load, and again whenever the page's script presses the hidden button `sig-NAME`."""
    pressed = gr.Button(name, elem_id=f"sig-{name}", visible="hidden")
    pressed.click(read, None, outputs, queue=False, show_progress="hidden", api_visibility="private")
    _on_load(demo, read, outputs)


def _around_the_battle(demo: gr.Blocks, language: Language, public: Public) -> None:
    def counts() -> str:
        return counts_text(public.round_view(), language)

    with gr.Column(elem_classes="around"):
        gr.Markdown(TEXTS[language].page["how"], elem_classes="text")
        shown = gr.Markdown(counts(), elem_id="counts", elem_classes="text")
    _on_press(demo, "counts", counts, [shown])


def _standings(demo: gr.Blocks, language: Language, public: Public) -> None:
    def read() -> str:
        try:
            return standings_text(public.standings(), language)
        except Sealed:
            return sealed_text(public.round_view().rules, language)
        except NoScore:
            return TEXTS[language].words["no_score"]

    shown = gr.Markdown(read(), elem_classes="text ranks", latex_delimiters=[])
    _on_load(demo, read, [shown])


def _record(demo: gr.Blocks, language: Language, citizens: Citizens) -> None:
    def read(request: gr.Request) -> str:
        return record_text(citizens.me(token(request.cookies)), language)

    shown = gr.Markdown(elem_classes="text record", latex_delimiters=[])
    _on_press(demo, "record", read, [shown])
