"""Pooling: strengths by category, drawn towards the strengths of all as far as their errors ask for.

Each category c has its own strengths with their covariance V_c. Their true differences from the common
strengths are taken as normal with the same variance τ² for every contestant (empirical Bayes; Efron and
Morris 1975): τ² is the one that makes the fitted strengths likeliest (restricted likelihood), the common
strengths are the precision-weighted mean, and

    pooled_c = common + τ² (τ² + V_c)⁻¹ (fitted_c - common)

A category with few votes says little and moves close to the common strengths; none is left out. All are
of mean zero, so that K-1 directions count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from ratings.bradley_terry import Strengths
from ratings.counts import FloatArray
from ratings.errors import BadSettings
from ratings.uncertainty import Uncertainty


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """One category's pooled strengths and their standard errors, shape (K,), beside its own."""

    name: str
    values: FloatArray
    errors: FloatArray
    own_values: FloatArray
    own_errors: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """The common strengths, how much categories truly differ (a standard deviation), and each category."""

    names: tuple[str, ...]
    common: FloatArray
    spread: float
    categories: tuple[Category, ...]


def pool(fitted: Mapping[str, tuple[Strengths, Uncertainty]], *, floor: int = 0) -> Pooled:
    """Pool the strengths of several categories; those with fewer than `floor` votes are refused.

    Raises:
        BadSettings: there are fewer than two categories, their contestants differ, or one has too few votes.
    """
    _check(fitted, floor)
    order = sorted(fitted)
    names = fitted[order[0]][0].names
    basis = _contrasts(len(names))
    values = np.array([basis.T @ fitted[name][0].values for name in order])
    covariances = np.array([basis.T @ fitted[name][1].covariance @ basis for name in order])
    variance = _variance(values, covariances)
    common, doubt = _common(values, covariances, variance)
    categories = tuple(_category(name, *fitted[name], basis, (common, doubt), variance) for name in order)
    return Pooled(names, basis @ common, float(np.sqrt(variance)), categories)


def _check(fitted: Mapping[str, tuple[Strengths, Uncertainty]], floor: int) -> None:
    if len(fitted) < 2:
        raise BadSettings("it takes at least two categories to pool")
    names = {strengths.names for strengths, _ in fitted.values()}
    if len(names) > 1:
        raise BadSettings("the categories do not have the same contestants")
    few = sorted(name for name, (strengths, _) in fitted.items() if strengths.votes < floor)
    if few:
        raise BadSettings(f"fewer than {floor} votes in {', '.join(few)}")


def _contrasts(size: int) -> FloatArray:
    """Give an orthonormal basis of the vectors of sum zero, shape (K, K-1) (Helmert)."""
    basis = np.zeros((size, size - 1))
    for place in range(1, size):
        basis[:place, place - 1] = 1.0
        basis[place, place - 1] = -place
        basis[:, place - 1] /= np.sqrt(place * (place + 1.0))
    return basis


def _common(values: FloatArray, covariances: FloatArray, variance: float) -> tuple[FloatArray, FloatArray]:
    """Give the precision-weighted mean and its covariance."""
    precision = np.linalg.inv(covariances + variance * np.eye(values.shape[1]))
    doubt = np.linalg.inv(precision.sum(axis=0))
    return doubt @ np.einsum("cij,cj->i", precision, values), doubt


def _variance(values: FloatArray, covariances: FloatArray) -> float:
    """Give the variance between categories of the highest restricted likelihood."""
    most = float(np.abs(values - values.mean(axis=0)).max()) * 3.0 + 1e-6

    def unlikely(root: float) -> float:
        variance = root * root
        common, doubt = _common(values, covariances, variance)
        whole = covariances + variance * np.eye(values.shape[1])
        off = values - common
        distance = np.einsum("ci,cij,cj->", off, np.linalg.inv(whole), off)
        return float(np.linalg.slogdet(whole)[1].sum() - np.linalg.slogdet(doubt)[1] + distance)

    found = minimize_scalar(unlikely, bounds=(0.0, most), method="bounded", options={"xatol": 1e-8})
    root = 0.0 if unlikely(0.0) <= found.fun else float(found.x)
    return root * root


def _category(
    name: str,
    strengths: Strengths,
    uncertainty: Uncertainty,
    basis: FloatArray,
    common: tuple[FloatArray, FloatArray],
    variance: float,
) -> Category:
    centre, doubt = common
    covariance = basis.T @ uncertainty.covariance @ basis
    unit = np.eye(len(centre))
    kept = variance * np.linalg.inv(covariance + variance * unit)
    moved = centre + kept @ (basis.T @ strengths.values - centre)
    left = variance * (unit - kept) + (unit - kept) @ doubt @ (unit - kept).T
    return Category(
        name,
        basis @ moved,
        np.sqrt(np.diag(basis @ left @ basis.T)),
        strengths.values,
        uncertainty.standard_errors(),
    )
