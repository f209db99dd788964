"""How sure the strengths are."""

from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from ratings.bradley_terry import BothBad, fit, half_wins, information, inverse
from ratings.counts import Board, Row, Verdict, tally
from ratings.errors import NotEnoughVoters
from ratings.uncertainty import clustered


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
    """The covariance is the sandwich written out voter by voter, with the pseudo-inverse of numpy."""
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

    assert covariance(board) == pytest.approx(written_out, rel=1e-9)


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
