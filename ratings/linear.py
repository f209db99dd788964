"""Linear algebra that gives the same bytes whatever the number of threads.

Rule: no product handed to BLAS takes more than 64³ multiplications, and no matrix handed to LAPACK has more
than 64 rows. The libraries share out only larger ones among threads, and a sum that is shared out depends
on how; besides, waking threads for matrices of this size costs more than it saves.
"""

import numpy as np
from scipy.linalg.lapack import dpotrf, dtrtri

from ratings.counts import FloatArray
from ratings.errors import NotConverged

TILE = 64
SMALL = TILE**3

STRIP = 16
"""Where so many rows times a matrix are small, rows are not cut in tiles."""


def inverse_of(matrix: FloatArray) -> FloatArray:
    """Invert a positive definite matrix, shape (P, P), by halves: one, and what is left of the other.

    Raises:
        NotConverged: the matrix is singular in floating point.
    """
    if len(matrix) <= TILE:
        return _inverted(matrix)
    half = -(-len(matrix) // 2)
    cross = matrix[:half, half:]
    first = inverse_of(matrix[:half, :half])
    shift = product(first, cross)
    last = inverse_of(matrix[half:, half:] - product(cross.T, shift))  # of the Schur complement
    moved = product(shift, last)
    found = np.empty_like(matrix)
    found[:half, :half] = first + product(moved, shift.T)
    found[:half, half:] = -moved
    found[half:, :half] = -moved.T
    found[half:, half:] = last
    return found


def _inverted(tile: FloatArray) -> FloatArray:
    """Invert a positive definite tile by its Cholesky factor.

    LAPACK's own last step (`dpotri`) gives other bytes with other numbers of threads; a product does not.
    """
    factor, wrong = dpotrf(tile, lower=1)
    if wrong:
        raise NotConverged("the votes are too one-sided for floating-point numbers")
    half, _ = dtrtri(factor, lower=1, overwrite_c=1)
    inverse: FloatArray = half.T @ half
    return inverse


def gram(rows: FloatArray) -> FloatArray:
    """Sum the outer products of `rows`, shape (G, P), with themselves; shape (P, P)."""
    size = rows.shape[1]
    width = _width(size)
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
    lots = one[:whole].reshape(-1, height, one.shape[1]), other[:whole].reshape(-1, height, other.shape[1])
    total += np.matmul(lots[0].transpose(0, 2, 1), lots[1]).sum(axis=0)
    return total


def products_of_rows(one: FloatArray, other: FloatArray) -> FloatArray:
    """Multiply rows, shape (P, N), by rows, shape (Q, N), so many columns at a time; shape (P, Q)."""
    if len(other) == 1:  # a matrix by a vector is shared out among threads much sooner
        return times(one, other[0])[:, None]
    width = SMALL // max(1, len(one) * len(other))
    total = np.zeros((len(one), len(other)))
    for start in range(0, one.shape[1], width):
        total += one[:, start : start + width] @ other[:, start : start + width].T
    return total


def product(rows: FloatArray, matrix: FloatArray) -> FloatArray:
    """Multiply `rows`, shape (G, P), by a `matrix`, shape (P, Q); shape (G, Q)."""
    if max(*rows.shape, matrix.shape[1]) <= TILE:
        small: FloatArray = rows @ matrix
        return small
    height = SMALL // matrix.size
    if height >= STRIP:
        whole = len(rows) - len(rows) % height
        strips = rows[:whole].reshape(whole // height, height, len(matrix)) @ matrix
        return np.concatenate([strips.reshape(whole, matrix.shape[1]), rows[whole:] @ matrix])
    along, across = _width(len(matrix)), _width(matrix.shape[1])
    left, right = _tiled(rows, _width(len(rows)), along), _tiled(matrix, along, across)
    found = np.empty((len(left), right.shape[1], left.shape[2], across))
    for place, row in enumerate(left):
        np.matmul(row[:, None], right).sum(axis=0, out=found[place])
    return _whole(found)[: len(rows), : matrix.shape[1]]


def between(bread: FloatArray, middle: FloatArray) -> FloatArray:
    """Multiply a symmetric `middle` by `bread`, symmetric too, from both sides, all of shape (P, P)."""
    left = product(bread, middle)
    size = len(left)
    if size <= 2 * TILE:
        whole = product(left, bread)
        return 0.5 * (whole + whole.T)
    tile = _width(size)
    rows, columns = (np.ascontiguousarray(_tiled(each, tile, tile)) for each in (left, bread))
    found = np.empty_like(rows)
    for place, row in enumerate(rows):  # the rest is its mirror image
        np.matmul(row[:, None], columns[:, place:]).sum(axis=0, out=found[place, place:])
        found[place + 1 :, place] = found[place, place + 1 :].swapaxes(1, 2)
        found[place, place] += found[place, place].T
        found[place, place] *= 0.5
    return _whole(found)[:size, :size]


def diagonal(matrix: FloatArray) -> FloatArray:
    """Give the diagonal of a square matrix, shape (P,), to be read and written."""
    view: FloatArray = np.einsum("ii->i", matrix)
    return view


def times(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Multiply a matrix, shape (P, Q), by a vector, shape (Q,), without BLAS."""
    found: FloatArray = np.einsum("ij,j->i", matrix, vector)
    return found


def _width(size: int) -> int:
    """Give the width of the fewest tiles for so many columns, all equally wide."""
    tiles = max(1, -(-size // TILE))
    return max(1, -(-size // tiles))


def _tiled(matrix: FloatArray, height: int, width: int) -> FloatArray:
    """Cut a matrix into tiles, shape (rows of tiles, columns of tiles, height, width), filled up by zeros."""
    rows, columns = (-(-size // side) for size, side in zip(matrix.shape, (height, width), strict=True))
    filled = matrix
    if matrix.shape != (rows * height, columns * width):
        filled = np.zeros((rows * height, columns * width))
        filled[: matrix.shape[0], : matrix.shape[1]] = matrix
    return filled.reshape(rows, height, columns, width).swapaxes(1, 2)


def _whole(tiles: FloatArray) -> FloatArray:
    """Put tiles together."""
    rows, columns, height, width = tiles.shape
    return tiles.swapaxes(1, 2).reshape(rows * height, columns * width)
