"""A contest: the rules of a round and the contestants entered in it."""

from dataclasses import dataclass

from arena.contest.roster import Roster
from arena.contest.rules import Rules


@dataclass(frozen=True, slots=True)
class Contest:
    """What a round is held by: its rules and its roster."""

    rules: Rules
    roster: Roster
