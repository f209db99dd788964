"""How often 95 % intervals hold the truth when the votes of one person hang together.

    nice python tests/bench/calibration.py [ROUNDS]

Five kinds of electorate, 5 contestants, 5,000 votes, ties as half a win; so many rounds of each with known
strengths. Printed are the shares of true strengths, and of true differences, inside their intervals:
each vote by itself (sandwich), CR1 with the normal quantile, the same with Student's t for the effective
number of voters, and ours: a jackknife of voters with t. The standard error of a share of 1,000 rounds is
between .003 and .007; a share of intervals is one of dependent cases, five or ten to a round.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from time import process_time

import numpy as np
from scipy.stats import norm

from ratings.bradley_terry import Strengths, fit
from ratings.electorate import Activity, Electorate, play_round
from ratings.simulate import World
from ratings.uncertainty import Uncertainty, clustered, cr1, sandwich

TRUTH = {"alder": 0.4, "birch": 0.2, "cedar": 0.0, "duru": -0.2, "elm": -0.4}
VOTES, LEVEL = 5_000, 0.95
TAIL = Electorate(2_000, Activity.LOG_NORMAL, tail=1.2)

WORLDS: dict[str, tuple[Electorate, float]] = {
    "no tastes of their own": (TAIL, 0.0),
    "arena-like tail, mild taste": (TAIL, 0.1),
    "arena-like tail, strong taste": (TAIL, 0.5),
    "heavy tail, strong taste": (Electorate(2_000, Activity.ZIPF), 0.5),
    "about 100 power voters": (Electorate(100, Activity.ZIPF), 0.5),
}

METHODS = ("votes by themselves", "CR1, normal", "CR1, t", "jackknife, t")


def held(strengths: Strengths, found: Uncertainty, reach: np.ndarray, between: np.ndarray) -> np.ndarray:
    """Give the shares of true strengths and of true differences inside their intervals, shape (2,)."""
    truth = np.array([TRUTH[name] for name in strengths.names])
    away = np.abs(strengths.values - truth)
    apart = np.abs(strengths.differences() - (truth[:, None] - truth[None, :]))
    pairs = np.triu_indices(len(truth), 1)
    inside = away <= reach * found.standard_errors()
    return np.array([inside.mean(), (apart <= between * found.difference_errors())[pairs].mean()])


def one_round(seed: int, electorate: Electorate, taste: float) -> tuple[np.ndarray, float]:
    """Play a round; gives the shares by method, shape (4, 2), and the effective number of voters."""
    rng = np.random.default_rng(seed)
    board = play_round(rng, World(TRUTH, taste=taste), electorate, VOTES).board()
    strengths = fit(board.pairs)
    alone, usual, ours = sandwich(board.pairs, strengths), cr1(board, strengths), clustered(board, strengths)
    normal = norm.ppf(0.5 + LEVEL / 2)
    shares = [held(strengths, each, normal, normal) for each in (alone, usual)]
    shares += [
        held(strengths, each, each.reach(LEVEL), each.difference_reach(LEVEL)) for each in (usual, ours)
    ]
    return np.array(shares), ours.effective_voters


def main(rounds: int) -> None:
    """Play so many rounds of every world and print a line for each."""
    print(f"{rounds} rounds, {len(TRUTH)} contestants, {VOTES} votes")
    print(f"share of true strengths / differences inside {LEVEL:.0%} intervals")
    print(f"{'':<30} {'effective':>9}  " + "  ".join(f"{method:>19}" for method in METHODS))
    start = process_time()
    for name, (electorate, taste) in WORLDS.items():
        played = [one_round(seed, electorate, taste) for seed in range(rounds)]
        shares = np.mean([each for each, _ in played], axis=0)
        effective = np.mean([each for _, each in played])
        cells = "  ".join(f"{strength:>10.3f} / {difference:.3f}" for strength, difference in shares)
        print(f"{name:<30} {effective:>9.0f}  {cells}", flush=True)
    print(f"{process_time() - start:.0f} s of processor time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
