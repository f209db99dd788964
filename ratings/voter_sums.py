"""Sums over voters, lot by lot: of the outer products of their scores, and of their votes."""

import numpy as np

from ratings.bradley_terry import Strengths
from ratings.comparisons import summed
from ratings.counts import VERDICTS, FloatArray, IntArray
from ratings.errors import NotEnoughVoters
from ratings.linear import gram
from ratings.voter_scores import Surprises, VoterRows, scores


def summed_over_voters(
    rows: VoterRows, strengths: Strengths, surprise: Surprises, skipped: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Sum s sᵀ over voters but those `skipped`, and count the effective voters on each contestant.

    Gives shapes (P, P) and (K,); s is the score of a voter.
    """
    size = len(strengths.inverse_information)
    middle, squared = np.zeros((size, size)), np.zeros(rows.size)
    for start, end in rows.lots(size):
        part = rows.part(start, end)
        places = part.places()
        here = scores(part, strengths, surprise, places)
        here[skipped[(skipped >= start) & (skipped < end)] - start] = 0.0
        middle += gram(here)
        squared += _squared(part, places)
    return middle, _votes(rows) ** 2 / squared


def effective_by_contestant(rows: VoterRows) -> FloatArray:
    """Count the effective voters on each contestant, shape (K,)."""
    squared = np.zeros(rows.size)
    for start, end in rows.lots(rows.size):
        part = rows.part(start, end)
        squared += _squared(part, part.places())
    return _votes(rows) ** 2 / squared


def effective_together(rows: VoterRows) -> float:
    """Count the effective voters: equal votes that would come to as much as these unequal ones."""
    votes = rows.sums(rows.count)
    return float(votes.sum() ** 2 / (votes**2).sum())


def check_voters(rows: VoterRows) -> None:
    """Check that votes come from more than one voter in effect.

    Raises:
        NotEnoughVoters: they do not.
    """
    effective = effective_together(rows) if len(rows.count) else 0.0
    if effective < 2.0:
        raise NotEnoughVoters(
            f"intervals need the votes of at least two voters; the effective number here is {effective:.2f}"
        )


def check_voters_on_each(names: tuple[str, ...], effective: FloatArray) -> None:
    """Check the same contestant by contestant.

    Raises:
        NotEnoughVoters: a contestant has fewer than two.
    """
    if effective.min() < 2.0:
        raise NotEnoughVoters(
            f"intervals need the votes of at least two voters on each contestant; the effective number on "
            f"{names[int(effective.argmin())]!r} is {effective.min():.2f}"
        )


def _squared(rows: VoterRows, places: IntArray) -> FloatArray:
    """Sum the squares of each voter's numbers of votes on contestants over voters, shape (K,)."""
    votes = rows.tabled(np.tile(rows.count, (2, 1)), places)
    squared: FloatArray = np.einsum("gi,gi->i", votes, votes)
    return squared


def _votes(rows: VoterRows) -> FloatArray:
    """Count the votes on each contestant, shape (K,)."""
    cells = summed(rows.cell, rows.count, rows.size**2 * len(VERDICTS)).reshape(rows.size, rows.size, -1)
    votes: FloatArray = cells.sum(axis=(1, 2)) + cells.sum(axis=(0, 2))
    return votes
