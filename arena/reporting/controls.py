"""Controls: battles of a contestant with itself, which show what verdicts are worth by themselves.

Both answers come from one model, so whoever prefers a side prefers chance, or the side. The share of votes
that prefer one is the noise floor of a preference; the share of A among them is one half without side bias.
Where a reference was met instead, it is told how the reference fares against all together: what is said of
one contestant here would be its standing, which may be sealed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arena.contest.outcomes import Cell
from arena.contest.roster import ContestantId
from arena.contest.rules import Verdict
from ratings.shares import Share, clustered_share

TURNED = {
    Verdict.A: Verdict.B,
    Verdict.B: Verdict.A,
    Verdict.TIE: Verdict.TIE,
    Verdict.BOTH_BAD: Verdict.BOTH_BAD,
}


@dataclass(frozen=True, slots=True)
class Controls:
    """Verdicts on controls, and two shares with 95 % intervals clustered by voter.

    `decided` of all `votes` prefer a side, `preferring_a` of those prefer A; None with fewer than two voters.
    """

    votes: int

    verdicts: Mapping[Verdict, int]
    decided: Share | None
    preferring_a: Share | None


@dataclass(frozen=True, slots=True)
class Met:
    """What votes said where contestants met a reference, wherever it sat, all contestants together.

    `for_it` and `against` prefer a side. `preferred` is the share of `for_it` among both, with a 95 %
    interval clustered by voter; None with fewer than two voters.
    """

    for_it: int
    against: int
    tie: int
    both_bad: int
    preferred: Share | None

    @property
    def votes(self) -> int:
        """How many there are."""
        return self.for_it + self.against + self.tie + self.both_bad


def controls(cells: Iterable[Cell]) -> Controls:
    """Say what the votes on controls say in which a contestant met itself."""
    by_voter: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for cell in cells:
        if cell.side_a == cell.side_b:
            by_voter[cell.voter][cell.verdict] += cell.count
    said = list(by_voter.values())
    verdicts = {verdict: sum(one[verdict] for one in said) for verdict in Verdict}
    votes = [(one[Verdict.A] + one[Verdict.B], one.total()) for one in said]
    sided = [(one[Verdict.A], one[Verdict.A] + one[Verdict.B]) for one in said]
    return Controls(sum(verdicts.values()), verdicts, _share(votes), _share(sided))


def met(reference: ContestantId, cells: Iterable[Cell]) -> Met:
    """Say what the votes on controls say in which contestants met `reference`."""
    by_voter: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for cell in cells:
        if reference in {cell.side_a, cell.side_b}:
            by_voter[cell.voter][_seen_from(reference, cell)] += cell.count
    said = list(by_voter.values())
    preferred = [(one[Verdict.A], one[Verdict.A] + one[Verdict.B]) for one in said]
    for_it, against, tie, both_bad = (sum(one[verdict] for one in said) for verdict in Verdict)
    return Met(for_it, against, tie, both_bad, _share(preferred))


def _seen_from(contestant: ContestantId, cell: Cell) -> Verdict:
    """Give a verdict as if `contestant` had sat on A."""
    return cell.verdict if contestant == cell.side_a else TURNED[cell.verdict]


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


def met_in_words(reference: ContestantId, said: Met) -> str:
    """Say what became of a reference to a reader."""
    counts = f"{said.for_it} for it, {said.against} against, {said.tie} tie, {said.both_bad} both_bad"
    return (
        f"votes on controls, in which models met the reference {reference}: {said.votes} ({counts}); "
        f"of those that prefer a side, for it: {_in_words(said.preferred)}"
    )


def _in_words(one: Share | None) -> str:
    if one is None:
        return "nothing can be said of fewer than two voters"
    return f"{one.share:.1%} (95 %: {one.lower:.1%} … {one.upper:.1%})"
