"""The least numbers of votes and voters are proved: all smaller ones are tried on small boards."""

from collections import Counter
from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from ratings.bradley_terry import BothBad, Ties, fit
from ratings.changes import votes_added, votes_changed, votes_removed
from ratings.closing import Move, Programme, kinds, moved, programme
from ratings.counts import VERDICTS, Board, PairCounts, tally
from ratings.electorate import Activity, Electorate, play_round
from ratings.enclosures import Box, enclosed
from ratings.equations import Equations
from ratings.errors import RatingsError
from ratings.exactly import exact_votes, level_fit, provable
from ratings.exactly_voters import exact_voters
from ratings.gaps import Gap
from ratings.influence import best_first, fragility
from ratings.least import Least
from ratings.proofs import resistance
from ratings.relaxations import relaxed
from ratings.simulate import World

PROVABLE = [Ties.HALF, Ties.DAVIDSON]


def small(seed: int, votes: int = 20, names: str = "xyz") -> Board:
    """A small board of uneven pairs; every vote but each third is a voter's own."""
    rng = np.random.default_rng(seed)
    strengths = rng.normal(0.0, 0.5, len(names))
    busy = rng.dirichlet(np.ones(len(names)))
    rows = []
    for number in range(votes):
        a, b = rng.choice(len(names), 2, replace=False, p=0.5 * busy + 0.5 / len(names))
        p = 1.0 / (1.0 + np.exp(strengths[b] - strengths[a]))
        said = rng.choice(4, p=[0.75 * p, 0.75 * (1 - p), 0.17, 0.08])
        rows.append((f"v{number // 2}", names[a], names[b], VERDICTS[said], 1))
    return tally(rows, names)


def gap_of(board: Board, **how: object) -> Gap:
    """The gap between the last and the one above; boards without one are passed over."""
    try:
        strengths = fit(board.pairs, **how)
    except RatingsError:
        reject()
    *_, above, below = best_first(strengths)
    gap = Gap.between(board, strengths, above, below)
    if gap.least == 0:
        reject()
    return gap


def known(gap: Gap, move: Move) -> Least:
    """A number that does it, found without a proof."""
    change = {
        Move.CHANGED: votes_changed(gap),
        Move.ADDED: (votes_added(gap), None),
        Move.REMOVED: votes_removed(gap),
    }[move]
    if change[1] is not None and not gap.closed(change[0](change[1])):
        reject()
    return Least(gap.first(*change), 1)


def equations(gap: Gap) -> Equations:
    return Equations.of(gap.board.pairs.cells, gap.strengths, gap.above, gap.below)


def every_way(gap: Gap, move: Move, number: int):
    """The cells after each way of moving so many votes."""
    asked = equations(gap)
    line, source, target = kinds(asked, move)
    ways = Programme(0.0, np.empty(0), line, source, target, np.empty(0))
    for chosen in combinations_with_replacement(range(len(line)), number):
        taken = Counter((line[kind], source[kind]) for kind in chosen)
        if all(asked.room(*(np.array([each]) for each in cell))[0] >= many for cell, many in taken.items()):
            yield moved(gap.board.pairs.cells, asked, ways, np.bincount(chosen, minlength=len(line)))


@given(
    st.integers(0, 10_000),
    st.sampled_from(PROVABLE),
    st.sampled_from(BothBad),
    st.booleans(),
    st.sampled_from(Move),
)
@example(0, Ties.HALF, BothBad.TIE, True, Move.ADDED)
@settings(max_examples=15)
def test_no_fewer_votes(seed: int, ties: Ties, both_bad: BothBad, side: bool, move: Move):
    """Whatever one or two votes are moved, the gap closes with no fewer than is proved."""
    gap = gap_of(small(seed), ties=ties, both_bad=both_bad, side=side)

    least = exact_votes(gap, move, known(gap, move), effort=25)

    closed = [
        any(gap.closed(cells) for cells in every_way(gap, move, number))
        for number in range(1, min(least.at_least, 3))
    ]
    assert least.at_least <= least.count
    assert not any(closed)


@given(st.integers(0, 10_000), st.sampled_from(PROVABLE), st.sampled_from([Move.CHANGED, Move.REMOVED]))
@settings(max_examples=12)
def test_no_fewer_voters(seed: int, ties: Ties, move: Move):
    """No one voter, nor two, close the gap where it is proved that it takes more: all verdicts are tried."""
    gap = gap_of(small(seed, 24), ties=ties)

    least = exact_voters(gap, move, Least(gap.voters, 1), effort=30)

    index, count = gap.board.voters.index, gap.board.voters.count
    for some in combinations(range(gap.voters), min(least.at_least - 1, 1)):
        chosen = np.isin(index[:, 0], some)
        for to in range(2) if move is Move.CHANGED else [None]:
            cells = gap.board.pairs.cells.copy()
            np.subtract.at(cells, tuple(index[chosen, 1:].T), count[chosen])
            if to is not None:
                np.add.at(cells, (index[chosen, 1], index[chosen, 2], to), count[chosen])
            assert not gap.closed(cells) or not some
    assert least.at_least <= least.count


@pytest.fixture(scope="module")
def contest() -> Board:
    """A round of five and 5,000 votes by voters with tastes."""
    strengths = dict(zip("abcde", (0.4, 0.1, -0.1, -0.2, -0.3), strict=True))
    electorate = Electorate(800, Activity.LOG_NORMAL, tail=1.0)
    world = World(strengths, taste=0.2)
    return play_round(np.random.default_rng(3), world, electorate, 5_000).board()


