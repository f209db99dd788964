"""The equations that hold where two contestants are level.

Votes enter the likelihood equations linearly. With T(v) what a verdict v on a line adds to the sufficient
statistic (half a win of one over the other, a tie, the side) and E T its mean under the model,

    sum over votes of  T(v) - E T  =  0        at the strengths that are fitted to these votes.

Half wins and Davidson's model have such a T; that of Rao and Kupper has not.
"""

from dataclasses import dataclass

import numpy as np

from ratings.bradley_terry import LEFT_OUT, MODELS, BothBad, Strengths, Ties
from ratings.counts import LAYER, FloatArray, IntArray, Verdict
from ratings.tie_models import TieModel

LEAD = np.array([0.5, -0.5, 0.0])
"""What a verdict adds to the statistic of the log-odds."""

WON, LOST, TIED, OUT, NOTHING = range(5)
"""Verdicts on a line, for the first of its contestants; a vote out of the fit, and no vote."""

STATES = 5

SETTLE_STEPS = 40
"""Newton steps from strengths fitted to the same votes: more than it ever takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """The lines of all pairs, seat by seat if there is a term for the side, on which two are level.

    `votes`, shape (E, 4), says how often first was preferred, second was, neither, and how often a vote
    was left out. `full`, shape (E, P), is what multiplies strengths and side in the log-odds; `free`,
    shape (E, D), the same without the two that are level, whose strength is 0. A place holds D numbers,
    and the parameter of the tie model behind them if it is `tied`; prices, P and the same.
    """

    above: int
    below: int
    ties: Ties
    both_bad: BothBad
    tied: bool
    first: IntArray
    second: IntArray
    votes: FloatArray
    full: FloatArray
    free: FloatArray

    @classmethod
    def of(cls, cells: IntArray, strengths: Strengths, above: int, below: int) -> "Equations":
        """Fold `cells`, shape (K, K, 4), on which `above` and `below` are to be level."""
        size, side = len(cells), strengths.side is not None
        first, second = np.triu_indices(size, 1)
        seatings = [(first, second, 1.0), (second, first, -1.0)]
        votes = [_said(cells, a, b, seat, strengths.both_bad) for a, b, seat in seatings]
        shown = np.eye(size)[first] - np.eye(size)[second]
        if side:
            seats = np.repeat([1.0, -1.0], len(first))[:, None]
            full = np.hstack([np.tile(shown, (2, 1)), seats])
            first, second = np.tile(first, 2), np.tile(second, 2)
        else:
            full, votes = shown, [votes[0] + votes[1]]
        others = [column for column in range(full.shape[1]) if column not in (above, below)]
        return cls(
            above=above,
            below=below,
            ties=strengths.ties,
            both_bad=strengths.both_bad,
            tied=strengths.ties is Ties.DAVIDSON,
            first=first,
            second=second,
            votes=np.concatenate(votes),
            full=full,
            free=full[:, others],
        )

    @property
    def model(self) -> TieModel:
        """Give the tie model."""
        return MODELS[self.ties]

    @property
    def fitted(self) -> FloatArray:
        """Give the votes of each line that are in the fit, shape (E,)."""
        fitted: FloatArray = self.votes[:, :3].sum(axis=1)
        return fitted

    @property
    def any_tied(self) -> bool:
        """Tell whether any vote in the fit is a tie."""
        return bool(self.votes[:, TIED].any())

    def room(self, line: IntArray, source: IntArray) -> FloatArray:
        """Give how many votes there are to move of a verdict on a line; of no vote there are any number."""
        without_end = np.column_stack([self.votes, np.full(len(self.votes), np.inf)])
        return np.asarray(without_end[line, source])

    def cells(self, line: int, state: int) -> list[tuple[int, int, int]]:
        """List the cells, contestant on A, contestant on B and verdict, that hold the votes of a verdict."""
        first, second = int(self.first[line]), int(self.second[line])
        seats = [(first, second, False), (second, first, True)]
        if self.seated:
            seats = [seats[int(self.full[line, -1] < 0.0)]]
        dropped = Verdict.BOTH_BAD in LEFT_OUT[self.both_bad]
        said = {
            WON: ([Verdict.A], [Verdict.B]),
            LOST: ([Verdict.B], [Verdict.A]),
            TIED: ([Verdict.TIE] if dropped else [Verdict.TIE, Verdict.BOTH_BAD],) * 2,
            OUT: ([Verdict.BOTH_BAD],) * 2,
            NOTHING: ([],) * 2,
        }[state]
        return [(a, b, LAYER[verdict]) for a, b, turned in seats for verdict in said[turned]]

    @property
    def seated(self) -> bool:
        """Tell whether lines are told apart by who sat on A."""
        return bool(self.full.shape[1] > self.second.max() + 1)

    def parted(self, place: FloatArray) -> tuple[FloatArray, float]:
        """Give the log-odds of each line, shape (E,), and the parameter of the tie model at a place."""
        width = self.free.shape[1]
        return self.free @ place[:width], float(place[width]) if self.tied else 0.0

    def statistics(self) -> FloatArray:
        """Give T of each line and verdict, shape (E, 3, P)."""
        half = 0.5 * self.full
        found = np.zeros((len(half), 3, half.shape[1] + self.tied))
        found[:, 0, : half.shape[1]], found[:, 1, : half.shape[1]] = half, -half
        if self.tied:
            found[:, 2, -1] = 1.0
        return found

    def expected(self, place: FloatArray) -> FloatArray:
        """Give E T of each line, shape (E, P)."""
        chances = np.stack(self.model.verdicts(*self.parted(place)), axis=1)
        return np.asarray(np.einsum("ev,evp->ep", chances, self.statistics()))

    def missing(self, place: FloatArray) -> FloatArray:
        """Give what the votes lack for the place to be the fitted one, shape (P,)."""
        found = np.einsum("ev,evp->p", self.votes[:, :3], self.statistics())
        return np.asarray(self.fitted @ self.expected(place) - found)

    def sayings(self, prices: FloatArray) -> FloatArray:
        """Give what T of each line and verdict is worth at these prices, shape (E, 3)."""
        return np.asarray(self.statistics() @ prices)

    def information(self, place: FloatArray) -> FloatArray:
        """Give the information at a place, by its coordinates."""
        odds, tie = self.parted(place)
        none = np.zeros_like(odds)
        bends = self.model.bends(odds, tie, (self.fitted, none, none))
        by_place = self.free.T @ (self.free * bends.dd[:, None])
        if not self.tied:
            return np.asarray(by_place)
        border = self.free.T @ bends.dt
        return np.block([[by_place, border[:, None]], [border[None, :], bends.tt.sum()]])

    @property
    def others(self) -> list[int]:
        """List the equations, by number, of the coordinates of a place."""
        return [row for row in range(self.full.shape[1] + self.tied) if row not in (self.above, self.below)]

    def even_prices(self, place: FloatArray, given: dict[int, float]) -> FloatArray:
        """Give prices, those `given` among them, at which moving along other coordinates costs nothing, (P,).

        They are the potentials in a network whose conductances are the information of the lines.
        """
        size = self.full.shape[1]
        columns = np.hstack([self.full, np.ones((len(self.full), 1))])[:, : size + self.tied]
        odds, tie = self.parted(place)
        none = np.zeros_like(odds)
        bends = self.model.bends(odds, tie, (self.fitted, none, none))
        whole = columns.T @ (columns * bends.dd[:, None])
        if self.tied:
            whole[-1] = whole[:, -1] = np.append(self.full.T @ bends.dt, bends.tt.sum())
        held, prices = list(given), np.zeros(size + self.tied)
        loose = [row for row in self.others if row not in given]
        prices[held] = list(given.values())
        away = whole[np.ix_(loose, held)] @ prices[held]
        prices[loose] = -np.linalg.lstsq(whole[np.ix_(loose, loose)], away, rcond=None)[0]
        return prices

    def settled(self, place: FloatArray) -> FloatArray:
        """Climb from a place to the one fitted among those where the two are level."""
        keep = np.ones(len(place), dtype=bool)
        keep[-1:] = self.any_tied or not self.tied
        for _ in range(SETTLE_STEPS):
            odds, tie = self.parted(place)
            slopes = self.model.slopes(odds, tie, tuple(self.votes[:, :3].T))
            slope = np.append(slopes.by_d @ self.free, [slopes.by_t.sum()] * self.tied)[keep]
            move = np.linalg.lstsq(self.information(place)[np.ix_(keep, keep)], slope, rcond=None)[0]
            span = 2.0 * float(np.abs(move).max(initial=0.0))
            place = place.copy()
            place[keep] += move * (np.log1p(span) / span if span > 0.0 else 1.0)
        return place


def _said(cells: IntArray, a: IntArray, b: IntArray, seat: float, both_bad: BothBad) -> FloatArray:
    on_a, on_b, tied, bad = (cells[a, b, LAYER[verdict]].astype(np.float64) for verdict in Verdict)
    won, lost = (on_a, on_b) if seat > 0.0 else (on_b, on_a)
    none = np.zeros_like(bad)
    tie, out = (tied, bad) if Verdict.BOTH_BAD in LEFT_OUT[both_bad] else (tied + bad, none)
    return np.stack([won, lost, tie, out], axis=1)
