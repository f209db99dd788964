"""Conjugate gradients (Hestenes and Stiefel 1952): a Newton step without an inverse.

Where all meet about as often, information divided by its diagonal bends nearly alike in all directions, and
a few products with it lead as near as a step needs; each takes the square of what an inverse takes the cube.
"""

import numpy as np

from ratings.counts import FloatArray
from ratings.linear import diagonal, times

CLOSE = 1e-2
"""What may be left of a slope: its part, measured by the diagonal of the information."""

PRODUCTS = 12
"""A board that needs more products than these is inverted as quickly."""


def conjugate_step(information: FloatArray, slope: FloatArray) -> FloatArray | None:
    """Solve information · step = slope, shape (P,), closely; None if that takes long."""
    with np.errstate(all="ignore"):  # a contestant without information makes no numbers, and thus no step
        scale = 1.0 / diagonal(information)
        step, left, along = np.zeros_like(slope), slope.copy(), scale * slope
        length = left @ along
        goal = CLOSE**2 * length
        for _ in range(PRODUCTS):
            image = times(information, along)
            share = length / (along @ image)
            step += share * along
            left -= share * image
            scaled = scale * left
            before, length = length, left @ scaled
            if length <= goal:
                return step
            along = scaled + (length / before) * along
    return None
