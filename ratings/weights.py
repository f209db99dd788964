"""Weights: let the voters stand for the people.

Raking: voters' weights are multiplied so that the shares of each margin in turn (sex, age, region, use of
AI) are those of the people, until all margins hold at once (Deming and Stephan 1940). Weights above
`ceiling` times the mean are cut to it and those below `floor` times the mean are raised to it, and the
raking goes on with the others, until both hold.

The effective number is (Σ w)² / Σ w² (Kish 1965): what the weighted voters are worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ratings.counts import Board, FloatArray, grouped
from ratings.errors import BadSettings, NotConverged

Margins = Mapping[str, Mapping[str, float]]
"""By margin and category, the share of the people; each margin sums to one."""

UNIT = 10_000
"""Weighted votes are whole numbers of this part of a vote, so that sums stay exact."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A weight for each voter, with mean one, and what came of them.

    `values` has shape (G,), in the order of `voters`; `trimmed` counts those at a bound; `steps` counts
    the rounds over all margins.
    """

    voters: tuple[str, ...]
    values: FloatArray
    trimmed: int
    steps: int

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def effective(self) -> float:
        """Give the effective number of voters."""
        return float(self.values.sum() ** 2 / (self.values**2).sum())

    @property
    def design_effect(self) -> float:
        """Give by how much the weights alone widen variances."""
        return len(self.values) / self.effective


def rake(
    people: Mapping[str, Mapping[str, str]],
    margins: Margins,
    *,
    floor: float = 0.2,
    ceiling: float = 5.0,
    tolerance: float = 1e-10,
    limit: int = 10_000,
) -> Weights:
    """Weight voters so that each margin has its shares; `people` gives, by voter, a category by margin.

    Raises:
        BadSettings: shares do not sum to one, a category has people and no share or a share and no
            people, or the bounds leave no room.
        NotConverged: no weights within the bounds have these margins, or `limit` rounds were not enough.
    """
    if not 0.0 <= floor < 1.0 < ceiling:
        raise BadSettings(f"bounds of weights from {floor} to {ceiling} do not hold the mean of 1")
    voters = tuple(sorted(people))
    tables = [_table(voters, people, name, margins[name]) for name in sorted(margins)]
    values = np.ones(len(voters))
    for step in range(1, limit + 1):
        before = values
        for member, share in tables:
            values = values * (share * len(voters) / (member.T @ values))[member.argmax(axis=1)]
        values = np.clip(values, floor, ceiling)
        if np.abs(values - before).max() <= tolerance:
            _check(tables, values)
            trimmed = int(((values == floor) | (values == ceiling)).sum())
            return Weights(voters, values, trimmed, step)
    raise NotConverged(f"{limit} rounds of raking were not enough")


def weighted(board: Board, weights: Weights) -> Board:
    """Count each voter's votes by weight, in whole parts of `1 / UNIT` of a vote.

    A fit of it and its intervals are those of the weighted votes; its numbers of votes are in parts.

    Raises:
        BadSettings: a voter has no weight.
    """
    place = {voter: number for number, voter in enumerate(weights.voters)}
    missing = [voter for voter in board.voters.voters if voter not in place]
    if missing:
        raise BadSettings(f"{len(missing)} voters have no weight, the first {missing[0]!r}")
    parts = np.rint(UNIT * weights.values[[place[voter] for voter in board.voters.voters]]).astype(np.int64)
    votes = board.voters
    count = votes.count * np.repeat(parts, np.diff(votes.bounds))
    kept = count > 0
    codes = board.codes(board.pairs.names, votes.voters)[kept]
    return grouped(board.pairs.names, votes.voters, codes, count[kept])


def _table(
    voters: Sequence[str],
    people: Mapping[str, Mapping[str, str]],
    margin: str,
    shares: Mapping[str, float],
) -> tuple[FloatArray, FloatArray]:
    """Give who is in which category, shape (G, C), and the shares, shape (C,)."""
    share = np.array([shares[category] for category in sorted(shares)])
    if abs(share.sum() - 1.0) > 1e-9 or share.min() <= 0.0:
        raise BadSettings(f"the shares of {margin!r} are not positive numbers that sum to one")
    number = {category: place for place, category in enumerate(sorted(shares))}
    said = [people[voter].get(margin) for voter in voters]
    unknown = sorted({str(one) for one in said} - set(number))
    empty = sorted(set(number) - {str(one) for one in said})
    if unknown or empty:
        raise BadSettings(f"{margin!r}: no share for {unknown}, nobody in {empty}")
    member = np.zeros((len(voters), len(share)))
    member[np.arange(len(voters)), [number[str(one)] for one in said]] = 1.0
    return member, share


def _check(tables: Sequence[tuple[FloatArray, FloatArray]], values: FloatArray) -> None:
    for member, share in tables:
        found = member.T @ values / values.sum()
        if np.abs(found - share).max() > 1e-6:
            raise NotConverged("no weights within the bounds have these margins")
