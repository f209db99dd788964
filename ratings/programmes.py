"""Linear programmes: least cost under equations and bounds, by SciPy's HiGHS."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from ratings.counts import FloatArray

Rows = tuple[FloatArray, FloatArray]
"""A matrix, and what it times the unknowns must not exceed, or must be."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The least cost, where it is found, and the price of each equation.

    The cost is infinite where nothing meets the conditions, and minus infinite where no end was found.
    """

    cost: float
    found: FloatArray
    prices: FloatArray


def solved(costs: FloatArray, most: Rows, equal: Rows, bounds: FloatArray) -> Solved:
    """Solve a programme; `bounds`, shape (C, 2), are those of each unknown."""
    between = [(float(low), float(high)) for low, high in bounds]
    answer = linprog(costs, most[0], most[1], equal[0], equal[1], bounds=between)
    if answer.x is None or answer.fun is None:
        none = np.zeros(len(costs))
        return Solved(np.inf if answer.status == INFEASIBLE else -np.inf, none, np.zeros(len(equal[1])))
    return Solved(float(answer.fun), np.asarray(answer.x), np.asarray(answer.eqlin.marginals))


INFEASIBLE = 2
"""SciPy's number for it."""
