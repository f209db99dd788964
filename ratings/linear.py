"""Linear algebra that gives the same bytes whatever the number of threads.

Rule: no product handed to BLAS takes more than 64³ multiplications. BLAS libraries share out only larger
ones among threads, and a sum that is shared out depends on how; besides, waking threads for matrices of
this size costs more than it saves.
"""

import numpy as np

from ratings.counts import FloatArray
from ratings.errors import NotConverged

TILE = 64
SMALL = TILE**3


def inverse_of(matrix: FloatArray) -> FloatArray:
    """Invert a positive definite matrix, shape (P, P), by sweeping out one block of rows after another.

    Raises:
        NotConverged: the matrix is singular in floating point.
    """
    size = len(matrix)
    blocks = -(-size // TILE)
    tile = -(-size // blocks)
    padded = np.eye(blocks * tile)
    padded[:size, :size] = matrix
    tiles = np.ascontiguousarray(padded.reshape(blocks, tile, blocks, tile).swapaxes(1, 2))
    try:
        for block in range(blocks):
            _sweep(tiles, block)
    except np.linalg.LinAlgError as error:
        raise NotConverged("the votes are too one-sided for floating-point numbers") from error
    whole: FloatArray = tiles.swapaxes(1, 2).reshape(padded.shape)[:size, :size]
    return whole


def _sweep(tiles: FloatArray, block: int) -> None:
    pivot = np.linalg.inv(tiles[block, block])
    row = pivot @ tiles[block]
    row[block] = pivot
    column = tiles[:, block].copy()
    tiles[:, block] = 0.0
    tiles[block] = row
    for other in range(len(tiles)):
        if other != block:
            tiles[other] -= column[other] @ row


def gram(rows: FloatArray) -> FloatArray:
    """Sum the outer products of `rows`, shape (G, P), with themselves; shape (P, P)."""
    size = rows.shape[1]
    tiles = -(-size // TILE)
    width = -(-size // tiles)
    columns = [slice(start, start + width) for start in range(0, size, width)]
    total = np.empty((size, size))
    for place, one in enumerate(columns):
        for other in columns[place:]:
            block = _summed(rows[:, one], rows[:, other], SMALL // width**2)
            total[one, other], total[other, one] = block, block.T
    return total


def _summed(one: FloatArray, other: FloatArray, height: int) -> FloatArray:
    """Multiply columns by columns, so many rows at a time, and add up."""
    whole = len(one) - len(one) % height
    total: FloatArray = one[whole:].T @ other[whole:]
    for start in range(0, whole, height):
        total += one[start : start + height].T @ other[start : start + height]
    return total


def product(rows: FloatArray, matrix: FloatArray) -> FloatArray:
    """Multiply `rows`, shape (G, P), by a `matrix`, shape (P, Q); shape (G, Q)."""
    count, size = rows.shape
    height = max(1, SMALL // (size * matrix.shape[1]))
    whole = count - count % height
    found = np.empty((count, matrix.shape[1]))
    np.matmul(
        rows[:whole].reshape(-1, height, size),
        matrix,
        out=found[:whole].reshape(-1, height, matrix.shape[1]),
    )
    np.matmul(rows[whole:], matrix, out=found[whole:])
    return found
