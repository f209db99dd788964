"""Goodness of fit: what the diagnostics of `ratings` find in the votes, said in Korean and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.ledger.checks import Words
from ratings import errors
from ratings.bradley_terry import BothBad
from ratings.counts import Board
from ratings.diagnostics import ALPHA, Probe, diagnose

LEVEL = ALPHA
"""The chance of a false alarm of each probe by itself."""

ASKED: Mapping[Probe, Words] = {
    Probe.CONNECTIVITY: Words(
        "모든 모델이 서로 비교되었는가", "Can every model be compared with every other?"
    ),
    Probe.CYCLES: Words(
        "서로 물고 물리는 관계(가위바위보)가 있는가", "Do three models beat each other in a ring?"
    ),
    Probe.FIT: Words("짝마다의 결과가 평점과 맞는가", "Is each pair's result what the ratings expect?"),
    Probe.SIDE: Words("왼쪽(A)과 오른쪽(B)이 공정한가", "Is side A preferred no more than side B?"),
    Probe.DRIFT: Words("기간 내내 실력이 같았는가", "Were the strengths the same in every period?"),
    Probe.LEANING: Words(
        "한 사람의 표가 지나치게 한쪽으로 쏠렸는가", "Do the votes of one person hang together too much?"
    ),
    Probe.SKEWNESS: Words(
        "소수가 한 모델만 밀거나 깎았는가", "Do a few always vote for or against one model?"
    ),
    Probe.SIDE_HABIT: Words("한쪽 화면만 고르는 사람이 많은가", "Do voters stick to one side?"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What one probe found: what it asks, whether it raises an alarm, and its chance if all is well."""

    asked: Words
    is_alarm: bool
    p: float | None


def goodness(board: Board, both_bad: BothBad) -> tuple[Found, ...]:
    """Look at a board with every probe; nothing where the fit that they need does not converge."""
    try:
        found = diagnose(board, both_bad=both_bad)
    except errors.RatingsError:
        return ()
    return tuple(Found(ASKED[one.probe], one.alarm, one.p) for one in found)
