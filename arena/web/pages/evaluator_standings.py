"""The evaluator's page of standings: verdict, ratings, ranks, pairs, parts, sensitivity, goodness of fit."""

from collections.abc import Sequence

import gradio as gr

from arena.errors import NoScore, Sealed, WorkLost
from arena.reporting.analysis import Analysis
from arena.reporting.figures import FIGURES
from arena.service.analyst import Analysed
from arena.web.desk import Desk
from arena.web.pages import analysis_tables as tables
from arena.web.pages.build import plain, when
from arena.web.pages.handlers import on_event, on_load
from arena.web.text import CONSOLES, Language

AGAIN = 2.0
"""Seconds after which a page asks again for an analysis that is being made."""

SECTIONS = ("forest", "ranks", "pairs")


def fill(demo: gr.Blocks, language: Language, desk: Desk) -> None:
    """Put the page."""
    t = CONSOLES["evaluator"][language]
    verdict = gr.Markdown(t["making"], elem_classes="text", latex_delimiters=[])
    outputs: list[gr.components.Component] = [verdict]
    for name in SECTIONS:
        gr.Markdown(
            f"## {t[f'{name}_title']}\n\n{t[f'{name}_reading']}{_links(name, t)}", elem_classes="text"
        )
        outputs.append(gr.Plot(show_label=False, elem_id=f"chart-{name}"))
        outputs.append(gr.Markdown(elem_classes="text ranks figures", latex_delimiters=[]))
    for name in ("parts", "sensitivity", "goodness"):
        gr.Markdown(f"## {t[f'{name}_title']}\n\n{t[f'{name}_reading']}", elem_classes="text")
        outputs.append(gr.Markdown(elem_classes="text ranks figures", latex_delimiters=[]))
    timer = gr.Timer(AGAIN, active=False)
    outputs.append(timer)

    def answer(request: gr.Request, *, anew: bool) -> list[object]:
        try:
            found = desk.evaluation.analyst.analysis(desk.staff(request), anew=anew)
        except (Sealed, NoScore, WorkLost) as error:
            return [t["no_score" if isinstance(error, NoScore) else error.code], *_nothing(outputs)]
        if found is None or found.analysis is None:
            return [making(desk, request, language), *_nothing(outputs)[:-1], gr.Timer(active=True)]
        return [*_shown(found, found.analysis, language), gr.Timer(active=False)]

    def read(request: gr.Request) -> list[object]:
        return answer(request, anew=False)

    def read_anew(request: gr.Request) -> list[object]:
        return answer(request, anew=True)

    on_load(demo, read_anew, outputs)
    on_event(timer.tick, read, [], outputs)


def making(desk: Desk, request: gr.Request, language: Language) -> str:
    """Say that the analysis is being made, and how far it is."""
    t, now = CONSOLES["evaluator"][language], desk.evaluation.analyst.making(desk.staff(request))
    return f"{t['making']}\n\n{t['made_so_far'].format(percent=round(100 * now.done), seconds=now.seconds)}"


def _links(name: str, t: tables.Texts) -> str:
    return (
        f" [SVG](/api/evaluator/charts/{name}.svg) · [PNG](/api/evaluator/charts/{name}.png) {t['as_file']}"
    )


def _nothing(outputs: Sequence[object]) -> list[object]:
    """Give what leaves every output but the first empty, and the timer at rest."""
    return [None if isinstance(one, gr.Plot) else "" for one in outputs[1:-1]] + [gr.Timer(active=False)]


def _shown(found: Analysed, analysis: Analysis, language: Language) -> list[object]:
    t = CONSOLES["evaluator"][language]
    beside = {
        "forest": tables.ratings(analysis, t),
        "ranks": _fragile(analysis, t),
        "pairs": tables.pairs(analysis, t),
    }
    charts = [part for name in SECTIONS for part in (FIGURES[name](analysis, language), beside[name])]
    return [
        _verdict(found, analysis, language),
        *charts,
        _parts(analysis, t, language),
        tables.sensitivity(analysis, t, language),
        tables.goodness(analysis.findings, t, language),
    ]


def _verdict(found: Analysed, analysis: Analysis, language: Language) -> str:
    t, standings = CONSOLES["evaluator"][language], analysis.standings
    sentence = analysis.decision.korean if language == "ko" else analysis.decision.english
    said = t["of_votes"].format(
        votes=standings.votes,
        voters=standings.voters,
        excluded=analysis.excluded,
        when=when(found.made_at, language),
    )
    weighted = t["not_weighted"] if analysis.strata is None else ""
    return f"**{plain(sentence)}**\n\n{said} {weighted}"


def _fragile(analysis: Analysis, t: tables.Texts) -> str:
    said = analysis.decision
    return t["fragile"].format(
        votes=_least(said.votes_at_least, said.votes_to_change, t),
        voters=_least(said.voters_at_least, said.voters_to_change, t),
        all_voters=said.voters,
    )


def _least(proved: int, found: int, t: tables.Texts) -> str:
    """Write the least number: one where it is proved, else between what is proved and what was found."""
    return f"{found:,}" if proved == found else t["from_to"].format(least=proved, found=found)


def _parts(analysis: Analysis, t: tables.Texts, language: Language) -> str:
    found = [tables.parts(analysis, analysis.categories, t, tables.categories(language))]
    for margin, of in (analysis.strata or {}).items():
        found += [f"### {plain(margin)}", tables.parts(analysis, of, t, {})]
    return "\n\n".join(found)
