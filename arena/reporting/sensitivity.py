"""Sensitivity: the standings under other assumptions than those of the rules, to see what hangs on them.

The rules decide; none of these is the score.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.contest.rules import Track, Verdict
from arena.errors import NoScore
from arena.ledger.checks import Words
from arena.reporting import boards
from arena.reporting.tally import SPELLED, settings_of
from arena.store.columns import Columns
from arena.store.styles import TERMS, Styled
from ratings import errors
from ratings.bradley_terry import BothBad, Ties
from ratings.counts import Board, FloatArray
from ratings.covariates import fit_styles, styled
from ratings.points import points
from ratings.standings import Settings, Standings, rated, rating
from ratings.strengths import Strengths
from ratings.uncertainty import by_information
from ratings.weights import Weights


class Assumption(StrEnum):
    """What is assumed otherwise."""

    TIES_HALF = "ties_half"
    TIES_DAVIDSON = "ties_davidson"
    TIES_RAO_KUPPER = "ties_rao_kupper"
    BOTH_BAD_TIE = "both_bad_tie"
    BOTH_BAD_DROPPED = "both_bad_dropped"
    SIDE = "side"
    NOTHING_EXCLUDED = "nothing_excluded"
    ALL_TRACKS = "all_tracks"
    OTHER_TRACKS = "other_tracks"
    WEIGHTED = "weighted"
    STYLE = "style"


WORDS: Mapping[Assumption, Words] = {
    Assumption.TIES_HALF: Words("무승부를 반승으로 셈", "a tie is half a win for each"),
    Assumption.TIES_DAVIDSON: Words("무승부 모형: 데이비드슨", "ties by Davidson's model"),
    Assumption.TIES_RAO_KUPPER: Words("무승부 모형: 라오–쿠퍼", "ties by Rao and Kupper's model"),
    Assumption.BOTH_BAD_TIE: Words("'둘 다 아쉽다'를 무승부로 셈", "“both are bad” is a tie"),
    Assumption.BOTH_BAD_DROPPED: Words("'둘 다 아쉽다'를 뺌", "“both are bad” is left out"),
    Assumption.SIDE: Words("화면 위치(A·B)의 영향을 걷어냄", "the effect of side A is taken out"),
    Assumption.NOTHING_EXCLUDED: Words("제외한 표까지 모두 셈", "excluded votes count too"),
    Assumption.ALL_TRACKS: Words("점수에 넣지 않는 참여 경로까지 셈", "tracks that do not score count too"),
    Assumption.OTHER_TRACKS: Words("점수에 넣지 않는 참여 경로만 셈", "only tracks that do not score"),
    Assumption.WEIGHTED: Words(
        "표본을 모집단 비율에 맞춰 가중", "voters weighted to the shares of the people"
    ),
    Assumption.STYLE: Words(
        "답변의 길이와 서식의 영향을 걷어냄", "length and formatting of answers held equal"
    ),
}
TIES = {
    Ties.HALF: Assumption.TIES_HALF,
    Ties.DAVIDSON: Assumption.TIES_DAVIDSON,
    Ties.RAO_KUPPER: Assumption.TIES_RAO_KUPPER,
}
BOTH_BAD = {
    BothBad.TIE: Assumption.BOTH_BAD_TIE,
    BothBad.DROPPED: Assumption.BOTH_BAD_DROPPED,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one contestant stands, and with how many points."""

    contestant: ContestantId
    rank: int
    points: float
    rating: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """The standings under one other assumption, best first; `refused` says why there are none."""

    assumption: Assumption
    votes: int
    placed: tuple[Placed, ...]
    refused: str = ""

    @property
    def last(self) -> ContestantId | None:
        """Name the last, if anybody stands."""
        return self.placed[-1].contestant if self.placed else None

    def of(self, contestant: ContestantId) -> Placed | None:
        """Find where a contestant stands; None where it does not."""
        return next((one for one in self.placed if one.contestant == contestant), None)


Made = Callable[[], Standings]


