"""How sure the strengths are."""

from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from ratings.bradley_terry import BothBad, Ties, convention_of, fit, half_wins, information, inverse, posed
from ratings.counts import Board, PairCounts, Row, Verdict, tally
from ratings.errors import NotEnoughVoters
from ratings.jackknife import MOST_HEAVY, _inverse_without
from ratings.uncertainty import Method, clustered, cr1, sandwich, voter_scores


def rows_of(seed: int, voters: int = 12) -> list[Row]:
    """Votes of several voters on three contestants, all of whom won and lost."""
    chance = Random(seed)
    rows = [(f"v{v}", a, b, Verdict.A, 1) for v, (a, b) in enumerate(["xy", "yx", "yz", "zy"])]
    for _ in range(200):
        a, b = chance.sample("xyz", 2)
        rows.append((f"v{chance.randrange(voters)}", a, b, chance.choice(list(Verdict)), 1))
    return rows


def covariance(board: Board) -> np.ndarray:
    return clustered(board, fit(board.pairs)).covariance


def test_two_contestants_by_hand():
    """Each vote its own voter: the variance of the difference is that of a mean of 0-1 votes."""
    rows = [(f"v{n}", "x", "y", Verdict.A if n < 6 else Verdict.B, 1) for n in range(10)]
    board = tally(rows)

    found = clustered(board, fit(board.pairs))

    log_odds_variance = (10 / 9) / (10 * 0.6 * 0.4)
    assert found.standard_errors() == pytest.approx([sqrt(log_odds_variance) / 2] * 2)
    assert (found.voters, found.effective_voters, found.freedom) == (10, 10.0, 9.0)
    assert found.reach(0.95) == pytest.approx(t.ppf(0.975, 9))


def test_by_the_formula():
    """The CR1 covariance is the sandwich written out voter by voter, with the pseudo-inverse of numpy."""
    board = tally(rows_of(1))
    strengths = fit(board.pairs)
    chance = strengths.chances()
    scores = np.zeros((len(board.voters.voters), 3))
    for (voter, a, b, verdict), count in zip(board.voters.index, board.voters.count, strict=True):
        surprise = count * ([1.0, 0.0, 0.5, 0.5][verdict] - chance[a, b])
        scores[voter, a] += surprise
        scores[voter, b] -= surprise
    bread = np.linalg.pinv(information(half_wins(board.pairs, BothBad.TIE), strengths.values))

    written_out = len(scores) / (len(scores) - 1) * bread @ scores.T @ scores @ bread

    assert cr1(board, strengths).covariance == pytest.approx(written_out, rel=1e-9)


def test_pseudo_inverse():
    """The inverse among strengths of mean zero is the pseudo-inverse."""
    laplacian = np.array([[3.0, -1.0, -2.0], [-1.0, 5.0, -4.0], [-2.0, -4.0, 6.0]])

    assert inverse(laplacian) == pytest.approx(np.linalg.pinv(laplacian), abs=1e-12)


@given(st.integers(0, 50), st.randoms(use_true_random=False))
def test_order_and_pseudonyms(seed: int, chance: Random):
    """Neither the order of the votes nor the pseudonyms of the voters change one bit."""
    rows = rows_of(seed)
    shuffled = chance.sample(rows, len(rows))
    renamed = [(f"{int(voter[1:]) * 7 % 12:03}", *rest) for voter, *rest in shuffled]

    assert covariance(tally(renamed)).tobytes() == covariance(tally(rows)).tobytes()


def test_votes_of_one_voter_hang_together():
    """A voter who says everything four times over makes nobody surer."""
    once = rows_of(3)
    four_times = [(*row[:4], 4) for row in once]

    assert covariance(tally(four_times)) == pytest.approx(covariance(tally(once)), rel=1e-9)


def test_effective_voters():
    """Unequal numbers of votes lower the effective number of voters: (4+1+1)² / (16+1+1) = 2."""
    rows = [("v1", "x", "y", Verdict.A, 4), ("v2", "x", "y", Verdict.B, 1), ("v3", "x", "y", Verdict.TIE, 1)]
    board = tally(rows)

    found = clustered(board, fit(board.pairs))

    assert (found.voters, found.effective_voters) == (3, 2.0)


def test_voters_without_a_fitted_vote():
    """A voter whose votes are all left out of the fit does not count as a voter."""
    rows = rows_of(4)
    board = tally([*rows, ("v-bad", "x", "y", Verdict.BOTH_BAD, 50)])

    found = clustered(board, fit(board.pairs, both_bad=BothBad.DROPPED))

    assert found.voters == len({voter for voter, _, _, verdict, _ in rows if verdict != Verdict.BOTH_BAD})


def test_one_voter():
    """The votes of one voter make no interval."""
    board = tally([("v1", "x", "y", Verdict.A, 4), ("v1", "x", "y", Verdict.B, 4)])

    with pytest.raises(NotEnoughVoters, match=r"effective number here is 1\.00"):
        clustered(board, fit(board.pairs))


