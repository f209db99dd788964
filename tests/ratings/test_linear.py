"""Matrices, whatever the number of threads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.errors import NotConverged
from ratings.linear import SMALL, between, diagonal, gram, inverse_of, product, products_of_rows

sizes = st.integers(1, 150)


def rows_of(count: int, size: int) -> np.ndarray:
    return np.random.default_rng(count).standard_normal((count, size))


@given(sizes)
@settings(max_examples=40)
def test_inverse(size: int):
    """The inverse is that of numpy, in one block or in several."""
    rows = rows_of(size + 5, size)
    matrix = rows.T @ rows + np.eye(size)

    assert inverse_of(matrix) == pytest.approx(np.linalg.inv(matrix), abs=1e-9)


def test_singular():
    """A matrix that has no inverse is refused."""
    with pytest.raises(NotConverged, match="one-sided"):
        inverse_of(np.zeros((3, 3)))


@given(st.integers(0, 500), sizes)
@settings(max_examples=40)
def test_gram(count: int, size: int):
    """Outer products add up to what one matrix product would give."""
    rows = rows_of(count, size)

    assert gram(rows) == pytest.approx(rows.T @ rows, abs=1e-10)


@given(st.integers(0, 500), sizes)
def test_product(count: int, size: int):
    """A product by parts is the product."""
    rows, matrix = rows_of(count, size), rows_of(size, 7)

    assert product(rows, matrix) == pytest.approx(rows @ matrix, abs=1e-10)


@pytest.mark.parametrize("size", [128, 129, 150, 192])
@pytest.mark.parametrize("count", [1, 64, 192, 201])
def test_square_product(count: int, size: int):
    """So is one with a square matrix, in strips or in tiles, whether or not these fill it."""
    rows, matrix = rows_of(count, size), rows_of(size, size)

    assert product(rows, matrix) == pytest.approx(rows @ matrix, abs=1e-10)


@pytest.mark.parametrize("size", [1, 64, 65, 128, 129, 150, 192])
def test_between(size: int):
    """A symmetric matrix between another is their product, and its own mirror image to the last bit."""
    bread, middle = (rows.T @ rows for rows in (rows_of(9, size), rows_of(size + 5, size)))

    found = between(bread, middle)

    assert found == pytest.approx(bread @ middle @ bread, rel=1e-9, abs=1e-9)
    assert np.array_equal(found, found.T)


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_products_of_rows(rows: int):
    """However long rows are, they are multiplied by each other."""
    one, other = (rows_of(rows, SMALL).copy(), rows_of(rows, SMALL)[:, ::-1].copy())

    assert products_of_rows(one, other) == pytest.approx(one @ other.T, rel=1e-9, abs=1e-9)


def test_diagonal():
    """What is written on a diagonal stands in its matrix, also in a part of one."""
    matrix = np.zeros((3, 3))

    diagonal(matrix)[:2] += [1.0, 2.0]

    assert matrix.tolist() == [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
