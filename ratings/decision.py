"""Decision: what the votes say about the last place, by thresholds frozen before the round.

supported         the rank set of the last is {K}: it is behind every other beyond chance
indicative        P(last) and the number of voters it would take to change it both reach their thresholds
statistical tie   anything else, and all as long as fewer votes are counted than the thresholds ask for

People decide; this says what the votes can carry.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from ratings.bradley_terry import Strengths, left_out
from ratings.counts import Board
from ratings.errors import BadSettings
from ratings.influence import Fragility, best_first, last_place
from ratings.ranks import Ranks


class Certainty(StrEnum):
    """How much the votes say about the last place."""

    SUPPORTED = "supported"
    INDICATIVE = "indicative"
    TIE = "statistical tie"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What *indicative* takes: a chance to be last, and voters by number and by share of all voters.

    Fewer counted `votes` carry neither *supported* nor *indicative*.

    Raises:
        BadSettings: a chance or share is not from 0 to 1, or a number of voters or votes is negative.
    """

    chance: float = 0.90
    voters: int = 30
    share: float = 0.02
    votes: int = 0

    def __post_init__(self) -> None:
        shares = 0.0 <= self.chance <= 1.0 and 0.0 <= self.share <= 1.0
        if not (shares and self.voters >= 0 and self.votes >= 0):
            raise BadSettings(f"thresholds out of bounds: {self}")

    def voters_of(self, all_voters: int) -> int:
        """Give how many voters it must take, of so many; the share is meant as it is written in decimals."""
        # In binary 7 % of 100 is a little more than 7, and would take an eighth voter.
        return max(self.voters, ceil(Fraction(str(self.share)) * all_voters))


@dataclass(frozen=True, slots=True)
class Decision:
    """What the votes say about the last place.

    `rivals` are all whom the votes cannot tell from the last beyond chance, best first. `votes_to_change`
    and `voters_to_change` are the least numbers found that bring another contestant level with the last, and
    `votes_at_least` and `voters_at_least` those below which it is proved that none does;
    `voters_needed` and `votes_needed` are what the thresholds ask for; `votes` were counted, without those
    that the fit leaves out. `english` and `korean` say it in one sentence.
    """

    certainty: Certainty
    last: str
    p_last: float
    rivals: tuple[str, ...]
    votes_to_change: int
    voters_to_change: int
    votes_at_least: int
    voters_at_least: int
    voters_needed: int
    voters: int
    votes_needed: int
    votes: int
    level: float

    @property
    def has_votes(self) -> bool:
        """Tell whether there are as many votes as a decision takes."""
        return self.votes >= self.votes_needed

    @property
    def english(self) -> str:
        """Say it in English."""
        return (ENGLISH[self.certainty] if self.has_votes else too_few_in_english)(self)

    @property
    def korean(self) -> str:
        """Say it in Korean."""
        return (KOREAN[self.certainty] if self.has_votes else too_few_in_korean)(self)

    def to_json(self) -> dict[str, object]:
        """Give what a JSON file of the decision holds, both sentences included."""
        return {**asdict(self), "english": self.english, "korean": self.korean}


def decide(
    board: Board,
    strengths: Strengths,
    ranks: Ranks,
    *,
    thresholds: Thresholds | None = None,
    fragile: tuple[Fragility, ...] | None = None,
) -> Decision:
    """Decide what the votes of a `board` say about the last place.

    `fragile` is what `last_place` found for them; without it, it is found here.
    """
    asked = thresholds or Thresholds()
    found = fragile or last_place(board, strengths)
    last = best_first(strengths)[-1]
    p_last = float(ranks.last[ranks.names.index(last)])
    rivals = _rivals(strengths, ranks, last)
    voters = len(board.voters.voters)
    voters_to_change = min(one.fewest_voters.count for one in found)
    likely = p_last >= asked.chance and voters_to_change >= asked.voters_of(voters)
    votes = board.pairs.votes - left_out(board.pairs, strengths.both_bad)
    return Decision(
        certainty=SAID[not rivals, likely] if votes >= asked.votes else Certainty.TIE,
        last=last,
        p_last=p_last,
        rivals=rivals,
        votes_to_change=min(one.fewest_votes.count for one in found),
        voters_to_change=voters_to_change,
        votes_at_least=min(one.fewest_votes.at_least for one in found),
        voters_at_least=min(one.fewest_voters.at_least for one in found),
        voters_needed=asked.voters_of(voters),
        voters=voters,
        votes_needed=asked.votes,
        votes=votes,
        level=ranks.level,
    )


