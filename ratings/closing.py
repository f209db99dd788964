"""What closes a gap: the least votes to be changed, added or removed so that two contestants are level.

At any place, that is at any strengths with the two level, the likelihood equations are linear in the votes
(`equations`). So a linear programme says how many votes must at least be moved for the place to become the
fitted one.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ratings.counts import FloatArray, IntArray
from ratings.equations import NOTHING, OUT, STATES, TIED, Equations
from ratings.programmes import solved

DEAR = 1e3
"""What a unit of an equation costs that no vote can provide; it keeps every programme feasible."""


class Move(StrEnum):
    """What is done to votes."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """The least votes, in parts too, that make a place the fitted one.

    `amount`, shape (C,), is how many of each kind: from state `source` to state `target` on a `line`.
    `prices`, shape (P,), are those of the equations.
    """

    least: float
    prices: FloatArray
    line: IntArray
    source: IntArray
    target: IntArray
    amount: FloatArray


def programme(asked: Equations, move: Move, place: FloatArray) -> Programme:
    """Solve the linear programme of a place."""
    line, source, target = kinds(asked, move)
    given = np.pad(asked.statistics() - asked.expected(place)[:, None, :], ((0, 0), (0, 2), (0, 0)))
    effect = given[line, target] - given[line, source]
    size = effect.shape[1]
    missing = asked.missing(place)
    slack = np.hstack([np.eye(size), -np.eye(size)])
    columns = np.hstack([effect.T, slack])
    costs = np.concatenate([np.ones(len(line)), np.full(2 * size, DEAR)])
    limits, most = sources(asked, line, source)
    limits = np.pad(limits, ((0, 0), (0, 2 * size)))
    bounds = np.tile([0.0, np.inf], (len(costs), 1))
    answer = solved(costs, (limits, most), (columns, missing), bounds)
    return Programme(answer.cost, answer.prices, line, source, target, answer.found[: len(line)])


def sources(asked: Equations, line: IntArray, source: IntArray) -> tuple[FloatArray, FloatArray]:
    """Give which kinds take votes of the same verdict on a line, (L, C), and how many there are, (L,)."""
    held, which = np.unique((line * STATES + source)[source != NOTHING], return_inverse=True)
    limits = np.zeros((len(held), len(line)))
    limits[which, np.flatnonzero(source != NOTHING)] = 1.0
    return limits, asked.votes[held // STATES, held % STATES]


def moved(cells: IntArray, asked: Equations, solved: Programme, amounts: IntArray) -> IntArray:
    """Move so many votes of each kind, shape (C,), and give the cells that are then counted."""
    cells = cells.copy()
    for kind in np.flatnonzero(amounts):
        left = int(amounts[kind])
        for cell in asked.cells(int(solved.line[kind]), int(solved.source[kind])):
            taken = min(left, int(cells[cell]))
            cells[cell] -= taken
            left -= taken
        for cell in asked.cells(int(solved.line[kind]), int(solved.target[kind]))[:1]:
            cells[cell] += amounts[kind]
    return cells


def kinds(asked: Equations, move: Move) -> tuple[IntArray, IntArray, IntArray]:
    """List line, source and target of all that can be done to votes, shapes (C,)."""
    said = range(TIED + 1 if asked.tied else TIED)
    every = {
        Move.CHANGED: [(source, target) for source in range(NOTHING) for target in said if source != target],
        Move.ADDED: [(NOTHING, target) for target in said],
        Move.REMOVED: [(source, NOTHING) for source in range(OUT)],
    }[move]
    lines = np.arange(len(asked.votes))
    source, target = (np.tile(each, len(lines)) for each in np.array(every).T)
    line = np.repeat(lines, len(every))
    there = asked.room(line, source) > 0.0
    return line[there], source[there], target[there]
