"""The truth of a rehearsal: known strengths, votes drawn by them, and standings beside them."""

from itertools import permutations
from random import Random

import pytest

from arena.contest.outcomes import Cell
from arena.contest.rules import Verdict
from arena.reporting import tally
from arena.reporting.truth import GAP, Truth
from ratings.standings import rating


def drawn(contest, random, voters, each):
    """Standings of `voters` citizens who judge `each` pairs, drawn evenly, without a server between."""
    truth, pairs = Truth(contest.roster), list(permutations(contest.roster.ids, 2))
    cells = []
    for number in range(voters):
        voter = truth.voter(random, str(number))
        for a, b in random.choices(pairs, k=each):
            cells.append(Cell(f"voter-{number}", a, b, truth.verdict(random, voter, a, b), 1))
    return truth, tally.standings(contest, cells)


def test_order(contest):
    """The first declared is the strongest, and neighbours are equally far apart around the mean."""
    truth = Truth(contest.roster)
    _, standings = drawn(contest, Random(1), 60, 10)

    assert truth.order == contest.roster.ids
    true = {one.contestant: one.true for one in truth.beside(standings)}
    steps = [true[a] - true[b] for a, b in zip(truth.order, truth.order[1:], strict=False)]
    assert steps == pytest.approx([rating(GAP) - rating(0)] * 4)
    assert sum(true.values()) / 5 == pytest.approx(1000)


def test_beside(contest):
    """The truth stands beside the standings in their order, and "inside" means inside the interval."""
    truth, standings = drawn(contest, Random(2), 60, 10)

    compared = truth.beside(standings)

    assert [one.contestant for one in compared] == [row.contestant for row in standings.rows]
    assert [one.found for one in compared] == [row.rating for row in standings.rows]
    assert [one.inside for one in compared] == [one.lower <= one.true <= one.upper for one in compared]


def test_every_verdict_is_drawn(contest):
    """Simulated citizens use every word that citizens have."""
    truth, random = Truth(contest.roster), Random(3)
    voter = truth.voter(random, "one")
    a, b = contest.roster.ids[1:3]

    assert {truth.verdict(random, voter, a, b) for _ in range(300)} == set(Verdict)


def test_same_seed(contest):
    """The same seed draws the same votes."""
    assert drawn(contest, Random(4), 20, 10)[1] == drawn(contest, Random(4), 20, 10)[1]


def test_strengths_are_found_again(contest):
    """Many votes give back the strengths that they were drawn by, and their order."""
    truth, standings = drawn(contest, Random(5), 3_000, 20)

    compared = truth.beside(standings)
    assert tuple(one.contestant for one in compared) == truth.order
    assert all(abs(one.found - one.true) < 8 for one in compared)


def test_intervals_hold_the_truth(contest):
    """Over sixty rehearsals the 95 % intervals hold the truth as often as they should."""
    inside = total = 0
    for seed in range(60):
        truth, standings = drawn(contest, Random(1_000 + seed), 100, 10)
        compared = truth.beside(standings)
        inside += sum(one.inside for one in compared)
        total += len(compared)

    # Of 300 at 95 %, with the five of a rehearsal hanging together: three standard errors are 5 points.
    assert 0.90 <= inside / total <= 0.99
