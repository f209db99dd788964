"""Controls: battles of a contestant with itself, which show what verdicts are worth by themselves.

Both answers come from one model, so whoever prefers a side prefers chance, or the side. The share of votes
that prefer one is the noise floor of a preference; the share of A among them is one half without side bias.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arena.contest.outcomes import Cell
from arena.contest.rules import Verdict
from ratings.shares import Share, clustered_share


@dataclass(frozen=True, slots=True)
class Controls:
    """Verdicts on controls, and two shares with 95 % intervals clustered by voter.

    `decided` of all `votes` prefer a side, `preferring_a` of those prefer A; None with fewer than two voters.
    """

    votes: int

    verdicts: Mapping[Verdict, int]
    decided: Share | None
    preferring_a: Share | None


def controls(cells: Iterable[Cell]) -> Controls:
    """Say what the votes on controls say."""
    by_voter: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for cell in cells:
        by_voter[cell.voter][cell.verdict] += cell.count
    said = list(by_voter.values())
    verdicts = {verdict: sum(one[verdict] for one in said) for verdict in Verdict}
    votes = [(one[Verdict.A] + one[Verdict.B], one.total()) for one in said]
    sided = [(one[Verdict.A], one[Verdict.A] + one[Verdict.B]) for one in said]
    return Controls(sum(verdicts.values()), verdicts, _share(votes), _share(sided))


def _share(counts: Iterable[tuple[int, int]]) -> Share | None:
    asked = [(hits, of) for hits, of in counts if of]
    return clustered_share(*zip(*asked, strict=True)) if len(asked) > 1 else None


def in_words(said: Controls) -> tuple[str, ...]:
    """Say the same to a reader, a line for each figure."""
    counts = ", ".join(f"{number} {verdict.value}" for verdict, number in said.verdicts.items())
    return (
        f"votes on controls, in which a model met itself: {said.votes} ({counts})",
        f"of these prefer a side, though there is nothing to prefer: {_in_words(said.decided)}",
        f"of those prefer A, where half would if sides did not matter: {_in_words(said.preferring_a)}",
    )


def _in_words(one: Share | None) -> str:
    if one is None:
        return "nothing can be said of fewer than two voters"
    return f"{one.share:.1%} (95 %: {one.lower:.1%} … {one.upper:.1%})"
