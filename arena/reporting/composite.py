"""The whole: users' points with the given scores, and how likely each is to be last of it.

Only the users' part scatters; the given scores are taken as they are given (`ratings.composite`).
"""

from dataclasses import dataclass

from arena.contest.roster import ContestantId
from arena.contest.rules import Rules
from arena.errors import NoScore
from arena.ledger.checks import Words
from arena.reporting.analysis import Analysis
from arena.reporting.given import MAXIMA, Given, Part
from arena.reporting.tally import settings_of
from ratings import errors
from ratings.composite import Component, Total, totals


@dataclass(frozen=True, slots=True)
class Whole:
    """One contestant's line: points by users and by part, their sum with its 95 % interval, and ranks.

    `rank` is by the sum as it is; `chances` holds P(each rank), the first first.
    """

    contestant: ContestantId
    label: str
    points: float
    benchmark: float
    expert: float
    total: float
    lower: float
    upper: float
    rank: int
    chances: tuple[float, ...]

    @property
    def p_last(self) -> float:
        """Give the chance to be last of the whole."""
        return self.chances[-1]


LAST = Words(
    "합계 {0}점 만점에서 가장 낮은 팀은 {1}이며, 사용자 평가의 불확실성을 반영할 때 이 팀이 "
    "최하위일 확률은 {2}입니다.",
    "Of {0} points in all, {1} has the fewest; with the uncertainty of the users' part it is last "
    "with a probability of {2}.",
)


def composite(rules: Rules, found: Analysis, given: Given) -> tuple[Whole, ...]:
    """Give the whole, best first.

    Raises:
        NoScore: the given scores are not those of the contestants in the standings.
    """
    settings, rated = settings_of(rules), found.rated
    try:
        components = tuple(_component(part, given) for part in Part)
        made = totals(
            rated.strengths,
            rated.uncertainty,
            components,
            rule=settings.rule,
            maximum=settings.points,
            floor=settings.floor,
            level=settings.level,
            seed=settings.seed,
        )
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error
    labels = found.labels
    return tuple(_whole(line, labels[ContestantId(line.name)]) for line in made)


def sentence(rules: Rules, wholes: tuple[Whole, ...], language: str) -> str:
    """Say who is last of the whole, and how likely it is."""
    last = wholes[-1]
    whole = rules.points + sum(MAXIMA.values())
    return LAST.said(language, whole, last.label, percent(last.p_last))


def percent(chance: float) -> str:
    """Write a chance that was drawn in whole percent: never as certain, as draws cannot tell."""
    if chance < 0.005:
        return "<1%"
    return ">99%" if chance >= 0.995 else f"{chance:.0%}"


def _component(part: Part, given: Given) -> Component:
    return Component(part, MAXIMA[part], {str(k): float(score) for k, score in given.scores[part].items()})


def _whole(line: Total, label: str) -> Whole:
    benchmark, expert = line.given
    return Whole(
        contestant=ContestantId(line.name),
        label=label,
        points=line.points,
        benchmark=benchmark,
        expert=expert,
        total=line.total,
        lower=line.lower,
        upper=line.upper,
        rank=line.rank,
        chances=line.chances,
    )
