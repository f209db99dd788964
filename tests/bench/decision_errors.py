"""How often a decision about the last place is wrong, and whether P(last) means what it says.

    python tests/bench/decision_errors.py [ROUNDS] [FIRST_SEED]

First, rounds among equals: nobody is last, so "supported" is wrong each time it is said. Then rounds among
contestants whose strengths are drawn anew each time: of all who are given a P(last) between two bounds,
the share that truly is last.
"""

import sys
from collections import Counter
from math import sqrt
from random import Random

from ratings.bradley_terry import Ties
from ratings.counts import Board, tally
from ratings.decision import decide
from ratings.influence import last_place
from ratings.simulate import World, plan, play
from ratings.standings import Settings, rated

CONTESTANTS, BATTLES, VOTERS, TASTE, TAIL = 5, 3_000, 300, 0.3, 0.5
SPREAD = 0.15
"""Standard deviation of the drawn strengths: a round in which the last place is often in doubt."""

BOUNDS = (0.0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0)


def board(strengths: dict[str, float], seed: int) -> Board:
    """Play one round."""
    random = Random(seed)
    turns = plan(random, battles=BATTLES, voters=VOTERS, tail=TAIL)
    return tally(vote.as_row() for vote in play(random, World(strengths, taste=TASTE), turns))


def equals(rounds: int, first: int) -> None:
    """Print how often each certainty is said among equals."""
    said: Counter[str] = Counter()
    for seed in range(first, first + rounds):
        votes = board({f"c{place}": 0.0 for place in range(CONTESTANTS)}, seed)
        found = rated(votes, Settings(ties=Ties.DAVIDSON, seed=seed))
        fragile = last_place(votes, found.strengths, proved=False)
        said[decide(votes, found.strengths, found.ranks, fragile=fragile).certainty] += 1
    print(f"{rounds} rounds of {CONTESTANTS} equals, {BATTLES} battles by {VOTERS} voters")
    for certainty, count in sorted(said.items()):
        share = count / rounds
        print(f"  {certainty}: {share:.3f} (standard error {sqrt(share * (1 - share) / rounds):.3f})")


def calibration(rounds: int, first: int) -> None:
    """Print, for each bin of P(last), how many truly are last."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    said: Counter[tuple[str, bool]] = Counter()
    for seed in range(first, first + rounds):
        chance = Random(-1 - seed)
        truth = {f"c{place}": SPREAD * chance.gauss() for place in range(CONTESTANTS)}
        last = min(truth, key=truth.__getitem__)
        found = rated(board(truth, seed), Settings(ties=Ties.DAVIDSON, seed=seed))
        lowest = found.standings.rows[-1]
        said["alone in last place", lowest.name == last] += lowest.rank_low == CONTESTANTS
        for row in found.standings.rows:
            place = max(sum(row.p_last >= bound for bound in BOUNDS[:-1]) - 1, 0)
            bins.setdefault(place, []).append((row.p_last, row.name == last))
    print(f"{rounds} rounds among strengths drawn with a standard deviation of {SPREAD}")
    for place in sorted(bins):
        given = [chance for chance, _ in bins[place]]
        truly = sum(is_last for _, is_last in bins[place]) / len(given)
        error = sqrt(truly * (1 - truly) / len(given))
        print(
            f"  P(last) {BOUNDS[place]:.2f} to {BOUNDS[place + 1]:.2f}: mean {sum(given) / len(given):.3f}, "
            f"truly last {truly:.3f} (standard error {error:.3f}), {len(given)} contestants"
        )
    right, wrong = said["alone in last place", True], said["alone in last place", False]
    print(f"  rank set of the last is {{K}}: {right + wrong} rounds, wrong in {wrong}")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    number, first_seed, *_ = [*given, *(1_000, 0)[len(given) :]]
    equals(number, first_seed)
    calibration(number, first_seed)
