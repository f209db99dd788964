"""The votes of a round as its opened record tells them: which count, which do not, and what follows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from arena.contest.contest import Contest, Scope
from arena.contest.exclusion import Rule
from arena.contest.outcomes import Ballot, Cell
from arena.contest.roster import ContestantId
from arena.contest.rules import Verdict
from arena.ledger.told import Fought, Settled, Told, first_rule, is_standing
from arena.reporting.result import result_document
from arena.reporting.votes_table import Watch, excluded_csv, fingerprints, public_csv, public_vote, votes_csv


class Votes:
    """The cast votes of a moment: those that count, and those that do not with their rules.

    `on_controls` counts those that score nowhere because a contestant met itself or a reference.
    """

    def __init__(
        self,
        counting: Sequence[Ballot],
        excluded: Sequence[tuple[Ballot, str]],
        removed: Sequence[str],
        on_controls: int,
        watch: Watch = lambda _: None,
    ) -> None:
        """Put together what stood when contestants `removed` were out."""
        self.counting = counting
        self.excluded = excluded
        self.removed = [ContestantId(one) for one in removed]
        self.on_controls = on_controls
        self.votes_csv = votes_csv(counting, watch)
        self.excluded_csv = excluded_csv(excluded)
        self.public_csv = public_csv(map(public_vote, counting))
        self.counted = cells(counting)

    def files(self, *, is_public: bool) -> dict[str, bytes]:
        """Give the files of votes of a folder by name, for everyone or in full."""
        if is_public:
            return {"votes.csv": self.public_csv}
        return {"votes.csv": self.votes_csv, "votes_excluded.csv": self.excluded_csv}

    def cast(self) -> list[Cell]:
        """Count all that was cast."""
        return (
            cells([*self.counting, *(ballot for ballot, _ in self.excluded)])
            if self.excluded
            else self.counted
        )

    def result(self, contest: Contest, number: int, versions: Mapping[str, str]) -> dict[str, Any]:
        """Give the result that follows."""
        return result_document(
            contest,
            number,
            self.cast(),
            self.counted,
            self.removed,
            fingerprints(self.votes_csv, self.excluded_csv, self.public_csv),
            versions,
        )


def cells(ballots: Iterable[Ballot]) -> list[Cell]:
    """Count ballots by voter, sides and verdict."""
    counts = Counter((one.voter, one.side_a, one.side_b, one.verdict) for one in ballots)
    return [Cell(*key, count) for key, count in sorted(counts.items())]


def votes_of(contest: Contest, told: Told, watch: Watch = lambda _: None) -> Votes:
    """Give the votes as they stood at the last committed result, or stand now where there is none."""
    now = Settled(0, "", told.excluded, tuple(sorted(told.removed)))
    return votes_at(contest, told, told.settled[-1] if told.settled else now, watch)


def votes_at(contest: Contest, told: Told, settled: Settled, watch: Watch = lambda _: None) -> Votes:
    """Give the votes as they stood when a result was committed."""
    counting, out, scoring = [], [], contest.scoring
    for battle in told.battles.values():
        if is_standing(scoring, battle):
            rule = _rule(battle, settled)
            if rule is None:
                counting.append(_ballot(battle))
            else:
                out.append((_ballot(battle), rule.value))
    on_controls = sum(_is_on_control(scoring, battle) for battle in told.battles.values())
    return Votes(counting, out, settled.removed, on_controls, watch)


def apart_of(contest: Contest, told: Told) -> list[Ballot]:
    """Give the cast votes of tracks that do not score, on contestants that were not removed."""
    rules = contest.rules
    apart = contest.scope([track for track in rules.tracks if track not in rules.scoring])
    return [
        _ballot(one)
        for one in told.battles.values()
        if one.vote >= 0
        and not one.is_withdrawn
        and apart.holds(one.track, one.a, one.b)
        and not {one.a, one.b} & set(told.removed)
    ]


def _is_on_control(scoring: Scope, battle: Fought) -> bool:
    return scoring.is_control(battle.a, battle.b) and battle.vote >= 0 and not battle.is_withdrawn


def _rule(battle: Fought, settled: Settled) -> Rule | None:
    return first_rule(
        settled.excluded.get(battle.vote),
        is_of_removed=battle.a in settled.removed or battle.b in settled.removed,
    )


def _ballot(battle: Fought) -> Ballot:
    return Ballot(
        side_a=battle.a,
        side_b=battle.b,
        verdict=Verdict(battle.verdict),
        voter=battle.voter,
        turns=battle.turns,
        category=battle.category,
        language=battle.language,
        track=battle.track,
        cast_at=battle.time,
    )


def result_name(told: Told, settled: Settled) -> str:
    """Name the file of a result."""
    return "result.json" if settled is told.settled[-1] else f"result-{settled.number}.json"
