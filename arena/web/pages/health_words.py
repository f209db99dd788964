"""What the health of a round says, as Markdown."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from arena.contest.roster import ContestantId
from arena.reporting.audited import TooFew
from arena.reporting.health import FEWEST_VOTES, Measured, Progress, Spread, in_percents
from arena.reporting.health_charts import Wording
from arena.service.round_health import Health
from arena.web.pages.build import plain, when
from arena.web.pages.tables import NOTHING, listed, number, table, titled
from arena.web.text import HEALTH, TEXTS, Language

LARGE = 5
"""Percent of a contestant's battles that are void by its own fault, from which on somebody should look."""
UNEVEN = 1.25
FEWEST_DRAWN = 20
FEWEST_FAILED = 5
"""Below these one more or less means nothing."""
Names = Mapping[ContestantId, str]


def headline(found: Health, names: Names, language: Language) -> str:
    """Say how much there is, and what nobody can read here."""
    say, of = HEALTH[language], found.progress
    counts = say["summary"].format(
        votes=number(of.votes), voters=number(of.voters), battles=number(of.battles)
    )
    behind = say["behind"].format(behind=number(found.behind)) if found.behind else ""
    parts = (counts, behind, say["sealed"], "" if concerns(found, names, language) else say["fine"])
    return "\n\n".join(part for part in parts if part)


def concerns(found: Health, names: Names, language: Language) -> str:
    """Say what stands out; nothing where nothing does."""
    say = HEALTH[language]
    points = list(_concerns(found, names, say))
    return titled(say["concerns"], listed(points)) if points else ""


def _concerns(found: Health, names: Names, say: Mapping[str, str]) -> Iterator[str]:
    for each, sitting in found.progress.contestants.items():
        own = sum(sitting.faults.values())
        if own >= FEWEST_FAILED and 100 * own >= LARGE * sitting.battles:
            share = round(100 * own / sitting.battles)
            yield say["concern.voids"].format(name=plain(names[each]), share=share)
    drawn = [one.drawn for one in found.progress.exposure if one.side_a != one.side_b]
    if drawn and min(drawn) >= FEWEST_DRAWN and max(drawn) > UNEVEN * min(drawn):
        yield say["concern.uneven"].format(least=number(min(drawn)), most=number(max(drawn)))
    if found.measured:
        yield from _blindness_concerns(found.measured, names, say)


def _blindness_concerns(measured: Measured, names: Names, say: Mapping[str, str]) -> Iterator[str]:
    for each, one in measured.recognised.items():
        if not isinstance(one.index, TooFew) and one.index.guessed:
            yield say["concern.recognised"].format(name=plain(names[each]), index=f"{one.index.index:.2f}")
    leaning = measured.controls.preferring_a
    if leaning and not leaning.lower <= 0.5 <= leaning.upper:
        yield say["concern.controls"].format(share=round(100 * leaning.share))


def contestants(found: Health, names: Names, language: Language) -> str:
    """Tell of each contestant how often it sat, what became void, and how soon it begins to answer."""
    say = HEALTH[language]
    rows = []
    for each, sitting in found.progress.contestants.items():
        served = found.served.get(each)
        void, own = sum(sitting.voids.values()), sum(sitting.faults.values())
        rows.append(
            [
                plain(names[each]),
                number(sitting.battles),
                f"{number(void)} ({_percent(void, sitting.battles)})",
                f"{number(own)} ({_percent(own, sitting.battles)})",
                within(served.first_within(0.5) if served else None, say),
                within(served.first_within(0.95) if served else None, say),
            ]
        )
    faults = [
        [plain(names[each]), say[f"fault.{fault}"], number(count)]
        for each, sitting in found.progress.contestants.items()
        for fault, count in sitting.faults.items()
    ]
    told = titled(say["faults"], table(say["faults.heads"], faults)) if faults else ""
    return "\n\n".join(
        part for part in (titled(say["contestants"], table(say["contestants.heads"], rows)), told) if part
    )


def within(edge: float | None, say: Mapping[str, str]) -> str:
    """Say within how many seconds replies begin."""
    if edge is None:
        return NOTHING
    return say["over"] if edge == float("inf") else say["within"].format(f"{edge:g}")


def times(found: Progress, language: Language) -> str:
    """Tell how long answers and decisions take."""
    say = HEALTH[language]
    rows = [
        [say[f"times.{name}"], _seconds(spread, spread.median, say), _seconds(spread, spread.p95, say)]
        for name, spread in (("answering", found.answering), ("deciding", found.deciding))
    ]
    return titled(say["times"], table(say["times.heads"], rows))


def _seconds(spread: Spread, value: float | None, say: Mapping[str, str]) -> str:
    return NOTHING if value is None or not spread.number else say["seconds"].format(f"{value:,.1f}")


def ties(found: Progress, language: Language) -> str:
    """Tell the share of ties."""
    say = HEALTH[language]
    rows = [
        [
            say[f"track.{track}"],
            number(one.votes),
            _share_of(one.tie, say),
            _share_of(one.both_bad, say),
        ]
        for track, one in found.ties.items()
    ]
    return titled(say["ties"], table(say["ties.heads"], rows)) if rows else ""


def _share_of(percent: int | None, say: Mapping[str, str]) -> str:
    return say["ties.few"].format(least=FEWEST_VOTES) if percent is None else f"{percent}%"


def blinding(measured: Measured | None, language: Language) -> str:
    """Tell of controls, and when all of this was measured."""
    say = HEALTH[language]
    if measured is None:
        return titled(say["blinding"], say["unmeasured"])
    known = any(not isinstance(one.index, TooFew) for one in measured.recognised.values())
    said = measured.controls
    at = say["measured"].format(at=when(datetime.fromtimestamp(measured.at, UTC), language))
    controls = (
        say["controls"].format(
            votes=number(said.votes), decided=in_percents(said.decided), a=in_percents(said.preferring_a)
        )
        if said.votes
        else ""
    )
    return titled(say["blinding"], controls, say["blinding.read"] if known else say["blinding.few"], at)


def excluded(found: Health, language: Language) -> str:
    """Tell what does not count, by why."""
    say = HEALTH[language]
    counts = {**found.excluded, "removed": found.removed, "withdrawn": found.withdrawn}
    rows = [[say[f"excluded.{why}"], number(count)] for why, count in counts.items() if count]
    return titled(say["excluded"], table(say["excluded.heads"], rows) if rows else say["excluded.none"])


def wording(language: Language) -> Wording:
    """Give the words of the charts."""
    say = HEALTH[language]
    return Wording(
        tracks=named(language, "track"),
        categories=TEXTS[language].categories,
        voids=named(language, "void"),
        votes=say["axis.votes"],
        percent=say["axis.percent"],
        index=say["axis.index"],
        side_a=say["axis.a"],
        side_b=say["axis.b"],
    )


def files(name: str, language: Language) -> str:
    """Lead to the files of a chart."""
    return " · ".join(
        f"[{kind.upper()}](/api/evaluator/health/{language}/{name}.{kind})" for kind in ("svg", "png")
    )


def named(language: Language, kind: str) -> dict[str, str]:
    """Name the members of a closed list: those of the texts that begin with `kind`."""
    says = HEALTH[language].items()
    return {key.removeprefix(f"{kind}."): text for key, text in says if key.startswith(f"{kind}.")}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else NOTHING
