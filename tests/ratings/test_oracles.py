"""Independent implementations, asked the same, answer the same."""

import evalica
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from ratings.bradley_terry import Ties, fit
from ratings.counts import VERDICTS, Board, PairCounts
from ratings.electorate import Activity, Electorate, play_round
from ratings.simulate import World
from ratings.uncertainty import by_information, clustered, cr1

BOARDS = 50
WINNERS = (evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw, evalica.Winner.Draw)


def generated(size: int) -> Board:
    """A board of so many contestants: ties, uneven pairs, a heavy tail of voters."""
    rng = np.random.default_rng(size)
    strengths = {f"c{number:03}": value for number, value in enumerate(rng.normal(0, 0.7, size))}
    world = World(strengths, tie_rate=0.3, taste=0.3)
    electorate = Electorate(40 + 2 * size, Activity.ZIPF, tail=0.8)
    return play_round(rng, world, electorate, 300 * size).board()


def votes_of(board: Board) -> tuple[np.ndarray, ...]:
    """One line for each vote: voter, contestant on A, on B, verdict."""
    return tuple(np.repeat(board.voters.index, board.voters.count, axis=0).T)


def binomial(board: Board) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half wins as logistic regression has them: score, difference of contestants, voter."""
    voter, a, b, verdict = votes_of(board)
    score = np.array([1.0, 0.0, 0.5, 0.5])[verdict]
    shown = np.eye(len(board.pairs.names))
    return score, shown[a] - shown[b], voter


@pytest.mark.parametrize("seed", range(2, 2 + BOARDS))
def test_evalica(seed: int):
    """Strengths are those of evalica on generated boards of 2 to 100 contestants, to its tolerance."""
    board = generated(int(np.geomspace(2, 100, BOARDS)[seed - 2]))
    _, a, b, verdict = votes_of(board)
    names = pd.Series(board.pairs.names)

    theirs = evalica.bradley_terry(
        names[a],
        names[b],
        [WINNERS[each] for each in verdict],
        tie_weight=0.5,
        tolerance=1e-13,
        limit=100_000,
    )
    logs = np.log(theirs.scores[list(board.pairs.names)].to_numpy())

    assert len(VERDICTS) == len(WINNERS)
    ours = fit(board.pairs)
    assert ours.coefficient_vector() == pytest.approx(logs - logs.mean(), abs=1e-6)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 8, 12, 20, 35])
def test_statsmodels(size: int):
    """Strengths and covariances, by information and by voter, are those of statsmodels' regression."""
    board = generated(size)
    score, design, voter = binomial(board)
    regression = sm.GLM(score, design[:, 1:], family=sm.families.Binomial())
    centre = np.eye(size)[:, 1:] - 1.0 / size

    plain = regression.fit(tol=1e-14, tol_criterion="params")
    by_voter = regression.fit(
        tol=1e-14,
        tol_criterion="params",
        cov_type="cluster",
        cov_kwds={"groups": voter, "use_correction": False, "df_correction": False},
    )
    strengths = fit(board.pairs)
    voters = len(np.unique(voter))

    assert strengths.coefficient_vector() == pytest.approx(centre @ plain.params, abs=1e-9)
    assert by_information(strengths).covariance == pytest.approx(
        centre @ plain.cov_params() @ centre.T, abs=1e-8
    )
    assert cr1(board, strengths).covariance == pytest.approx(
        voters / (voters - 1) * centre @ by_voter.cov_params() @ centre.T, abs=1e-8
    )


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("size", [2, 4, 9])
def test_refits_without_each_voter(ties: Ties, size: int):
    """The jackknife in one step is near that of refits, each without a voter."""
    board = generated(size)
    strengths = fit(board.pairs, ties=ties)
    refits = []
    for number in range(len(board.voters.voters)):
        _, a, b, verdict = board.voters.index[board.voters.index[:, 0] == number].T
        cells = board.pairs.cells.copy()
        np.subtract.at(cells, (a, b, verdict), board.voters.count[board.voters.index[:, 0] == number])
        refits.append(fit(PairCounts(board.pairs.names, cells), ties=ties).coefficient_vector()[:size])
    moves = np.array(refits) - strengths.coefficient_vector()[:size]

    written_out = (len(moves) - 1) / len(moves) * moves.T @ moves

    assert clustered(board, strengths).standard_errors() == pytest.approx(
        np.sqrt(np.diag(written_out)), rel=0.1
    )
