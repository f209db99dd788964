"""Where a climb starts."""

import choix
import numpy as np

from ratings.comparisons import Comparisons
from ratings.counts import FloatArray
from ratings.newton import Problem, settled


def start(problem: Problem[Comparisons]) -> FloatArray:
    """Give first coefficients: a few steps contestant by contestant or, where those do not settle, choix."""
    lines, model = problem.lines, problem.model
    strengths = settled(lines, problem.prior)
    if strengths is None:
        strengths = spectral(lines.wins())
    tie = [model.start(lines.share_tied)] if model.has_parameter else []
    return np.concatenate([strengths, tie, np.zeros(len(lines.terms))])


def spectral(wins: FloatArray) -> FloatArray:
    """Take one spectral solve (Maystre and Grossglauser 2015), by choix.

    Zeros, where very one-sided wins make it singular in floating point.
    """
    try:
        with np.errstate(all="ignore"):
            values: FloatArray = choix.lsr_pairwise_dense(wins)
    except ValueError:
        return np.zeros(len(wins))
    return values if np.isfinite(values).all() else np.zeros(len(wins))
