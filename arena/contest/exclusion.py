"""Which votes the frozen rules take out of the score: a function of the rules and the cast votes.

Whoever has the votes derives the same. Votes that a person takes out by decision are not here.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from arena.contest.battle import VoterId
from arena.contest.rules import Exclusions, Verdict

VERDICTS = tuple(Verdict)
SIDES = ({Verdict.A}, {Verdict.B})


class Rule(StrEnum):
    """Why a vote does not count; one that several name stands under the first."""

    VOTES_PER_MINUTE = "votes_per_minute"
    ONE_SIDED = "one_sided_from"
    CONTESTANT_REMOVED = "contestant_removed"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Cast:
    """A cast vote: its place in the ledger, and the `time` of its entry in seconds since 1970."""

    sequence: int
    voter: VoterId
    verdict: Verdict
    time: int


def derived(rules: Exclusions, votes: Iterable[Cast]) -> dict[Rule, tuple[int, ...]]:
    """Give the sequence numbers, ascending, of the votes that each rule takes out.

    `votes` are all cast votes of the tracks that score. A rule that finds none is not in the answer.
    """
    # Objects would take ten times as much.
    hers: defaultdict[VoterId, array[int]] = defaultdict(lambda: array("q"))
    for vote in votes:
        hers[vote.voter].extend((vote.sequence, VERDICTS.index(vote.verdict), vote.time))
    hasty, one_sided = set[int](), set[int]()
    for voter, kept in hers.items():
        cast = sorted(_cast(voter, kept), key=lambda vote: vote.sequence)
        hasty.update(vote.sequence for vote in _hasty(rules.votes_per_minute, cast))
        one_sided.update(vote.sequence for vote in _one_sided(rules.one_sided_from, cast))
    found = {Rule.VOTES_PER_MINUTE: hasty, Rule.ONE_SIDED: one_sided - hasty}
    return {rule: tuple(sorted(sequences)) for rule, sequences in found.items() if sequences}


def _cast(voter: VoterId, kept: "array[int]") -> Iterator[Cast]:
    for sequence, verdict, time in zip(*[iter(kept)] * 3, strict=True):
        yield Cast(sequence, voter, VERDICTS[verdict], time)


def _hasty(most: int, votes: list[Cast]) -> list[Cast]:
    """Give the votes of one voter that come after the first `most` of a minute."""
    if most == 0:
        return []
    minutes = groupby(sorted(votes, key=lambda vote: (vote.time, vote.sequence)), key=lambda vote: vote.time)
    return [vote for _, same in minutes for vote in list(same)[most:]]


def _one_sided(least: int, votes: list[Cast]) -> list[Cast]:
    """Give all votes of one voter where they are many and for the same side."""
    said = {vote.verdict for vote in votes}
    return votes if 0 < least <= len(votes) and said in SIDES else []