def alternatives(
    contest: Contest, left: Contest, found: Columns, board: Board, weights: Weights | None = None
) -> tuple[Alternative, ...]:
    """Rate under every other assumption.

    `left` is the contest without those that were removed, `board` holds the votes on them that count. Other
    boards are made one after the other, when they are rated.
    """
    settings = settings_of(contest.rules)
    made = [*_other_models(board, settings, contest), *_other_votes(contest, left, found, settings)]
    if weights is not None:
        made.append((Assumption.WEIGHTED, lambda: rated(board, settings, weights).standings))
    return tuple(_alternative(assumption, make) for assumption, make in made)


def _other_models(board: Board, settings: Settings, contest: Contest) -> Iterator[tuple[Assumption, Made]]:
    others = {one: replace(settings, ties=ties) for ties, one in TIES.items() if ties is not settings.ties}
    if Verdict.BOTH_BAD in contest.rules.verdicts:
        for said, one in BOTH_BAD.items():
            if said is not settings.both_bad:
                others[one] = replace(settings, both_bad=said)
    others[Assumption.SIDE] = replace(settings, side=True)
    for one, chosen in others.items():
        yield one, _maker(board, chosen)


def _other_votes(
    contest: Contest, left: Contest, found: Columns, settings: Settings
) -> Iterator[tuple[Assumption, Made]]:
    rules, ids = contest.rules, left.roster.ids
    apart = tuple(track for track in rules.tracks if track not in rules.scoring)
    cast = boards.cast(found, rules.scoring)
    if (cast != boards.counting(found, rules.scoring)).any():
        yield (
            Assumption.NOTHING_EXCLUDED,
            lambda: rated(boards.board(found, contest.roster.rated, cast), settings).standings,
        )
    if boards.counting(found, apart).any():
        both = (*rules.scoring, *apart)
        yield Assumption.ALL_TRACKS, lambda: rated(_of_tracks(found, ids, both), settings).standings
        entered = {one for track in apart for one in contest.entered(track)}
        there = tuple(one for one in ids if one in entered)
        yield Assumption.OTHER_TRACKS, lambda: rated(_of_tracks(found, there, apart), settings).standings


def _of_tracks(found: Columns, ids: tuple[ContestantId, ...], tracks: tuple[Track, ...]) -> Board:
    return boards.board(found, ids, boards.counting(found, tracks))


def _maker(board: Board, settings: Settings) -> Made:
    return lambda: rated(board, settings).standings


def _alternative(assumption: Assumption, make: Made) -> Alternative:
    try:
        made = make()
    except (errors.RatingsError, NoScore) as error:
        return Alternative(assumption, 0, (), str(error))
    return placed(assumption, made)


def placed(assumption: Assumption, made: Standings) -> Alternative:
    """Give standings as an alternative."""
    rows = enumerate(made.rows, start=1)
    lines = tuple(Placed(ContestantId(row.name), rank, row.points, row.rating) for rank, row in rows)
    return Alternative(assumption, made.votes, lines)


def without_style(found: Sequence[Styled], ids: Sequence[ContestantId], contest: Contest) -> Alternative:
    """Rate as if both replies were equally long and formatted alike (`ratings.covariates`)."""
    settings = settings_of(contest.rules)
    differing = {
        term: [float(one.differences[place]) for one in found]
        for place, term in enumerate(TERMS)
        if any(one.differences[place] for one in found)
    }
    try:
        votes = styled(
            [one.side_a for one in found],
            [one.side_b for one in found],
            [one.verdict for one in found],
            cast("Mapping[str, FloatArray]", differing),  # lists of numbers are taken as arrays
            [one.voter for one in found],
            names=ids,
            spellings=SPELLED,
        )
        fitted = fit_styles(votes, ties=settings.ties, both_bad=settings.both_bad)
    except errors.RatingsError as error:
        return Alternative(Assumption.STYLE, 0, (), str(error))
    return Alternative(Assumption.STYLE, fitted.votes, tuple(_in_order(fitted, settings)))


def _in_order(fitted: Strengths, settings: Settings) -> Iterator[Placed]:
    scored = points(
        fitted,
        by_information(fitted),
        settings.rule,
        maximum=settings.points,
        floor=settings.floor,
    )
    lines = zip(fitted.values.tolist(), fitted.names, scored.values.tolist(), strict=True)
    for rank, (strength, name, got) in enumerate(sorted(lines, key=lambda one: (-one[0], one[1])), start=1):
        yield Placed(ContestantId(name), rank, got, rating(strength))
