"""Votes one by one, each with terms of its own, sorted by pair and verdict: sums by pair are sums of runs.

Of a run, the difference in strength and the verdict are looked up once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ratings.comparisons import Comparisons, assembled, corner, spread
from ratings.counts import FloatArray, IntArray
from ratings.linear import times
from ratings.tie_models import Bends, Slopes, TieModel, Votes

PART = 2**15
"""Votes that are looked at together; few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some runs, which are whole: their numbers, where each starts and ends, and the votes' terms."""

    runs: slice
    rows: slice
    starts: IntArray
    odds: FloatArray
    votes: Votes
    terms: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VoteLines:
    """N votes in R runs; a line of `runs` stands for any one vote of the run, `bounds` has shape (R + 1,).

    `terms`, shape (Q, N), multiply the further coefficients in the log-odds of the first contestant.
    """

    runs: Comparisons
    bounds: IntArray
    terms: FloatArray

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
        reach: FloatArray = np.maximum(self.terms.max(axis=1), -self.terms.min(axis=1))
        return reach

    def parts(self, model: TieModel, values: FloatArray) -> Iterator[Part]:
        """Give the runs, some at a time, with the log-odds of their votes at `values`."""
        by_run = self.runs.log_odds(values[: self.size], values[:0])
        coefficients = values[self.size + model.has_parameter :]
        edges = np.searchsorted(self.bounds, np.arange(0, self.bounds[-1], PART))
        edges = np.unique(np.append(edges, len(self.bounds) - 1))
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            runs, rows = slice(start, end), slice(self.bounds[start], self.bounds[end])
            lengths = np.diff(self.bounds[start : end + 1])
            odds = np.repeat(by_run[runs], lengths)
            terms = self.terms[:, rows]
            for term, coefficient in zip(terms, coefficients, strict=True):
                odds += coefficient * term
            won, lost, tied = (np.repeat(each[runs], lengths) for each in self.runs.votes)
            yield Part(
                runs, rows, self.bounds[start:end] - self.bounds[start], odds, (won, lost, tied), terms
            )

    def gradient(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Give the slope of the log-likelihood by every coefficient, shape (P,)."""
        tie = model.tie_of(values, self.size)
        by_run, by_tie = np.empty(len(self.runs.first)), 0.0
        by_terms = np.zeros(len(self.terms))
        for part in self.parts(model, values):
            slopes = model.slopes(part.odds, tie, part.votes)
            by_run[part.runs] = np.add.reduceat(slopes.by_d, part.starts)
            by_tie += float(slopes.by_t.sum())
            by_terms += times(part.terms, slopes.by_d)
        return np.concatenate([spread(self.runs, by_run), [by_tie][: model.has_parameter], by_terms])

    def slopes(self, model: TieModel, values: FloatArray) -> Slopes:
        """Give the slopes of the log-likelihood of each vote, shapes (N,)."""
        tie = model.tie_of(values, self.size)
        slopes = Slopes(np.empty(int(self.bounds[-1])), np.empty(int(self.bounds[-1])))
        for part in self.parts(model, values):
            here = model.slopes(part.odds, tie, part.votes)
            slopes.by_d[part.rows], slopes.by_t[part.rows] = here.by_d, here.by_t
        return slopes

    def information(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Give the observed information of all coefficients, shape (P, P)."""
        tie = model.tie_of(values, self.size)
        return self.summed(model, values, lambda part: model.bends(part.odds, tie, part.votes))

    def squares(self, model: TieModel, values: FloatArray) -> FloatArray:
        """Sum the outer products of the votes' slopes by every coefficient, shape (P, P)."""
        tie = model.tie_of(values, self.size)

        def squared(part: Part) -> Bends:
            slopes = model.slopes(part.odds, tie, part.votes)
            return Bends(slopes.by_d**2, slopes.by_d * slopes.by_t, slopes.by_t**2)

        return self.summed(model, values, squared)

    def summed(self, model: TieModel, values: FloatArray, bent: Callable[[Part], Bends]) -> FloatArray:
        """Sum what `bent` says of the votes of each part to a matrix of all coefficients, shape (P, P)."""
        rest = model.has_parameter + len(self.terms)
        by_run, block = np.empty((1 + rest, len(self.runs.first))), np.zeros((rest, rest))
        for part in self.parts(model, values):
            bends = bent(part)
            weighted = part.terms * bends.dd
            amounts = [bends.dd, *([bends.dt] if model.has_parameter else []), *weighted]
            for row, amount in zip(by_run, amounts, strict=True):
                row[part.runs] = np.add.reduceat(amount, part.starts)
            block += corner(part.terms, model, bends, weighted)
        return assembled(self.runs, by_run[0], by_run[1:], block)