@pytest.mark.parametrize("ties", PROVABLE)
def test_a_contest(contest: Board, ties: Ties):
    """On a round of five, all numbers of votes are exact, and so are the voters who would have to change."""
    strengths = fit(contest.pairs, ties=ties)
    *_, above, below = best_first(strengths)

    found = fragility(contest, strengths, above, below)

    assert found.votes_changed.exact
    assert found.votes_added.exact
    assert found.votes_removed.exact
    assert found.voters_changed.exact
    assert 2 * found.voters_removed.at_least > found.voters_removed.count


def test_fewer_removed_than_one_pair_holds(contest: Board):
    """Where a pair has too few wins to remove, the least mixes pairs: fewer than pair after pair would be."""
    strengths = fit(contest.pairs, ties=Ties.HALF)
    order = best_first(strengths)
    gap = Gap.between(contest, strengths, order[0], order[-1])
    in_turn = known(gap, Move.REMOVED)

    found = exact_votes(gap, Move.REMOVED, in_turn)

    assert found.count < in_turn.count
    assert found.at_least <= found.count


def test_no_ties_yet():
    """A board of Davidson's model without any tie is proved of too, ties among what it might become."""
    wins = {"xy": 30, "yx": 14, "yz": 16, "zy": 14, "xz": 18, "zx": 12}
    board = tally([(f"v{pair}", *pair, "a", won) for pair, won in wins.items()])
    gap = gap_of(board, ties=Ties.DAVIDSON)

    found = exact_votes(gap, Move.CHANGED, known(gap, Move.CHANGED))

    assert found.exact


def test_two_contestants():
    """Between two there is but one place, and no box to cut."""
    board = tally([("u", "x", "y", "a", 9), ("v", "x", "y", "b", 4), ("w", "x", "y", "tie", 2)])

    for ties in PROVABLE:
        gap = gap_of(board, ties=ties)
        assert exact_votes(gap, Move.CHANGED, known(gap, Move.CHANGED)) == Least(3, 3)
        assert exact_votes(gap, Move.ADDED, known(gap, Move.ADDED)) == Least(5, 5)


@pytest.mark.parametrize("how", [{"ties": Ties.RAO_KUPPER}, {"prior": 0.5}])
def test_no_proof(how: dict):
    """Where there is no proof, what is known stays as it is."""
    gap = gap_of(small(1), **how)

    assert not provable(gap)
    assert exact_votes(gap, Move.ADDED, Least(9, 1)) == Least(9, 1)
    assert exact_voters(gap, Move.CHANGED, Least(9, 1)) == Least(9, 1)


@given(st.integers(0, 10_000), st.sampled_from(PROVABLE), st.floats(0.0, 2.0), st.integers(0, 100))
@settings(max_examples=60)
def test_enclosures_hold(seed: int, ties: Ties, reach: float, other: int):
    """Over a box, what the mean of the statistic is worth stays between both pairs of bounds."""
    gap = gap_of(small(seed), ties=ties)
    asked = equations(gap)
    level = level_fit(asked, gap)
    assume(float(np.abs(level).max(initial=0.0)) < 20.0)
    rng = np.random.default_rng(other)
    box = Box(level - reach, level + reach)
    worth = asked.sayings(rng.normal(size=asked.full.shape[1] + asked.tied))
    place = rng.uniform(box.low, box.high)

    held = enclosed(asked, worth, box)

    mean = (np.stack(asked.model.verdicts(*asked.parted(place)), axis=1) * worth).sum(axis=1)
    by_slope = held.at + held.slope @ (place - box.middle)
    assert (mean >= held.low - 1e-9).all()
    assert (mean <= held.high + 1e-9).all()
    assert (np.abs(mean - by_slope) <= held.bent + 1e-9).all()


@given(st.integers(0, 10_000), st.sampled_from(PROVABLE), st.floats(0.0, 1.0), st.sampled_from(Move))
@settings(max_examples=40)
def test_relaxations_are_below(seed: int, ties: Ties, reach: float, move: Move):
    """No place in a box takes fewer votes than the relaxation says."""
    gap = gap_of(small(seed), ties=ties)
    asked = equations(gap)
    level = level_fit(asked, gap)
    box = Box(level - reach, level + reach)
    place = np.random.default_rng(seed).uniform(box.low, box.high)

    assert relaxed(asked, move, 1e4, box).least <= programme(asked, move, place).least + 1e-6


def test_programmes_keep_to_the_cells():
    """What a programme moves is there to be moved, and the place becomes the fitted one."""
    board = small(4, 400)
    gap = gap_of(board, ties=Ties.DAVIDSON)
    asked = equations(gap)
    level = level_fit(asked, gap)
    solved = programme(asked, Move.CHANGED, level)

    cells = moved(board.pairs.cells, asked, solved, np.ceil(solved.amount - 1e-9).astype(int))

    assert (cells >= 0).all()
    assert cells.sum() == board.pairs.votes
    assert gap.closed(cells)
    assert PairCounts(board.pairs.names, cells).votes == board.pairs.votes


def test_no_resistance_without_ties():
    """Where no vote is a tie, nothing holds the tie parameter, and no number of votes bounds its moves."""
    board = tally([("u", "x", "y", "a", 9), ("v", "y", "x", "a", 6)])
    gap = gap_of(board, ties=Ties.DAVIDSON)
    asked = equations(gap)

    assert resistance(asked, level_fit(asked, gap)) > 1e20


def test_a_side_that_tells_all():
    """A board on which the side tells every winner shows nothing of its contestants: no gap is closed."""
    rows = [(voter, *pair, said, 2) for voter in "uv" for pair in ("xy", "yx") for said in "ab"]
    gap = gap_of(tally([*rows, ("w", "x", "y", "a", 1)]), ties=Ties.HALF, side=True)
    cells = np.zeros_like(gap.board.pairs.cells)
    cells[0, 1, 0] = cells[1, 0, 0] = 5

    assert not gap.closed(cells)
