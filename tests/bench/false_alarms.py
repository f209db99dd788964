"""How often each probe cries wolf on clean rounds, and how often it sees what was planted.

    python tests/bench/false_alarms.py [ROUNDS] [FIRST_SEED]

Clean rounds are played in worlds of voters without tastes and with strong ones, evenly and unequally busy; a
probe should alarm in about 1 in 100 of each, its `ALPHA`. Planted rounds have one fault each: a ring of
three, a pair that misfits, a lead of side A, a change in the last quarter, voters who hardly look beyond
their taste, 12 of 200 voters who always prefer one contestant, 20 who stick to one side.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections import Counter
from collections.abc import Callable

import numpy as np

from ratings.counts import LAYER, Board, IntArray, Verdict
from ratings.diagnostics import ALPHA, Probe, diagnose
from ratings.electorate import Activity, Electorate, Round, play_round
from ratings.simulate import World

NAMES = ("alder", "birch", "cedar", "duru")
STRENGTHS = dict(zip(NAMES, (0.3, 0.1, 0.0, -0.2), strict=True))
VOTES, PERIODS = 4_000, 4
EVEN = Electorate(200, Activity.LOG_NORMAL, tail=0.5)
UNEQUAL = Electorate(400, Activity.LOG_NORMAL, tail=1.2)

CLEAN: dict[str, tuple[float, Electorate]] = {
    "no tastes": (0.0, EVEN),
    "taste .2": (0.2, EVEN),
    "taste .5": (0.5, EVEN),
    "taste .2, unequal voters": (0.2, UNEQUAL),
    "taste .5, unequal voters": (0.5, UNEQUAL),
    "taste .2, power voters": (0.2, Electorate(400, Activity.ZIPF)),
}

RIGGED, HABITUAL = 12, 20
A, B = LAYER[Verdict.A], LAYER[Verdict.B]
Plant = Callable[[np.random.Generator, Round], IntArray]


def play(seed: int, taste: float, electorate: Electorate) -> Round:
    """Play one round."""
    return play_round(np.random.default_rng(seed), World(STRENGTHS, taste=taste), electorate, VOTES)


def preferring(played: Round, name: int, where: np.ndarray) -> IntArray:
    """Let the votes at `where` go to one contestant when it takes part."""
    verdict = np.where(where & (played.a == name), A, played.verdict)
    return np.where(where & (played.b == name), B, verdict)


def ring(rng: np.random.Generator, played: Round) -> IntArray:
    """Let two in five votes among the last three follow a ring."""
    struck = rng.random(VOTES) < 0.4
    a, b = played.a - 1, played.b - 1
    inside = struck & (a >= 0) & (b >= 0)
    verdict = np.where(inside & ((b - a) % 3 == 1), A, played.verdict)
    return np.where(inside & ((a - b) % 3 == 1), B, verdict)


def one_pair(rng: np.random.Generator, played: Round) -> IntArray:
    """Let the last win half of its votes against the first."""
    pair = (np.minimum(played.a, played.b) == 0) & (np.maximum(played.a, played.b) == 3)
    return preferring(played, 3, pair & (rng.random(VOTES) < 0.5))


def side_a(rng: np.random.Generator, played: Round) -> IntArray:
    """Let one vote in ten go to side A."""
    return np.where(rng.random(VOTES) < 0.1, A, played.verdict)


def late(rng: np.random.Generator, played: Round) -> IntArray:
    """Let two in five votes of the last quarter go to the last."""
    return preferring(played, 3, (np.arange(VOTES) >= VOTES * 3 // 4) & (rng.random(VOTES) < 0.4))


def colluding(_: np.random.Generator, played: Round) -> IntArray:
    """Let a dozen voters always prefer the last."""
    return preferring(played, 3, played.voter < RIGGED)


def one_side_each(_: np.random.Generator, played: Round) -> IntArray:
    """Let twenty voters stick to a side each."""
    habit = np.where(played.voter % 2 == 1, A, B)
    return np.where(played.voter < HABITUAL, habit, played.verdict)


def nothing(_: np.random.Generator, played: Round) -> IntArray:
    """Plant nothing; the world's tastes are the fault."""
    return played.verdict


PLANTED: dict[Probe, tuple[Plant, float]] = {
    Probe.CYCLES: (ring, 0.0),
    Probe.FIT: (one_pair, 0.0),
    Probe.SIDE: (side_a, 0.0),
    Probe.DRIFT: (late, 0.0),
    Probe.LEANING: (nothing, 0.95),
    Probe.SKEWNESS: (colluding, 0.0),
    Probe.SIDE_HABIT: (one_side_each, 0.0),
}


def boards(played: Round, verdict: IntArray) -> tuple[Board, tuple[Board, ...]]:
    """Count a round, and its quarters."""
    parts = [slice(start, start + VOTES // PERIODS) for start in range(0, VOTES, VOTES // PERIODS)]
    whole, *quarters = (
        Round(
            played.names,
            played.a[part],
            played.b[part],
            verdict[part],
            played.voter[part],
            played.voters,
        ).board()
        for part in [slice(None), *parts]
    )
    return whole, tuple(quarters)


def alarms(seed: int, taste: float, electorate: Electorate, plant: Plant = nothing) -> set[Probe]:
    """Play a round, plant a fault and list the probes that alarm."""
    played = play(seed, taste, electorate)
    whole, quarters = boards(played, plant(np.random.default_rng(seed + 1), played))
    return {one.probe for one in diagnose(whole, periods=quarters) if one.alarm}


def main(rounds: int, first: int) -> None:
    """Print the share of rounds, seeds from the `first`, in which each probe alarms."""
    print(f"{rounds} rounds of {VOTES} votes each, seeds from {first}")
    print(f"share in which each probe alarms, at {ALPHA:.0%} by design")
    seeds = range(first, first + rounds)
    print(f"{'clean':<26}" + "".join(f"{probe:>13}" for probe in Probe))
    for name, (taste, electorate) in CLEAN.items():
        count = Counter(probe for seed in seeds for probe in alarms(seed, taste, electorate))
        print(f"{name:<26}" + "".join(f"{count[probe] / rounds:>13.3f}" for probe in Probe), flush=True)
    print("planted")
    for probe, (plant, taste) in PLANTED.items():
        seen = sum(probe in alarms(seed, taste, EVEN, plant) for seed in seeds)
        print(f"{probe:<26}{seen / rounds:>13.3f}", flush=True)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*given, *(300, 0)[len(given) :])
