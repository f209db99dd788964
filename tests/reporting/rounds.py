"""Whole rounds for tests of what is made of them: votes by known strengths, as ballots or columns."""

from random import Random

from arena.contest.outcomes import Ballot
from arena.contest.rules import Verdict
from arena.reporting import boards
from arena.reporting.truth import Truth
from arena.reporting.votes_table import table_of

CATEGORIES = ("general", "law", "coding")


def ballots(contest, voters=60, each=20, seed=5, track="open", categories=CATEGORIES):
    """Votes of so many voters by the truth of the roster."""
    random, truth, made = Random(seed), Truth(contest.roster), []
    for number in range(voters):
        voter = f"V{seed}-{number:04d}"
        tastes = truth.voter(random, voter)
        for _ in range(each):
            a, b = random.sample(contest.roster.ids, 2)
            made.append(
                Ballot(
                    side_a=a,
                    side_b=b,
                    verdict=truth.verdict(random, tastes, a, b),
                    voter=voter,
                    turns=1,
                    category=random.choice(categories),
                    language="ko",
                    track=track,
                    cast_at=1.8e9 + random.randrange(86_400),
                )
            )
    return made


def columns_of(counting, excluded):
    """Ballots that count and ballots that do not, as columns."""
    return boards.columns_of(table_of(counting, ((one, "decision") for one in excluded)))


def columns(contest, **asked):
    """The same as columns, all counting."""
    return columns_of(ballots(contest, **asked), [])


def level(contest, voters=60, seed=8):
    """Ballots of a round in which all are equal: each verdict is a coin's."""
    random = Random(seed)
    return [
        Ballot(
            a, b, random.choice((Verdict.A, Verdict.B)), f"L{number:04d}", 1, "general", "ko", "open", 1.8e9
        )
        for number in range(voters)
        for a in contest.roster.ids
        for b in contest.roster.ids
        if a != b
    ]
