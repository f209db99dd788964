"""Influence: how few votes or voters turn two contestants round, or the last place, and who carries most.

Votes are changed (to a win for the one below), added (wins of the one below over the one above) or removed
(wins of the one above). Voters change all their votes, are removed, or are added with votes on the pairs
that the draw gives them, evenly.

`Least.count` is a number that does it: the changed board was fitted again. `Least.at_least` is a number
below which it is proved that none does, whatever is changed. The two meet at once

- where all pairs have equally many votes and ties are half a win or by Davidson: there the strengths are
  ordered as the scores are (Ford 1957, Davidson 1970; `ratings.gaps`);
- for changed votes with ties as half a win on every board, while the pair itself has wins to change: in
  the network whose conductances are the information of the votes, a changed vote moves the gap by the
  difference of potential between its two contestants when a current runs between the ends of the gap,
  and no two contestants differ by more than the ends do;
- for added voters, whose votes follow from the rule above.

Elsewhere branch and bound over the strengths (`ratings.proofs`) finds fewer votes or proves that there are
none, for up to 8 contestants with half wins or Davidson ties, with or without a term for the side. It ends
after so many programmes; what it has not decided then stays open. Votes are nearly always decided while
the gap is a few percent of the votes, changed voters mostly, removed voters seldom. For Rao-Kupper ties or a
prior nothing is proved.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from ratings.bradley_terry import Strengths, Ties
from ratings.changes import (
    reach_of_change,
    reach_of_removal,
    voters_added,
    voters_changed,
    voters_removed,
    votes_added,
    votes_changed,
    votes_removed,
)
from ratings.closing import Move
from ratings.counts import Board, FloatArray
from ratings.exactly import exact_votes
from ratings.exactly_voters import exact_voters
from ratings.gaps import Gap, pulls
from ratings.least import Least


@dataclass(frozen=True, slots=True)
class Carrier:
    """A voter, and by how much the gap would shrink without the voter's votes, to first order."""

    voter: str
    votes: int
    pull: float


@dataclass(frozen=True, slots=True)
class Fragility:
    """How few votes and voters bring `below` level with `above`, and which voters hold them apart most."""

    above: str
    below: str
    votes_changed: Least
    votes_added: Least
    votes_removed: Least
    voters_changed: Least
    voters_added: Least
    voters_removed: Least
    carriers: tuple[Carrier, ...]

    @property
    def fewest_votes(self) -> Least:
        """Give the least of the numbers of votes."""
        return _least_of(self.votes_changed, self.votes_added, self.votes_removed)

    @property
    def fewest_voters(self) -> Least:
        """Give the least of the numbers of voters."""
        return _least_of(self.voters_changed, self.voters_added, self.voters_removed)


def last_place(
    board: Board, strengths: Strengths, *, votes_each: int | None = None, proved: bool = True
) -> tuple[Fragility, ...]:
    """Say how few votes and voters bring the last level with each contestant above, the nearest first.

    The last place changes with the least of them, so only the nearest is `proved` with effort.
    `votes_each` is as for `fragility`.
    """
    *others, last = best_first(strengths)
    return tuple(
        fragility(board, strengths, other, last, votes_each=votes_each, proved=proved and place == 0)
        for place, other in enumerate(reversed(others))
    )


def best_first(strengths: Strengths) -> list[str]:
    """List the contestants as the standings do: the strongest first, equals by name."""
    return [name for _, name in sorted(zip(-strengths.values, strengths.names, strict=True))]


def fragility(
    board: Board,
    strengths: Strengths,
    above: str,
    below: str,
    *,
    votes_each: int | None = None,
    top: int = 10,
    proved: bool = True,
) -> Fragility:
    """Say how few votes and voters bring `below` level with `above`.

    `votes_each` is how many votes an added voter casts, by default the mean of the voters there are,
    rounded up; `top` is how many carriers are named. What takes effort is left out unless it is to
    be `proved`.

    Raises:
        BadSettings: a name is not a contestant's, or `above` is not above `below`.
    """
    gap = Gap.between(board, strengths, above, below)
    each = votes_each or ceil(board.pairs.votes / gap.voters)
    pull = pulls(gap, strengths.values)
    by_votes = {
        Move.CHANGED: _votes_changed(gap),
        Move.ADDED: Least(gap.first(votes_added(gap)), gap.bound_moved()),
        Move.REMOVED: Least(gap.first(*votes_removed(gap)), gap.bound_moved()),
    }
    by_voters = {Move.CHANGED: _voters_changed(gap, pull), Move.REMOVED: _voters_removed(gap, pull)}
    if proved:
        by_votes = {move: exact_votes(gap, move, known) for move, known in by_votes.items()}
        by_voters = {move: exact_voters(gap, move, known) for move, known in by_voters.items()}
    return Fragility(
        above=above,
        below=below,
        votes_changed=by_votes[Move.CHANGED],
        votes_added=by_votes[Move.ADDED],
        votes_removed=by_votes[Move.REMOVED],
        voters_changed=by_voters[Move.CHANGED],
        voters_added=_exactly(gap.first(voters_added(gap, each))),
        voters_removed=by_voters[Move.REMOVED],
        carriers=_carriers(gap, pull, top),
    )


def _votes_changed(gap: Gap) -> Least:
    count = gap.first(*votes_changed(gap))
    exchanged = gap.strengths.ties is Ties.HALF and count <= gap.won
    return _exactly(count) if exchanged else Least(count, gap.bound_changed())


def _voters_changed(gap: Gap, pull: FloatArray) -> Least:
    reach = reach_of_change(gap)
    orders = [np.lexsort((-pull, -reach)), np.argsort(-pull, kind="stable")]
    count = min(gap.first(voters_changed(gap, order), gap.voters) for order in orders)
    return Least(count, gap.bound_voters(reach))


def _voters_removed(gap: Gap, pull: FloatArray) -> Least:
    """Take first those who pull most, at the strengths of now and then at those of a closed gap."""
    order = np.argsort(-pull, kind="stable")
    level = gap.strengths.values.copy()
    level[[gap.above, gap.below]] = level[[gap.above, gap.below]].mean()
    orders = [order, np.argsort(-pulls(gap, level), kind="stable")]
    count = min(gap.first(voters_removed(gap, one), gap.voters) for one in orders)
    return Least(count, gap.bound_voters(reach_of_removal(gap)))


def _carriers(gap: Gap, pull: FloatArray, top: int) -> tuple[Carrier, ...]:
    order = np.argsort(-pull, kind="stable")[:top]
    return tuple(Carrier(gap.board.voters.voters[v], int(gap.votes[v]), float(pull[v])) for v in order)


def _exactly(count: int) -> Least:
    return Least(count, count)


def _least_of(*several: Least) -> Least:
    return Least(min(one.count for one in several), min(one.at_least for one in several))
