"""Where a climb starts."""

import numpy as np

from ratings.comparisons import Comparisons
from ratings.counts import FloatArray
from ratings.half_wins import HalfWins
from ratings.newton import MANY, Problem, shortened
from ratings.tie_models import HALF

EASY_STEPS = 8
SETTLED = 0.03

SETTLING = 0.1
"""After a move so small, the own information of many is taken as it was; it takes as long as the slope."""

EDGE = 0.01
"""Shares of wins nearer to none or all than this are taken for this at the start."""

LEAST = 1e-300


def start(problem: Problem[Comparisons]) -> FloatArray:
    """Give first coefficients: strengths that settle with ties as half a win, and no terms."""
    lines, model = problem.lines, problem.model
    strengths = settled(HalfWins(lines.wins()), problem.prior)
    tie = [model.start(lines.share_tied)] if model.has_parameter else []
    return np.concatenate([strengths, tie, np.zeros(len(lines.terms))])


def settled(table: HalfWins, prior: float) -> FloatArray:
    """Move each contestant by its own slope until little moves or, where that takes long, ask choix.

    Where all meet all about as often, (K-1)/K of each one's own step is nearly the Newton step, and the
    log-odds of a contestant's share of wins are nearly its strength.
    """
    strengths = _log_odds_of_shares(table.wins)
    share = (table.size - 1.0) / table.size
    slope, own = table.steepness(strengths)
    for _ in range(EASY_STEPS):
        move = share * (slope - prior * strengths) / (own + prior)
        strengths += shortened(float(move.max() - move.min())) * move
        strengths -= strengths.sum() / table.size
        size = float(np.abs(move).max())
        if size <= SETTLED:
            return strengths
        if size <= SETTLING and table.size > MANY:
            slope = table.gradient(HALF, strengths)
        else:
            slope, own = table.steepness(strengths)
    return spectral(table.wins)


def _log_odds_of_shares(wins: FloatArray) -> FloatArray:
    """Give the log-odds of each contestant's share of wins, mean zero; shares near none or all are less."""
    mine, theirs = wins.sum(axis=1), wins.sum(axis=0)
    shares = np.clip(mine / np.maximum(mine + theirs, LEAST), EDGE, 1.0 - EDGE)
    odds: FloatArray = np.log(shares / (1.0 - shares))
    odds -= odds.sum() / len(wins)
    return odds


def spectral(wins: FloatArray) -> FloatArray:
    """Take one spectral solve (Maystre and Grossglauser 2015), by choix.

    Zeros, where very one-sided wins make it singular in floating point.
    """
    import choix  # noqa: PLC0415 - it takes all of scipy.stats in, and few boards need it

    try:
        with np.errstate(all="ignore"):
            values: FloatArray = choix.lsr_pairwise_dense(wins)
    except ValueError:
        return np.zeros(len(wins))
    return values if np.isfinite(values).all() else np.zeros(len(wins))