SAID: dict[tuple[bool, bool], Certainty] = {
    (True, True): Certainty.SUPPORTED,
    (True, False): Certainty.SUPPORTED,
    (False, True): Certainty.INDICATIVE,
    (False, False): Certainty.TIE,
}
"""By whether the last has no rivals, and whether it is likely to be last and hard to change."""

Sentence = Callable[[Decision], str]

ENGLISH: dict[Certainty, Sentence] = {
    Certainty.SUPPORTED: lambda said: (
        f"The votes support the last place of {said.last}: it is behind every other contestant "
        f"with {said.level:.0%} confidence over all comparisons at once."
    ),
    Certainty.INDICATIVE: lambda said: (
        f"The votes indicate but do not prove the last place of {said.last}: it is last with a probability "
        f"of {_percent(said.p_last)}, and it would take {said.voters_to_change} of {said.voters} voters "
        "to change that."
    ),
    Certainty.TIE: lambda said: (
        f"The last place is a statistical tie: the votes do not tell {', '.join(said.rivals)} "
        f"from {said.last}, who is last with a probability of {_percent(said.p_last)}, and "
        f"{said.voters_to_change} of {said.voters} voters could change that."
    ),
}

KOREAN: dict[Certainty, Sentence] = {
    Certainty.SUPPORTED: lambda said: (
        f"투표가 최하위를 뒷받침합니다: {said.last} — 모든 비교를 한꺼번에 보아 신뢰수준 {said.level:.0%}로 "
        "다른 모든 참가팀보다 뒤에 있습니다."
    ),
    Certainty.INDICATIVE: lambda said: (
        f"투표가 최하위를 시사하지만 증명하지는 않습니다: {said.last} — 최하위일 확률이 "
        f"{_percent(said.p_last)}이며, 투표자 {said.voters:,}명 중 {said.voters_to_change:,}명이 달라져야 "
        "결과가 바뀝니다."
    ),
    Certainty.TIE: lambda said: (
        f"최하위는 통계적 동률입니다: {said.last} — 최하위일 확률이 {_percent(said.p_last)}이지만 투표로는 "
        f"{', '.join(said.rivals)} 팀과 구별되지 않으며, 투표자 {said.voters:,}명 중 "
        f"{said.voters_to_change:,}명이면 결과가 바뀔 수 있습니다."
    ),
}


def too_few_in_english(said: Decision) -> str:
    """Say that there are too few votes; nobody is named, as nothing is decided of anybody."""
    return (
        "There are too few votes to decide who is last, and it counts as a statistical tie: "
        f"the rules ask for at least {said.votes_needed:,} votes, and {said.votes:,} were counted."
    )


def too_few_in_korean(said: Decision) -> str:
    """Say the same in Korean."""
    return (
        "최하위를 가리기에는 표가 부족하여 통계적 동률로 봅니다: 규칙이 정한 가장 적은 표수는 "
        f"{said.votes_needed:,}표이고, 집계한 표는 {said.votes:,}표입니다."
    )


def _rivals(strengths: Strengths, ranks: Ranks, last: str) -> tuple[str, ...]:
    beyond = dict(zip(ranks.names, ranks.better[:, ranks.names.index(last)], strict=True))
    return tuple(name for name in best_first(strengths) if name != last and not beyond[name])


def _percent(chance: float) -> str:
    """Write a chance in whole percent; what is not certain is never written as certain."""
    return ">99%" if chance >= 0.995 else f"{chance:.0%}"
