"""Tables of an analysis as Markdown, in both languages; every name in them is shown and never read."""

from collections.abc import Iterator, Mapping, Sequence

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.reporting.analysis import Analysis
from arena.reporting.by_part import Part, Parts
from arena.reporting.composite import Whole, percent
from arena.reporting.goodness import LEVEL, Found
from arena.reporting.sensitivity import WORDS, Alternative
from arena.web.pages.build import plain
from arena.web.pages.tables import table
from arena.web.text import TEXTS, Language

Texts = Mapping[str, str]


def _figures(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return table("|".join(heads), rows, figures=True)


def ratings(found: Analysis, t: Texts) -> str:
    """Write ratings with intervals, possible ranks and the chance to be last."""
    rows = [
        (
            plain(one.label),
            f"{row.rating:.0f}",
            f"{row.lower:.0f} – {row.upper:.0f}",
            _span(line.rank_low, line.rank_high),
            percent(line.p_last),
            f"{row.votes:,}",
        )
        for one, row, line in zip(found.entrants, found.standings.rows, found.lines, strict=True)
    ]
    return _figures([t[name] for name in ("team", "rating", "interval", "ranks", "p_last", "votes")], rows)


def points(found: Analysis, contest: Contest, t: Texts) -> str:
    """Write the points with their intervals."""
    rows = [
        (
            f"{plain(row.team)} <br> {plain(row.name)}",
            f"**{row.points:.2f}**",
            f"{row.points_lower:.2f} – {row.points_upper:.2f}",
            _span(line.rank_low, line.rank_high),
            f"{row.votes:,}",
        )
        for row, line in zip(found.standings.rows, found.lines, strict=True)
    ]
    said = t["points"].format(points=contest.rules.points)
    return _figures([t["team"], said, t["interval"], t["ranks"], t["votes"]], rows)


def pairs(found: Analysis, t: Texts) -> str:
    """Write won, tied and lost votes of row against column."""
    labels = [plain(one.label) for one in found.entrants]
    rows = [
        (
            plain(one.label),
            *("·" if one == other else _met(found, one.id, other.id) for other in found.entrants),
        )
        for one in found.entrants
    ]
    return _figures([t["won_tied_lost"], *labels], rows)


def _met(found: Analysis, one: ContestantId, other: ContestantId) -> str:
    met = found.meetings[one, other]
    return f"{met.won:,}–{met.tied:,}–{met.lost:,}"


def parts(found: Analysis, of: Parts, t: Texts, names: Mapping[str, str]) -> str:
    """Write ratings by part; one with few votes has its number alone."""
    if all(not part.lines for part in of.parts):
        return t["no_parts"]
    head = [t["category"], t["votes"], *(plain(one.label) for one in found.entrants)]
    rows = [
        (plain(names.get(part.label, part.label)), f"{part.votes:,}", *_rated(found, part))
        for part in of.parts
    ]
    return _figures(head, rows)


def _rated(found: Analysis, part: Part) -> Iterator[str]:
    by_id = {line.contestant: line for line in part.lines}
    for one in found.entrants:
        line = by_id.get(one.id)
        yield "–" if line is None else f"{line.rating:.0f} ± {line.upper - line.rating:.0f}"


def sensitivity(found: Analysis, t: Texts, language: Language) -> str:
    """Write points and places under every other assumption."""
    head = [t["assumption"], *(plain(one.label) for one in found.entrants)]
    ruled = [f"{row.points:.2f} ({place})" for place, row in enumerate(found.standings.rows, start=1)]
    rows = [(plain(WORDS[one.assumption].said(language)), *_placed(found, one)) for one in found.alternatives]
    return _figures(head, [(f"**{t['as_ruled']}**", *ruled), *rows])


def _placed(found: Analysis, other: Alternative) -> Iterator[str]:
    for entrant in found.entrants:
        one = other.of(entrant.id)
        yield "–" if one is None else f"{one.points:.2f} ({one.rank})"


def goodness(found: Sequence[Found], t: Texts, language: Language) -> str:
    """Write what the probes found."""
    rows = [
        (
            one.asked.said(language),
            "–" if one.p is None else (f"{one.p:.3f}" if one.p >= LEVEL / 10 else f"<{LEVEL / 10:g}"),
            f"**{t['alarm']}**" if one.is_alarm else t["no_alarm"],
        )
        for one in found
    ]
    return _figures([t["question"], "p", t["finding"]], rows)


def whole(found: Sequence[Whole], contest: Contest, t: Texts) -> str:
    """Write the whole with its parts."""
    rows = [
        (
            str(one.rank),
            plain(one.label),
            f"**{one.total:.2f}**",
            f"{one.lower:.2f} – {one.upper:.2f}",
            f"{one.points:.2f}",
            f"{one.benchmark:g}",
            f"{one.expert:g}",
            percent(one.p_last),
        )
        for one in found
    ]
    names = ("rank", "team", "total", "interval", "users", "benchmark", "expert", "p_last")
    return _figures([t[name].format(points=contest.rules.points) for name in names], rows)


def categories(language: Language) -> Mapping[str, str]:
    """Give the names of the categories that the arena knows."""
    return TEXTS[language].categories


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} – {high}"
