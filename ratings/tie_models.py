"""Tie models: the chance of each verdict from the difference in strength, and the slopes of its logarithm.

d is the log-odds in favour of the first of two contestants, t the model's own parameter.

half         P(first) = σ(d); a tie is half a win for each side          (no parameter)
davidson     P(first) : P(second) : P(tie) = e^(d/2) : e^(-d/2) : e^t    (Davidson 1970, JASA 65:317)
rao-kupper   P(first) = σ(d - t), P(second) = σ(-d - t), t > 0           (Rao and Kupper 1967, JASA 62:194)

Each vote's surprise is summed, never a count less its expectation: large counts do not cancel.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ratings.counts import FloatArray

FARTHEST = 700.0
"""Log-odds beyond this count as this: the chance of the other verdict is 1e-304 and hardly a number."""


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """First derivatives of the log-likelihood of each line, by d and by t, shapes (E,)."""

    by_d: FloatArray
    by_t: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Bends:
    """Second derivatives of the negative log-likelihood of each line, shapes (E,)."""

    dd: FloatArray
    dt: FloatArray
    tt: FloatArray


Chances = tuple[FloatArray, FloatArray, FloatArray]
Parameter = float | FloatArray
Votes = tuple[FloatArray, FloatArray, FloatArray]
"""How often first was preferred, second was, and neither."""


@dataclass(frozen=True, slots=True)
class TieModel:
    """What a fit has to know of a tie model.

    `verdicts(d, t)` gives P(first), P(second), P(tie); `slopes(d, t, votes)` and `bends(d, t, votes)` the
    derivatives; `share_slopes(d, t)` those of P(first) + P(tie) / 2, by d and by t; `start(share)` a first
    guess of t from the share of ties among the votes. t may have a last axis of its own for many fits.
    `single_slopes` and `single_bends` are for lines of one vote each, with `votes` of shape (1,): first was
    preferred on all of them, or neither; they may use d up.
    """

    has_parameter: bool
    positive: bool
    verdicts: Callable[[FloatArray, Parameter], Chances]
    slopes: Callable[[FloatArray, Parameter, Votes], Slopes]
    bends: Callable[[FloatArray, Parameter, Votes], Bends]
    share_slopes: Callable[[FloatArray, Parameter], tuple[FloatArray, FloatArray]]
    start: Callable[[float], float]
    single_slopes: Callable[[FloatArray, Parameter, Votes], Slopes]
    single_bends: Callable[[FloatArray, Parameter, Votes], Bends]

    def tie_of(self, values: FloatArray, contestants: int) -> float:
        """Give the model's parameter out of coefficients, where it stands after the strengths; 0 if none."""
        return float(values[contestants]) if self.has_parameter else 0.0


