"""The charts of a round's health, in the words of a language that the caller hands in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from arena.contest.roster import ContestantId
from arena.reporting.audited import TooFew
from arena.reporting.health import Measured, Progress
from ratings.plain_specs import Bars, Chart, Field, Intervals

KST = timezone(timedelta(hours=9), "KST")
HOURS_SHOWN = 72
"""Votes of up to so many hours are shown by the hour, of more by the day."""

Names = Mapping[ContestantId, str]
Words = Mapping[str, str]
"""What a word of a closed list is called on the page; one that is missing stands for itself."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the charts in one language: of closed lists, and of axes."""

    tracks: Words
    categories: Words
    voids: Words
    votes: str
    percent: str
    index: str
    side_a: str
    side_b: str


def charts(found: Progress, measured: Measured | None, names: Names, words: Wording) -> dict[str, Chart]:
    """Give all charts by name, in the order of the page."""
    return {
        "over_time": over_time(found, words.tracks, words.votes),
        "categories": by_category(found, words.tracks, words.categories, words.votes),
        "exposure": exposure(found, names, words.side_a, words.side_b),
        "voids": voids(found, names, words.voids, words.percent),
        "blinding": blinding(measured, names, words.index),
    }


def over_time(found: Progress, tracks: Words, votes: str) -> Bars:
    """Draw votes by hour or by day, Korean time, without a gap where nobody voted."""
    hours = sorted({hour for _, hour in found.over_time})
    if not hours:
        return Bars((), {}, votes)
    by_day = hours[-1] - hours[0] > HOURS_SHOWN * 3600
    shape, step = ("%m-%d", 86_400) if by_day else ("%m-%d %H:00", 3_600)
    starts = range(hours[0], hours[-1] + step, step)
    labels = list(dict.fromkeys(_moment(start, shape) for start in starts))
    series: dict[str, dict[str, int]] = {}
    for (track, hour), number in found.over_time.items():
        of_track = series.setdefault(tracks.get(track, track), dict.fromkeys(labels, 0))
        label = _moment(hour, shape)
        of_track[label] = of_track.get(label, 0) + number
    return Bars(labels, {name: [row[label] for label in labels] for name, row in series.items()}, votes)


def by_category(found: Progress, tracks: Words, categories: Words, votes: str) -> Bars:
    """Draw votes by category."""
    names = list(dict.fromkeys(name for _, name in found.categories))
    every = list(dict.fromkeys(track for track, _ in found.categories))
    series = {
        tracks.get(track, track): [found.categories.get((track, name), 0) for name in names]
        for track in every
    }
    return Bars([categories.get(name, name) for name in names], series, votes, lying=True)


def exposure(found: Progress, names: Names, down: str, across: str) -> Field:
    """Draw how often each ordered pair was drawn, all tracks together."""
    drawn: dict[tuple[str, str], int] = {}
    for pair in found.exposure:
        key = (pair.side_a, pair.side_b)
        drawn[key] = drawn.get(key, 0) + pair.drawn
    numbers = [[drawn.get((a, b)) for b in names] for a in names]
    called = list(names.values())
    return Field(called, called, numbers, down, across)


def voids(found: Progress, names: Names, reasons: Words, battles: str) -> Bars:
    """Draw, of the battles of each contestant, those without a vote by why."""
    every = sorted({reason for sitting in found.contestants.values() for reason in sitting.voids})
    series = {
        reasons.get(reason, reason): [_share(found, each, reason) for each in names] for reason in every
    }
    return Bars(list(names.values()), series, battles, lying=True)


def blinding(measured: Measured | None, names: Names, index: str) -> Intervals:
    """Draw the blinding index of each contestant that enough voters were asked about."""
    recognised = measured.recognised if measured else {}
    said = {name: recognised.get(each) for each, name in names.items()}
    known = {name: one.index for name, one in said.items() if one and not isinstance(one.index, TooFew)}
    values = [(one.index, one.lower, one.upper) for one in known.values()]
    return Intervals(list(known), values, index, 0.0)


def serving_over_time(requests: Mapping[int, Sequence[int]], parts: Sequence[str], number: str) -> Bars:
    """Draw requests over time, from start to its numbers of `parts`."""
    labels = [_moment(start, "%m-%d %H:%M") for start in requests]
    series = {name: [row[place] for row in requests.values()] for place, name in enumerate(parts)}
    return Bars(labels, series, number)


def _share(found: Progress, each: ContestantId, reason: str) -> float:
    sitting = found.contestants[each]
    return round(100 * sitting.voids.get(reason, 0) / max(sitting.battles, 1), 2)


def _moment(seconds: int, shape: str) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(KST).strftime(shape)
