"""Outcomes: comparisons as the statistician sees them, one by one or counted."""

from dataclasses import dataclass

from arena.contest.rules import Verdict


@dataclass(frozen=True, slots=True)
class Cell:
    """How often a voter gave a verdict on an ordered pair."""

    voter: str
    side_a: str
    side_b: str
    verdict: Verdict
    count: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote as the arena file format wants it; `cast_at` in seconds since 1970."""

    side_a: str
    side_b: str
    verdict: Verdict
    voter: str
    turns: int
    category: str
    language: str
    track: str
    cast_at: float
