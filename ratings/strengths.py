"""Strengths: what a fit finds, under which reading of the verdicts, and the chances that follow."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ratings import tie_models
from ratings.counts import FloatArray, Verdict
from ratings.tie_models import TieModel


class Ties(StrEnum):
    """The tie model of the fit."""

    HALF = "half"
    DAVIDSON = "davidson"
    RAO_KUPPER = "rao-kupper"


class BothBad(StrEnum):
    """How "both are bad" enters the fit."""

    TIE = "tie"
    DROPPED = "dropped"


MODELS: dict[Ties, TieModel] = {
    Ties.HALF: tie_models.HALF,
    Ties.DAVIDSON: tie_models.DAVIDSON,
    Ties.RAO_KUPPER: tie_models.RAO_KUPPER,
}

SCORE_OF_A: dict[Verdict, float] = {
    Verdict.A: 1.0,
    Verdict.B: 0.0,
    Verdict.TIE: 0.5,
    Verdict.BOTH_BAD: 0.5,
}

LEFT_OUT: dict[BothBad, frozenset[Verdict]] = {
    BothBad.TIE: frozenset(),
    BothBad.DROPPED: frozenset({Verdict.BOTH_BAD}),
}

UNDECIDED = frozenset({Verdict.TIE, Verdict.BOTH_BAD})


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """Fitted log-strengths and how they came about.

    `values` has shape (K,), in the order of `names`, natural-log units, mean zero. `votes` is the
    number of votes fitted, `steps` that of Newton steps. `tie` is the parameter of the tie model (ln ν
    of Davidson, ln η of Rao and Kupper), None where there is none or no vote is a tie; `side` is what
    side A adds to the log-odds, None if it was not asked for; `coefficients` belong to further `terms`.
    `prior` is the precision of a normal prior on each strength, 0 for none.

    `inverse_information` has shape (P, P): strengths, tie parameter, side, coefficients, those there are.
    """

    names: tuple[str, ...]
    values: FloatArray
    votes: int
    ties: Ties
    both_bad: BothBad
    tolerance: float
    steps: int
    inverse_information: FloatArray
    tie: float | None = None
    side: float | None = None
    coefficients: tuple[float, ...] = ()
    terms: tuple[str, ...] = ()
    prior: float = 0.0

    def __post_init__(self) -> None:
        self.values.flags.writeable = False
        self.inverse_information.flags.writeable = False

    @property
    def model(self) -> TieModel:
        """Give the tie model that was fitted; without ties, all are one."""
        return tie_models.HALF if self.tie is None else MODELS[self.ties]

    @property
    def tie_value(self) -> float:
        """Give the parameter of the tie model, 0 where it has none."""
        return 0.0 if self.tie is None else self.tie

    def coefficient_vector(self) -> FloatArray:
        """Give all that was fitted, shape (P,), in the order of `inverse_information`."""
        rest = [each for each in (self.tie, self.side, *self.coefficients) if each is not None]
        return np.concatenate([self.values, rest])

    def differences(self) -> FloatArray:
        """Give strength of row less that of column, shape (K, K)."""
        differences: FloatArray = self.values[:, None] - self.values[None, :]
        return differences

    def chances(self) -> FloatArray:
        """Give P(row beats column) with ties shared, shape (K, K), one half on the diagonal."""
        first, _, tie = self.model.verdicts(self.differences(), self.tie_value)
        chances: FloatArray = first if self.tie is None else first + 0.5 * tie
        return chances

    def slopes(self) -> FloatArray:
        """Give how fast `chances` grow with the difference in strength, shape (K, K)."""
        return self.model.share_slopes(self.differences(), self.tie_value)[0]

    def tie_slopes(self) -> FloatArray:
        """Give how fast `chances` grow with the parameter of the tie model, shape (K, K)."""
        return self.model.share_slopes(self.differences(), self.tie_value)[1]

    def verdicts(self) -> FloatArray:
        """Give P(row preferred), P(column preferred) and P(tie), shape (K, K, 3), whoever sits where.

        With ties as half a win for each, ties are not modelled and theirs is 0.
        """
        return np.stack(self.model.verdicts(self.differences(), self.tie_value), axis=2)
