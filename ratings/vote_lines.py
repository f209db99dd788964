"""Votes one by one, each with terms of its own, sorted by verdict and pair: sums by pair are sums of runs.

Of a run, the difference in strength is looked up once; of a part, which is some runs, the verdict. First was
preferred in all votes of a part, or neither was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ratings.comparisons import Comparisons, assembled, corner, spread
from ratings.counts import FloatArray, IntArray
from ratings.linear import products_of_rows, times
from ratings.tie_models import Bends, Slopes, TieModel, Votes

PART = 2**15
"""Votes that are looked at together; few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some whole runs of one verdict: their numbers, where each starts, and the terms of the votes.

    `votes` have shape (1,): what each of the votes says.
    """

    runs: slice
    rows: slice
    starts: IntArray
    odds: FloatArray
    votes: Votes
    terms: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VoteLines:
    """N votes in R runs; a line of `runs` stands for any one vote of the run, `bounds` has shape (R + 1,).

    First, whichever of the two that is, was preferred in a run, or neither was; where both count for nothing,
    the votes are left out. `terms`, shape (Q, N), multiply the further coefficients in the log-odds of first;
    `most`, shape (Q,), is how large they get.
    """

    runs: Comparisons
    bounds: IntArray
    terms: FloatArray
    most: FloatArray

    @property
    def size(self) -> int:
        """Give the number of contestants."""
        return self.runs.size

    def singly(self) -> Comparisons:
        """Give each vote a line of its own."""
        runs, lengths = self.runs, np.diff(self.bounds)
        first, second = np.repeat(runs.first, lengths), np.repeat(runs.second, lengths)
        won, lost, tied = (np.repeat(each, lengths) for each in runs.votes)
        return Comparisons(runs.size, first, second, won, lost, tied, self.terms)

    def reach(self) -> FloatArray:
        """Give how large each term gets, shape (Q,)."""
        return self.most

    def parts(self, model: TieModel, values: FloatArray) -> Iterator[Part]:
        """Give the runs that count, some at a time, with the log-odds of their votes at `values`."""
        by_run = self.runs.log_odds(values[: self.size], values[:0])
        coefficients = values[self.size + model.has_parameter :]
        for start, end in self._edges():
            bounds = self.bounds[start : end + 1]
            votes = self.runs.won[start:end][:1], self.runs.lost[start:end][:1], self.runs.tied[start:end][:1]
            if not (votes[0] or votes[2]):
                continue
            runs, rows = slice(start, end), slice(bounds[0], bounds[-1])
            terms = self.terms[:, rows]
            odds = np.repeat(by_run[runs], np.diff(bounds))
            odds += np.einsum("q,qn->n", coefficients, terms)
            yield Part(runs, rows, bounds[:-1] - bounds[0], odds, votes, terms)

    def _edges(self) -> Iterator[tuple[int, int]]:
        """Give the first run of each part, and that after its last."""
        apart = np.flatnonzero((np.diff(self.runs.won) != 0.0) | (np.diff(self.runs.tied) != 0.0)) + 1
        about = np.searchsorted(self.bounds, np.arange(0, self.bounds[-1], PART))
        edges = np.unique(np.concatenate([about, apart, [len(self.bounds) - 1]])).tolist()
        return pairwise(edges)

    def gradient(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Give the slope of the log-likelihood by every coefficient, shape (P,)."""
        tie = model.tie_of(values, self.size)
        by_run, by_tie = np.zeros(len(self.runs.first)), 0.0
        by_terms = np.zeros(len(self.terms))
        for part in self.parts(model, values):
            slopes = model.single_slopes(part.odds, tie, part.votes)
            by_run[part.runs] = np.add.reduceat(slopes.by_d, part.starts)
            by_tie += float(slopes.by_t.sum())
            by_terms += times(part.terms, slopes.by_d)
        return np.concatenate([spread(self.runs, by_run), [by_tie][: model.has_parameter], by_terms])

    def slopes(self, model: TieModel, values: FloatArray) -> Slopes:
        """Give the slopes of the log-likelihood of each vote, shapes (N,)."""
        tie = model.tie_of(values, self.size)
        slopes = Slopes(np.zeros(int(self.bounds[-1])), np.zeros(int(self.bounds[-1])))
        for part in self.parts(model, values):
            here = model.single_slopes(part.odds, tie, part.votes)
            slopes.by_d[part.rows], slopes.by_t[part.rows] = here.by_d, here.by_t
        return slopes

    def information(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Give the observed information of all coefficients, shape (P, P)."""
        tie = model.tie_of(values, self.size)
        return self.summed(model, values, lambda part: model.single_bends(part.odds, tie, part.votes))

    def squares(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Sum the outer products of the votes' slopes by every coefficient, shape (P, P)."""
        tie = model.tie_of(values, self.size)

        def squared(part: Part) -> Bends:
            slopes = model.single_slopes(part.odds, tie, part.votes)
            return Bends(slopes.by_d**2, slopes.by_d * slopes.by_t, slopes.by_t**2)

        return self.summed(model, values, squared)

    def summed(self, model: TieModel, values: FloatArray, bent: Callable[[Part], Bends]) -> FloatArray:
        """Sum what `bent` says of the votes of each part to a matrix of all coefficients, shape (P, P)."""
        rest = model.has_parameter + len(self.terms)
        by_run, block = np.zeros((1 + rest, len(self.runs.first))), np.zeros((rest, rest))
        for part in self.parts(model, values):
            bends = bent(part)
            weighted = part.terms * bends.dd
            amounts = [bends.dd, *([bends.dt] if model.has_parameter else []), *weighted]
            for row, amount in zip(by_run, amounts, strict=True):
                row[part.runs] = np.add.reduceat(amount, part.starts)
            block += corner(part.terms, model, bends, products_of_rows(part.terms, weighted))
        return assembled(self.runs, by_run[0], by_run[1:], block)
