"""How often the rank sets of a simulated round hold all true ranks at once.

    python tests/bench/rank_sets.py [ROUNDS] [CONTESTANTS] [BATTLES]

Plays rounds in worlds from all equal to well apart, with voters who have tastes and vote unequally often,
and prints for each the share of rounds in which every true rank is in its set (equals may take any of the
ranks they share), with the standard error of that share, and the mean number of ranks in a set.
"""

import sys
from math import sqrt
from random import Random

from ratings.bradley_terry import Ties
from ratings.counts import Board, tally
from ratings.simulate import World, plan, play
from ratings.standings import Settings, Standings, standings

VOTERS, TASTE, TAIL = 300, 0.3, 0.5
GAPS = (0.0, 0.05, 0.1, 0.3)


def board(strengths: dict[str, float], seed: int, battles: int) -> Board:
    """Play one round."""
    random = Random(seed)
    turns = plan(random, battles=battles, voters=VOTERS, tail=TAIL)
    return tally(vote.as_row() for vote in play(random, World(strengths, taste=TASTE), turns))


def holds(found: Standings, truth: dict[str, float]) -> bool:
    """Tell whether every set reaches over all ranks that its contestant truly may have."""
    for row in found.rows:
        better = sum(other > truth[row.name] for other in truth.values())
        worse = sum(other < truth[row.name] for other in truth.values())
        if row.rank_low > better + 1 or row.rank_high < len(truth) - worse:
            return False
    return True


def main(rounds: int, contestants: int, battles: int) -> None:
    """Play so many rounds in each world and print what came of them."""
    print(f"{rounds} rounds of {battles} battles by {VOTERS} voters, {contestants} contestants")
    for gap in GAPS:
        truth = {f"c{place}": -gap * place for place in range(contestants)}
        held, width = 0, 0
        for seed in range(rounds):
            found = standings(board(truth, seed, battles), Settings(ties=Ties.DAVIDSON, seed=seed))
            held += holds(found, truth)
            width += sum(row.rank_high - row.rank_low + 1 for row in found.rows)
        share = held / rounds
        error = sqrt(share * (1.0 - share) / rounds)
        print(
            f"gap {gap:.2f}: all true ranks held {share:.3f} (standard error {error:.3f}), "
            f"mean set {width / rounds / contestants:.2f} ranks",
            flush=True,
        )


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*given, *(1_000, 5, 5_000)[len(given) :])
