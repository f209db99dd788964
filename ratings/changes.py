"""Changes to a board that bring two contestants together: other votes, more votes, fewer votes.

Each is a rule from a number of votes or voters to the cells that are then counted. Votes go one after the
other, those first that move the gap most; voters in an order that is handed in.
"""

from itertools import combinations

import numpy as np

from ratings.counts import LAYER, VERDICTS, FloatArray, IntArray, Verdict
from ratings.gaps import Change, Gap
from ratings.voter_counts import VoterCounts

A, B, TIE, _ = (LAYER[verdict] for verdict in Verdict)

NEGLIGIBLE = 1e-12
"""A share of the largest difference in potential below which a vote does not move the gap."""


def votes_changed(gap: Gap) -> tuple[Change, int]:
    """Change votes to wins of the contestant nearer the one below; give also how many there are to change."""
    return _in_turn(gap, tied=True)


def votes_removed(gap: Gap) -> tuple[Change, int]:
    """Remove wins of the contestant nearer the one above; give also how many there are to remove."""
    return _in_turn(gap, tied=False)


def votes_added(gap: Gap) -> Change:
    """Add wins of the one below over the one above, on both sides in turn."""

    def cells(number: int) -> IntArray:
        changed = gap.board.pairs.cells.copy()
        _add_wins(changed, gap.below, gap.above, number)
        return changed

    return cells


def voters_added(gap: Gap, votes_each: int) -> Change:
    """Add voters with so many votes each on all pairs evenly, for the one below and against the one above.

    Where neither takes part they say tie. What does not divide evenly falls on the pair itself first.
    """
    pair = (gap.below, gap.above)
    rest = [other for other in combinations(range(len(gap.sign)), 2) if set(other) != set(pair)]

    def cells(number: int) -> IntArray:
        changed = gap.board.pairs.cells.copy()
        each, over = divmod(number * votes_each, len(rest) + 1)
        for place, (one, other) in enumerate([pair, *rest]):
            _add_for_sign(changed, gap.sign, one, other, each + (place < over))
        return changed

    return cells


def voters_changed(gap: Gap, order: IntArray) -> Change:
    """Change all votes of the first voters of an `order` to wins of the contestant nearer the one below."""
    slope = _slope(gap)[:, :, None]
    to = np.where(slope > 0.0, B, np.where(slope < 0.0, A, np.arange(len(VERDICTS))))
    return by_voter(gap, order, to)


def voters_removed(gap: Gap, order: IntArray) -> Change:
    """Remove all votes of the first voters of an `order`."""
    return by_voter(gap, order, None)


def reach_of_change(gap: Gap) -> FloatArray:
    """Give the most by which each voter, changing votes, brings the two scores together, shape (G,)."""
    _, counted = gap.verdict_weights
    on_a, on_b = gap.sign[:, None, None], gap.sign[None, :, None]
    least = np.minimum(on_a, on_b)
    touched = ((on_a != 0.0) | (on_b != 0.0)).astype(np.float64)
    return gap.board.voters.summed(np.where(counted > 0.0, _apart(gap) - least, touched))


def reach_of_removal(gap: Gap) -> FloatArray:
    """Give the most by which removing each voter brings the two scores together, shape (G,)."""
    _, counted = gap.verdict_weights
    apart = gap.board.voters.summed(counted * _apart(gap))
    uneven = [_uneven(gap, part) for _, _, part in gap.board.voters.lots()]
    return apart + np.concatenate(uneven)


def _uneven(gap: Gap, votes: VoterCounts) -> FloatArray:
    """Give how many votes the one below has had more of from the others than the one above, shape (G,)."""
    _, counted = gap.verdict_weights
    voter, a, b, verdict = votes.index.T
    count = votes.count * counted[verdict]
    uneven = np.zeros((len(votes.voters), len(gap.sign)))
    np.add.at(uneven, (voter, b), -count * gap.sign[a])
    np.add.at(uneven, (voter, a), -count * gap.sign[b])
    return np.asarray(np.maximum(uneven[:, gap.others], 0.0).sum(axis=1))


def _apart(gap: Gap) -> FloatArray:
    """Give by how much one vote of each cell holds the two scores apart, shape (K, K, 4)."""
    score, _ = gap.verdict_weights
    on_a, on_b = gap.sign[:, None, None], gap.sign[None, :, None]
    return np.asarray(score * on_a + (1.0 - score) * on_b)


def _slope(gap: Gap) -> FloatArray:
    """Give by how much the gap moves with one win of row over column, shape (K, K); negligible ones are 0."""
    slope = gap.potential[:, None] - gap.potential[None, :]
    return np.where(np.abs(slope) > NEGLIGIBLE * np.abs(slope).max(), slope, 0.0)


def _effects(gap: Gap, *, tied: bool) -> FloatArray:
    """Give how much less gap one vote of each cell leaves if it is changed, shape (K, K, 4)."""
    _, counted = gap.verdict_weights
    slope = _slope(gap)
    effects = np.zeros(gap.board.pairs.cells.shape)
    effects[:, :, A] = np.maximum(slope, 0.0)
    effects[:, :, B] = np.maximum(-slope, 0.0)
    effects[:, :, TIE:] = np.abs(slope)[:, :, None] * (tied / 2.0)
    return effects * counted


def _in_turn(gap: Gap, *, tied: bool) -> tuple[Change, int]:
    """Take votes cell after cell, those that move the gap most first; remove them if not `tied`."""
    effects = _effects(gap, tied=tied).ravel()
    order = np.argsort(-effects, kind="stable")
    order = order[effects[order] > 0.0]
    held = gap.board.pairs.cells.ravel()[order]
    before = np.cumsum(held) - held
    size, layers = len(gap.sign), len(VERDICTS)
    pair = order // layers
    to = pair * layers + np.where(_slope(gap).ravel()[pair] > 0.0, B, A)

    def cells(number: int) -> IntArray:
        taken = np.clip(number - before, 0, held)
        changed = gap.board.pairs.cells.ravel().copy()
        np.subtract.at(changed, order, taken)
        if tied:
            np.add.at(changed, to, taken)
        return changed.reshape(size, size, layers)

    return cells, int(held.sum())


def by_voter(gap: Gap, order: IntArray, to: IntArray | None) -> Change:
    """Change all votes of the first voters of an `order`, or remove them.

    `to` gives the verdict that a vote of each cell is changed to, shape (K, K, 4).
    """
    pair, layers = np.arange(len(gap.sign) ** 2)[:, None], len(VERDICTS)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))

    def cells(number: int) -> IntArray:
        taken = gap.board.voters.cells(place < number)
        changed = gap.board.pairs.cells - taken
        if to is not None:
            np.add.at(changed.reshape(-1, layers), (pair, to.reshape(-1, layers)), taken.reshape(-1, layers))
        return changed

    return cells


def _add_for_sign(cells: IntArray, sign: FloatArray, one: int, other: int, number: int) -> None:
    if sign[one] == sign[other]:
        cells[one, other, TIE] += number
    else:
        winner, loser = (one, other) if sign[one] < sign[other] else (other, one)
        _add_wins(cells, winner, loser, number)


def _add_wins(cells: IntArray, winner: int, loser: int, number: int) -> None:
    cells[winner, loser, A] += (number + 1) // 2
    cells[loser, winner, B] += number // 2