def test_one_voter_in_all_but_name():
    """A voter who cast nearly all votes makes no interval, whoever else voted once."""
    board = tally([("v1", "x", "y", Verdict.A, 900), ("v2", "x", "y", Verdict.B, 1)])

    with pytest.raises(NotEnoughVoters):
        clustered(board, fit(board.pairs))


def test_voters_all_alike():
    """Voters who all said the same make no interval of width zero."""
    rows = [(f"v{n}", "x", "y", verdict, 1) for n in range(9) for verdict in (Verdict.A, Verdict.B)]
    board = tally(rows)

    with pytest.raises(NotEnoughVoters, match="too alike"):
        clustered(board, fit(board.pairs))


def test_differences():
    """The error of a difference is that of the contrast, and its freedom lies between those of the two."""
    board = tally(rows_of(5))
    found = clustered(board, fit(board.pairs))
    contrast = np.array([1.0, 0.0, -1.0])

    assert found.difference_errors()[0, 2] == pytest.approx(sqrt(contrast @ found.covariance @ contrast))
    assert np.diag(found.difference_errors()) == pytest.approx(np.zeros(3))
    low, high = sorted(found.freedoms[[0, 2]])
    assert low <= found.difference_freedoms()[0, 2] <= high
    assert found.difference_reach(0.95)[0, 2] == pytest.approx(
        t.ppf(0.975, found.difference_freedoms()[0, 2])
    )
    assert found.freedom == found.freedoms.min()


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("side", [False, True])
def test_jackknife_by_the_formula(ties: Ties, side: bool):
    """Leaving a voter out moves all coefficients by (I - I_v)⁻ s_v, checked against the slopes of refits."""
    board = tally([(*row[:4], 1) for row in rows_of(6, voters=8)])
    strengths = fit(board.pairs, ties=ties, side=side)
    found = clustered(board, strengths)
    moves = []
    for number in range(len(board.voters.voters)):
        mine = board.voters.index[:, 0] == number
        cells = board.pairs.cells.copy()
        np.subtract.at(cells, tuple(board.voters.index[mine, 1:].T), board.voters.count[mine])
        problem = posed(PairCounts(board.pairs.names, cells), convention_of(strengths))
        values = strengths.coefficient_vector()
        moves.append(problem.inverse(values) @ problem.gradient(values))

    written_out = (len(moves) - 1) / len(moves) * np.transpose(moves) @ moves

    assert found.whole == pytest.approx(written_out, rel=1e-9)
    assert found.method is Method.JACKKNIFE


def test_scores_of_voters():
    """The scores of all voters add up to nothing at the fit, and say who moved it which way."""
    votes = rows_of(7)
    board = tally([*votes, *(("fan", "x", other, Verdict.A, 5) for other in "yz")])
    strengths = fit(board.pairs)

    found = voter_scores(board, strengths)
    fan = found.voters.tolist().index(board.voters.voters.index("fan"))

    assert found.matrix.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert found.votes.sum() == board.pairs.votes
    assert (strengths.inverse_information @ found.matrix[fan])[0] > 0


def test_many_busy_voters():
    """More voters than are left out exactly make nearly the same covariance."""
    rng = np.random.default_rng(1)
    rows = [
        (f"v{v:03}", *rng.permutation(list("wxyz"))[:2], rng.choice(list(Verdict)), int(n))
        for v in range(MOST_HEAVY + 20)
        for n in rng.integers(1, 9, 3)
    ]
    board = tally(rows)
    strengths = fit(board.pairs)

    ours, theirs = clustered(board, strengths), cr1(board, strengths)
    assert ours.standard_errors() == pytest.approx(theirs.standard_errors(), rel=0.1)


def test_singular_without_a_voter():
    """Where the votes of the others cannot be inverted at all, there is no interval either."""
    votes = [("v1", "x", "y", "a", 3), ("v1", "y", "x", "a", 2), ("v2", "y", "z", "tie", 3)]
    board = tally([*votes, ("v3", "z", "y", "tie", 3)])

    with pytest.raises(NotEnoughVoters, match=r"without a single voter|at least two voters"):
        clustered(board, fit(board.pairs))


def test_votes_by_themselves():
    """When each vote is a voter's only one, the sandwich of votes is that of voters without its factor."""
    votes = [(f"v{n}", *row[1:4], 1) for n, row in enumerate(rows_of(8))]
    board = tally(votes)
    strengths = fit(board.pairs)

    alone, by_voter = sandwich(board.pairs, strengths), cr1(board, strengths)
    factor = len(votes) / (len(votes) - 1)

    assert by_voter.covariance == pytest.approx(factor * alone.covariance, rel=1e-9)
    assert (alone.voters, alone.freedom, alone.method) == (len(votes), len(votes) - 1, Method.SANDWICH)


def test_nothing_left_without_a_voter():
    """Where leaving a voter out leaves no information at all, there is no interval."""
    strengths = fit(tally([("v", "x", "y", "a", 1), ("v", "x", "y", "b", 1)]).pairs)

    with pytest.raises(NotEnoughVoters, match="without a single voter"):
        _inverse_without(np.zeros((2, 2)), strengths)