def logistic(d: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give σ(d) and σ(-d), each exact to its own last digits and one the mirror image of the other."""
    within = np.minimum(np.maximum(d, -FARTHEST), FARTHEST)
    first = np.exp(-within)
    second = np.exp(within, out=within)
    first += 1.0
    second += 1.0
    return np.divide(1.0, first, out=first), np.divide(1.0, second, out=second)


def _half_verdicts(d: FloatArray, _: Parameter) -> Chances:
    return *logistic(d), np.zeros_like(d)


def _half_slopes(d: FloatArray, _: Parameter, votes: Votes) -> Slopes:
    first, second = logistic(d)
    won, lost, tied = votes
    half = 0.5 * tied
    return Slopes((won + half) * second - (lost + half) * first, np.zeros_like(d))


def _half_bends(d: FloatArray, _: Parameter, votes: Votes) -> Bends:
    first, second = logistic(d)
    none = np.zeros_like(d)
    return Bends((votes[0] + votes[1] + votes[2]) * first * second, none, none)


def _half_share_slopes(d: FloatArray, _: Parameter) -> tuple[FloatArray, FloatArray]:
    first, second = logistic(d)
    return first * second, np.zeros_like(d)


def _half_single_slopes(d: FloatArray, _: Parameter, votes: Votes) -> Slopes:
    surprise = _odds_and_surprise(d)[1]
    if votes[0][0] == 0.0:
        surprise -= 0.5
    return Slopes(surprise, np.zeros(1))


def _half_single_bends(d: FloatArray, _: Parameter, __: Votes) -> Bends:
    odds, surprise = _odds_and_surprise(d)
    odds *= surprise
    odds *= surprise
    return Bends(odds, np.zeros(1), np.zeros(1))


def _odds_and_surprise(d: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Turn log-odds into odds, where they stand, and give what is missing from the chance to one."""
    np.minimum(d, FARTHEST, out=d)
    np.exp(d, out=d)
    surprise = d + 1.0
    np.divide(1.0, surprise, out=surprise)
    return d, surprise


def _davidson_verdicts(d: FloatArray, t: Parameter) -> Chances:
    top = np.maximum(0.5 * np.abs(d), t)
    first, second, tie = np.exp(0.5 * d - top), np.exp(-0.5 * d - top), np.exp(t - top)
    total = first + second + tie
    return first / total, second / total, tie / total


def _davidson_slopes(d: FloatArray, t: Parameter, votes: Votes) -> Slopes:
    first, second, tie = _davidson_verdicts(d, t)
    won, lost, tied = votes
    return Slopes(
        by_d=won * (second + 0.5 * tie) - lost * (first + 0.5 * tie) - tied * (0.5 * (first - second)),
        by_t=tied * (first + second) - (won + lost) * tie,
    )


def _davidson_bends(d: FloatArray, t: Parameter, votes: Votes) -> Bends:
    first, second, tie = _davidson_verdicts(d, t)
    count = votes[0] + votes[1] + votes[2]
    return Bends(
        dd=count * _spread(first, second, tie),
        dt=count * (0.5 * (second - first)) * tie,
        tt=count * tie * (first + second),
    )


def _spread(first: FloatArray, second: FloatArray, tie: FloatArray) -> FloatArray:
    """Give the variance of half a point won or lost, free of cancellation."""
    spread: FloatArray = first * second + 0.25 * tie * (first + second)
    return spread


def _davidson_share_slopes(d: FloatArray, t: Parameter) -> tuple[FloatArray, FloatArray]:
    first, second, tie = _davidson_verdicts(d, t)
    return _spread(first, second, tie), 0.5 * (second - first) * tie


def _rao_kupper_verdicts(d: FloatArray, t: Parameter) -> Chances:
    first, second = logistic(d - t)[0], logistic(d + t)[1]
    return first, second, np.expm1(2.0 * t) * first * second


def _rao_kupper_slopes(d: FloatArray, t: Parameter, votes: Votes) -> Slopes:
    """Write log P(tie) as log σ(d-t) + log σ(-d-t) + log(e^2t - 1): a tie is a win of each, and a rest."""
    won, lost, tied = votes
    missed_first, missed_second = logistic(d - t)[1], logistic(d + t)[0]
    for_first, for_second = (won + tied) * missed_first, (lost + tied) * missed_second
    return Slopes(for_first - for_second, tied * _pull(t) - for_first - for_second)


def _rao_kupper_bends(d: FloatArray, t: Parameter, votes: Votes) -> Bends:
    won, lost, tied = votes
    (first, missed_first), (missed_second, second) = logistic(d - t), logistic(d + t)
    by_first = (won + tied) * missed_first * first
    by_second = (lost + tied) * missed_second * second
    pull = _pull(t)
    both = by_first + by_second
    return Bends(both, by_second - by_first, both + tied * (pull * (pull - 2.0)))


def _pull(t: Parameter) -> Parameter:
    """Give the slope of log(e^2t - 1)."""
    pull: Parameter = -2.0 / np.expm1(-2.0 * t)
    return pull


def _rao_kupper_share_slopes(d: FloatArray, t: Parameter) -> tuple[FloatArray, FloatArray]:
    (first, missed_first), (missed_second, second) = logistic(d - t), logistic(d + t)
    return (
        0.5 * (first * missed_first + second * missed_second),
        0.5 * (second * missed_second - first * missed_first),
    )


HALF = TieModel(
    has_parameter=False,
    positive=False,
    verdicts=_half_verdicts,
    slopes=_half_slopes,
    bends=_half_bends,
    share_slopes=_half_share_slopes,
    start=lambda _: 0.0,
    single_slopes=_half_single_slopes,
    single_bends=_half_single_bends,
)
DAVIDSON = TieModel(
    has_parameter=True,
    positive=False,
    verdicts=_davidson_verdicts,
    slopes=_davidson_slopes,
    bends=_davidson_bends,
    share_slopes=_davidson_share_slopes,
    start=lambda share: float(np.log(2.0 * share / (1.0 - share))),
    single_slopes=_davidson_slopes,
    single_bends=_davidson_bends,
)
RAO_KUPPER = TieModel(
    has_parameter=True,
    positive=True,
    verdicts=_rao_kupper_verdicts,
    slopes=_rao_kupper_slopes,
    bends=_rao_kupper_bends,
    share_slopes=_rao_kupper_share_slopes,
    start=lambda share: float(np.log((1.0 + share) / (1.0 - share))),
    single_slopes=_rao_kupper_slopes,
    single_bends=_rao_kupper_bends,
)
