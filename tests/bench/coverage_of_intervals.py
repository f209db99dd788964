"""How often the truth is inside the 95 % intervals of a simulated rehearsal.

    python tests/bench/coverage_of_intervals.py [ROUNDS]

Plays the world of `arena simulate` (five contestants, 2,000 battles, 200 voters with tastes of their own)
without the HTTP API, so that it can be played hundreds of times, and prints the share of true strengths
inside their intervals with the standard error of that share, and how often the order was the true one.
"""

import sys
from math import sqrt
from random import Random

from arena.reporting.truth import BOTH_BAD_RATE, GAP, TASTE, TIE_RATE
from ratings import simulate
from ratings.counts import tally
from ratings.standings import standings

BATTLES, VOTERS, CONTESTANTS = 2_000, 200, 5


def main(rounds: int) -> None:
    """Play so many rounds and print what came of them."""
    middle = (CONTESTANTS - 1) / 2
    strengths = {f"c{place}": GAP * (middle - place) for place in range(CONTESTANTS)}
    world = simulate.World(strengths, tie_rate=TIE_RATE, both_bad_rate=BOTH_BAD_RATE, taste=TASTE)
    inside = ordered = 0
    for seed in range(rounds):
        random = Random(seed)
        turns = simulate.plan(random, battles=BATTLES, voters=VOTERS)
        board = tally(outcome.as_row() for outcome in simulate.play(random, world, turns))
        found = standings(board)
        inside += simulate.coverage(found, strengths)[0]
        ordered += [row.name for row in found.rows] == sorted(strengths)
    share = inside / (rounds * CONTESTANTS)
    error = sqrt(share * (1 - share) / (rounds * CONTESTANTS))
    print(f"{rounds} rounds of {BATTLES} battles by {VOTERS} voters, {CONTESTANTS} contestants")
    print(f"true strengths inside 95 % intervals: {share:.3f} (standard error {error:.3f})")
    print(f"order is the true one: {ordered / rounds:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
