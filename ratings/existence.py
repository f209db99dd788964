"""Whether a finite estimate exists.

Rule 1: it does only if, for every way to part the contestants in two, each part has won or tied against
        the other (Ford 1957).
Rule 2: a tie model with a parameter needs, besides, a cycle of comparisons with more wins than ties,
        every win in it pointing onward. Else the parameter and the strengths run off together: one win
        and one tie of two contestants are explained ever better by more ties and a greater distance.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford, connected_components, csgraph_from_dense

from ratings.comparisons import Comparisons
from ratings.counts import FloatArray
from ratings.errors import NotConnected


def check_connected(names: tuple[str, ...], wins: FloatArray) -> None:
    """Check rule 1 on the `wins` of row over column, ties shared, shape (K, K).

    Raises:
        NotConnected: it does not hold; the message names the groups that are apart.
    """
    if len(names) < 2 or not wins.any():
        raise NotConnected("it takes votes on at least two contestants to rate them")
    won = wins > 0.0
    if _reaches_all(won) and _reaches_all(won.T):
        return
    groups, group_of = connected_components(csr_array(wins), directed=True, connection="strong")
    members: list[list[str]] = [[] for _ in range(groups)]
    for name, group in zip(names, group_of, strict=True):
        members[group].append(name)
    listed = " | ".join(sorted(", ".join(group) for group in members))
    raise NotConnected(
        f"no finite ratings exist: between these groups, all wins go one way or there are none: {listed}"
    )


def _reaches_all(won: NDArray[np.bool_]) -> bool:
    """Tell whether wins lead from the first contestant to all others, step by step."""
    reached = won[0].copy()
    reached[0] = True
    latest = np.flatnonzero(reached)
    while len(latest) and not reached.all():
        latest = np.flatnonzero(won[latest].any(axis=0) & ~reached)
        reached[latest] = True
    return bool(reached.all())


def check_ties_bounded(lines: Comparisons) -> None:
    """Check rule 2 on lines that hold ties.

    Raises:
        NotConnected: it does not hold.
    """
    if np.logical_and(lines.won > 0.0, lines.lost > 0.0).any():
        return
    steps = np.full((lines.size + 1, lines.size + 1), np.inf)
    steps[-1, :-1] = 0.0
    for tied in ((lines.first, lines.second), (lines.second, lines.first)):
        np.minimum.at(steps, tied, np.where(lines.tied > 0.0, 1.0, np.inf))
    for winner, loser, times in (
        (lines.first, lines.second, lines.won),
        (lines.second, lines.first, lines.lost),
    ):
        np.minimum.at(steps, (winner, loser), np.where(times > 0.0, -1.0, np.inf))
    if not _has_negative_cycle(steps):
        raise NotConnected(
            "no finite ratings exist under this tie model: no cycle of comparisons has more wins than ties"
        )


def _has_negative_cycle(steps: FloatArray) -> bool:
    try:
        bellman_ford(csgraph_from_dense(steps, null_value=np.inf), indices=[len(steps) - 1])
    except NegativeCycleError:
        return True
    return False
