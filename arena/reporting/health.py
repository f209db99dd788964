"""The health of a round: how it goes, and nothing of who wins.

Law: the value does not change when every vote for a side is turned into one for the other, but for the
     share of A on controls, where both sides are one contestant.

Shares of ties are whole percents, and of at least `FEWEST_VOTES`: who looks before and after a vote could
otherwise tell what it said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from arena.contest.roster import ContestantId
from arena.reporting.blindness import Recognised, indexed
from arena.reporting.controls import Controls
from arena.store.health import Key, Tallies, What
from arena.store.measures import GuessPattern
from ratings.blinding_index import Guesses
from ratings.shares import Share

FEWEST_VOTES = 100
"""Votes below which no share of ties is told."""
TENTHS = 10

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often an ordered pair was drawn in a track: `votes`, `voids` and battles `running`."""

    track: str
    side_a: str
    side_b: str
    votes: int
    voids: int
    running: int

    @property
    def drawn(self) -> int:
        """All battles of the pair."""
        return self.votes + self.voids + self.running


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the 95th percentile of `number` times, in seconds; None where there are none."""

    number: int
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Ties:
    """Of `votes`, how many percent call both equal or both bad; None of fewer than `FEWEST_VOTES`."""

    votes: int
    tie: int | None
    both_bad: int | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """How often a contestant sat in a battle, how those without a vote ended, and its own faults."""

    battles: int
    voids: Mapping[str, int]
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """How a round goes, by its tallies up to `entries`; battles on controls are among all of these.

    `over_time` counts votes by (track, start of the hour), `categories` by (track, category).
    """

    entries: int
    votes: int
    voters: int
    battles: int
    over_time: Mapping[tuple[str, int], int]
    categories: Mapping[tuple[str, str], int]
    exposure: tuple[Exposure, ...]
    contestants: Mapping[ContestantId, Sitting]
    voids: Mapping[str, int]
    ties: Mapping[str, Ties]
    answering: Spread
    deciding: Spread


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured of the whole round every few minutes, at `at` (seconds since 1970)."""

    at: float
    recognised: Mapping[ContestantId, Recognised]
    controls: Controls


def progress(
    ids: Sequence[ContestantId], entries: int, tallies: Tallies, running: Mapping[Key, int]
) -> Progress:
    """Put the tallies of a round together."""
    exposure = tuple(_exposures(tallies, running))
    return Progress(
        entries=entries,
        votes=sum(tallies[What.PAIR].values()),
        voters=sum(tallies[What.VOTERS].values()),
        battles=sum(pair.drawn for pair in exposure),
        over_time={(str(track), int(hour)): n for (track, hour), n in sorted(tallies[What.HOUR].items())},
        categories={
            (str(track), str(name)): n for (track, name), n in sorted(tallies[What.CATEGORY].items())
        },
        exposure=exposure,
        contestants={each: _sitting(each, tallies, exposure) for each in ids},
        voids=_summed((str(reason), n) for (*_, reason), n in tallies[What.VOID].items()),
        ties=_ties(tallies[What.VERDICT]),
        answering=spread({int(key[0]): n for key, n in tallies[What.ANSWER].items()}, 1 / TENTHS),
        deciding=spread({int(key[0]): n for key, n in tallies[What.WAIT].items()}),
    )


def recognised(
    patterns: Iterable[GuessPattern], ids: Sequence[ContestantId], choices: int
) -> dict[ContestantId, Recognised]:
    """Give the blinding index of each contestant, one of `choices`, from voters who said the same."""
    said: dict[ContestantId, list[Guesses]] = {each: [] for each in ids}
    for one in patterns:
        said[one.contestant].extend([Guesses(one.right, one.wrong, one.unknown)] * one.voters)
    return {each: indexed(each, tuple(voters), choices) for each, voters in said.items()}


def in_percents(one: Share | None) -> str:
    """Write a share with its interval; a dash where nothing can be said."""
    return "–" if one is None else f"{one.share:.0%} (95%: {one.lower:.0%} … {one.upper:.0%})"


def spread(counts: Mapping[int, int], unit: float = 1.0) -> Spread:
    """Give median and 95th percentile of times counted by whole units."""
    number = sum(counts.values())
    if number == 0:
        return Spread(0, None, None)
    return Spread(number, _quantile(counts, 0.5) * unit, _quantile(counts, 0.95) * unit)


def _quantile(counts: Mapping[int, int], share: float) -> int:
    """Give the least time that at least `share` of all do not exceed."""
    left = share * sum(counts.values())
    for time in sorted(counts):
        left -= counts[time]
        if left <= 0:
            break
    return time


def _exposures(tallies: Tallies, running: Mapping[Key, int]) -> Iterable[Exposure]:
    voided = _summed((key[:3], n) for key, n in tallies[What.VOID].items())
    votes = tallies[What.PAIR]
    for key in sorted({*votes, *voided, *running}, key=str):
        track, a, b = (str(part) for part in key)
        yield Exposure(track, a, b, votes.get(key, 0), voided.get(key, 0), running.get(key, 0))


def _sitting(each: ContestantId, tallies: Tallies, exposure: Iterable[Exposure]) -> Sitting:
    sat = sum(pair.drawn for pair in exposure if each in {pair.side_a, pair.side_b})
    voids = _summed((str(reason), n) for (_, a, b, reason), n in tallies[What.VOID].items() if each in {a, b})
    faults = {str(fault): n for (who, fault), n in sorted(tallies[What.FAULT].items()) if who == each}
    return Sitting(sat, voids, faults)


def _ties(verdicts: Mapping[Key, int]) -> dict[str, Ties]:
    by_track: dict[str, Counter[str]] = {}
    for (track, word), number in verdicts.items():
        by_track.setdefault(str(track), Counter())[str(word)] += number
    return {track: _told(said) for track, said in sorted(by_track.items())}


def _told(said: Counter[str]) -> Ties:
    votes = said.total()
    if votes < FEWEST_VOTES:
        return Ties(votes, None, None)
    tie, both_bad = (round(100 * said[word] / votes) for word in ("tie", "both_bad"))
    return Ties(votes, tie, both_bad)


def _summed(pairs: Iterable[tuple[K, int]]) -> dict[K, int]:
    summed: dict[K, int] = {}
    for key, number in pairs:
        summed[key] = summed.get(key, 0) + number
    return summed
