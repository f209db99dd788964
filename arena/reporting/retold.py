"""The votes of a round as its opened record tells them: which count, which do not, and what follows.

They are kept as columns: a vote takes some twenty bytes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from arena.contest.contest import Contest, Scope
from arena.contest.exclusion import Rule
from arena.contest.outcomes import Ballot
from arena.contest.roster import ContestantId
from arena.contest.rules import Verdict
from arena.ledger.battles import Fought
from arena.ledger.told import Settled, Told, first_rule, is_standing
from arena.reporting.cells import Pieces, coded
from arena.reporting.result import result_document
from arena.reporting.tally import Counted
from arena.reporting.votes_table import FATE, Fate, VotesTable, Watch
from ratings.rows import holding, picked


class Votes:
    """The cast votes of a moment, each with what becomes of it.

    `counting` and `excluded` count those that score and do not, `on_controls` those that score nowhere
    because a contestant met itself or a reference.
    """

    def __init__(self, table: VotesTable, removed: Sequence[str], on_controls: int) -> None:
        """Put together what stood when contestants `removed` were out."""
        self.table = table
        self.removed = [ContestantId(one) for one in removed]
        self.on_controls = on_controls
        fates = Counter(table.cells[FATE])
        self.counting, self.excluded = fates[Fate.COUNTS], fates[Fate.EXCLUDED]

    def files(self, *, is_public: bool) -> dict[str, Callable[[], Pieces]]:
        """Say how the files of votes of a folder are written, by name, for everyone or in full."""
        written = self.table.files()
        if is_public:
            return {"votes.csv": written["votes_public"]}
        return {"votes.csv": written["votes"], "votes_excluded.csv": written["votes_excluded"]}

    def counted(self, *fates: Fate) -> Counted:
        """Give the votes of which this becomes as the statistician counts them."""
        among = holding(coded(self.table.cells[FATE]), fates)
        heads = ("judge", "model_a", "model_b", "winner")
        return Counted(*(picked(coded(self.table.cells[head]), among) for head in heads))

    def result(self, contest: Contest, number: int, versions: Mapping[str, str]) -> dict[str, Any]:
        """Give the result that follows."""
        return result_document(
            contest,
            number,
            self.counted(Fate.COUNTS, Fate.EXCLUDED),
            self.counted(Fate.COUNTS),
            self.removed,
            self.table.fingerprints(),
            versions,
        )


def votes_of(contest: Contest, told: Told, watch: Watch = lambda _: None) -> Votes:
    """Give the votes as they stood at the last committed result, or stand now where there is none."""
    now = Settled(0, "", told.excluded, tuple(sorted(told.removed)))
    return votes_at(contest, told, told.settled[-1] if told.settled else now, watch)


def votes_at(contest: Contest, told: Told, settled: Settled, watch: Watch = lambda _: None) -> Votes:
    """Give the votes as they stood when a result was committed; `watch` hears of those that count."""
    table, scoring, apart = VotesTable(), contest.scoring, _apart(contest)
    on_controls = counting = 0
    for battle in told.battles:
        if is_standing(scoring, battle):
            rule = _rule(battle, settled)
            if rule is None:
                counting += 1
                table.add(_ballot(battle))
                watch(counting)
            else:
                table.add(_ballot(battle), Fate.EXCLUDED, rule.value)
        elif is_standing(apart, battle) and not {battle.a, battle.b} & set(told.removed):
            table.add(_ballot(battle), Fate.APART)
        on_controls += _is_on_control(scoring, battle)
    return Votes(table, settled.removed, on_controls)


def _apart(contest: Contest) -> Scope:
    """The battles of tracks that do not score."""
    return contest.scope([track for track in contest.rules.tracks if track not in contest.rules.scoring])


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
