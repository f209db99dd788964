"""Entrants: contestants as people read them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.reporting.tally import Standings
from ratings.standings import Rated


@dataclass(frozen=True, slots=True)
class Entrant:
    """A contestant with its names; no two have the same `label`."""

    id: ContestantId
    team: str
    name: str
    label: str


def entrants(contest: Contest, standings: Standings) -> tuple[Entrant, ...]:
    """Name the contestants, in the order of the standings, by team, and model where a team has several."""
    teams = Counter(shown(one.team) for one in contest.roster.contestants)
    named = {}
    for one in contest.roster.contestants:
        team, name = shown(one.team), shown(one.name)
        named[one.id] = Entrant(one.id, team, name, team if teams[team] == 1 else f"{team} · {name}")
    told_apart = Counter(one.label for one in named.values())
    return tuple(_apart(named[row.contestant], told_apart) for row in standings.rows)


def _apart(one: Entrant, told_apart: Counter[str]) -> Entrant:
    return one if told_apart[one.label] == 1 else replace(one, label=f"{one.label} ({one.id})")


def labels(named: Sequence[Entrant]) -> dict[ContestantId, str]:
    """Give the label of each."""
    return {one.id: one.label for one in named}


def shown(text: str) -> str:
    """Give a text as a page can hold it: nothing that cannot be seen, or turns the direction of writing."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def relabelled(rated: Rated, named: Sequence[Entrant]) -> Rated:
    """Give what was fitted with labels for ids, every figure as it was."""
    label = {str(key): value for key, value in labels(named).items()}
    names = tuple(label[name] for name in rated.strengths.names)
    rows = tuple(replace(row, name=label[row.name]) for row in rated.standings.rows)
    return replace(
        rated,
        standings=replace(rated.standings, rows=rows),
        strengths=replace(rated.strengths, names=names),
        ranks=replace(rated.ranks, names=names),
    )
