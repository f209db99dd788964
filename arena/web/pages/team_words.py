"""What the team's console says, as Markdown; foreign texts mean nothing in it."""

from collections.abc import Mapping

from arena.contest.feedback import Reason
from arena.contest.own_answers import Answer
from arena.contest.roster import ContestantId
from arena.contest.serving import Service
from arena.reporting.team_summary import AGAINST, FATES, FOR, Fares, Rating, Summary
from arena.service.teams import Answers, Serving
from arena.web.pages.build import plain
from arena.web.pages.health_words import within
from arena.web.pages.tables import NOTHING, listed, number, shortened, table, titled
from arena.web.text import CONSOLES, HEALTH, TEXTS, Language

SHOWN = 600
"""Characters of a prompt, an answer or a comment that a row shows; files hold all of them."""
MOST_REASONS = 3


def said(language: Language, key: str, **values: object) -> str:
    """Say something of the console."""
    return CONSOLES["team"][language][key].format(**values)


def alerts(found: Serving, language: Language) -> str:
    """Say what a team should look at; nothing where nothing stands out."""
    points = [
        said(language, f"alert.{one.trouble}", endpoint=plain(one.endpoint), size=one.size)
        for one in found.alerts
    ]
    return titled(said(language, "alerts"), listed(points)) if points else ""


def recent(found: Serving, language: Language) -> str:
    """Tell what each endpoint did in the last quarter hour."""
    calm = "" if found.alerts else said(language, "alerts.none")
    if not found.recent:
        return calm
    rows = [_served(plain(endpoint), one, language) for endpoint, one in found.recent.items()]
    return titled(said(language, "recent"), calm, table(said(language, "serving.heads"), rows))


def whole(found: Serving, language: Language) -> str:
    """Tell what the contestant did in the whole round, and how its requests failed."""
    if found.whole is None:
        return titled(said(language, "whole"), said(language, "whole.none"))
    rows = [_served(said(language, "all"), found.whole, language)]
    names = HEALTH[language]
    faults = [[names[f"fault.{fault}"], number(count)] for fault, count in found.whole.faults.items()]
    told = table(said(language, "faults.heads"), faults) if faults else said(language, "faults.none")
    heads = said(language, "serving.heads")
    return "\n\n".join(
        [
            titled(said(language, "whole"), table(heads, rows), said(language, "pieces")),
            titled(said(language, "faults"), told),
        ]
    )


def over_time(found: Serving) -> dict[int, tuple[int, int, int]]:
    """Add the endpoints up: of each span from its start the whole, failed and given-up requests."""
    summed: dict[int, tuple[int, int, int]] = {}
    for (_, start), one in sorted(found.over_time.items(), key=lambda row: row[0][1]):
        done, failed, left = summed.get(start, (0, 0, 0))
        summed[start] = (done + one.whole, failed + one.failed, left + one.given_up)
    return summed


def sealing(*, told: bool, language: Language) -> str:
    """Say what a team is told now."""
    key = "told" if told else "sealed"
    return f"{said(language, key)}\n\n{said(language, 'generated')}"


def downloads(language: Language) -> str:
    """Lead to the files."""
    links = [f"[{said(language, f'download.{kind}')}](/api/team/answers.{kind})" for kind in ("csv", "json")]
    return " · ".join(links)


def answers(found: Answers, language: Language) -> str:
    """Show a page of answers."""
    rest = said(language, "more" if found.after else "end")
    if not found.answers:
        return f"{said(language, 'none_here')}\n\n{rest}"
    return f"{listed(_answer(one, language) for one in found.answers)}\n\n{rest}"


def summary(found: Summary, names: Mapping[ContestantId, str], language: Language) -> tuple[str, ...]:
    """Show what became of a contestant: ratings, categories, opponents, reasons, themes."""
    categories = TEXTS[language].categories
    rated = [_rated(said(language, "rating.whole"), found.whole, language)]
    rated += [_rated(categories.get(name, name), one, language) for name, one in found.ratings.items()]
    called = {str(each): plain(name) for each, name in names.items()}
    themes = [[number(one.comments), plain(", ".join(one.words))] for one in found.themes]
    told = table(said(language, "themes.heads"), themes) if themes else said(language, "themes.none")
    small, read = said(language, "small"), said(language, "rating.read")
    by_category = _fares("category", found.categories, categories, language)
    by_opponent = _fares("opponent", found.opponents, called, language)
    return (
        titled(said(language, "rating"), read, table(said(language, "rating.heads"), rated)),
        titled(said(language, "by_category"), by_category, small),
        titled(said(language, "by_opponent"), by_opponent, small),
        titled(said(language, "reasons"), _reasons(found.reasons, categories, language)),
        titled(said(language, "themes"), told),
    )


def _served(name: str, one: Service, language: Language) -> list[str]:
    pace = one.pieces_a_second
    return [
        name,
        *(number(count) for count in (one.requests, one.whole, one.failed, one.given_up)),
        *(within(one.first_within(share), HEALTH[language]) for share in (0.5, 0.95)),
        NOTHING if pace is None else f"{pace:,.0f}",
    ]


def _answer(one: Answer, language: Language) -> str:
    texts = TEXTS[language]
    told = [texts.categories.get(one.category, plain(one.category))]
    if one.reasons:
        told.append(f"{said(language, 'reason')}: {', '.join(texts.reasons[each] for each in one.reasons)}")
    if one.comment:
        told.append(f"{said(language, 'comment')}: {shortened(one.comment, SHOWN)}")
    question, answer = shortened(one.prompt, SHOWN), shortened(one.answer, SHOWN)
    return f"**{question}** <br> {answer} <br> {' · '.join(told)}"


def _rated(name: str, one: Rating | None, language: Language) -> list[str]:
    if one is None:
        return [name, said(language, "rating.few"), NOTHING]
    return [name, f"{one.rating:.0f}", f"{one.lower:.0f} – {one.upper:.0f}"]


def _fares(of: str, rows: Mapping[str, Fares], names: Mapping[str, str], language: Language) -> str:
    cells = [
        [names.get(name, plain(name)), *(number(row[fate]) for fate in FATES)] for name, row in rows.items()
    ]
    return table(said(language, "fares.heads", name=said(language, of)), cells)


def _reasons(found: Mapping[str, Mapping[Reason, int]], names: Mapping[str, str], language: Language) -> str:
    rows = [
        [names.get(category, plain(category)), *(_most(of, kind, language) for kind in (FOR, AGAINST))]
        for category, of in found.items()
    ]
    return table(said(language, "reasons.heads"), rows)


def _most(given: Mapping[Reason, int], kind: tuple[Reason, ...], language: Language) -> str:
    words = TEXTS[language].reasons
    most = [f"{words[reason]} {number(count)}" for reason, count in given.items() if reason in kind]
    return ", ".join(most[:MOST_REASONS]) or NOTHING
