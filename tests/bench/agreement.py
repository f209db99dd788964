"""Do others, given the same votes, find the same Bradley-Terry strengths?

    python -m venv PEERS
    PEERS/bin/pip install arena-rank choix evalica leaderbot numpy pandas rich scikit-learn scipy statsmodels
    PYTHONPATH=. PEERS/bin/python tests/bench/agreement.py [VOTES.csv]

Without a file, 50 boards are generated: 2 to 100 contestants, ties, some contestants met five times as
often as others, voters with a heavy tail and tastes of their own. All are asked for one estimand: no prior,
no covariates, and ties and "both bad" as half a win for each side, or as ties of Davidson's model. Compared
are the log-strengths, centred, and the covariance of these, clustered by voter with the CR1 factor. Peers
that are not installed are said so. Exit 1 if one differs by more than its own tolerance.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from math import log
from pathlib import Path

import choix
import numpy as np

from ratings.bradley_terry import BothBad, Ties, fit, half_wins
from ratings.counts import Board
from ratings.electorate import Activity, Electorate, Round, play_round
from ratings.simulate import World
from ratings.uncertainty import cr1
from ratings.votes_file import read_votes

BOARDS = 50
WINNERS = ("model_a", "model_b", "tie", "tie (bothbad)")


def centred_strengths(board: Board, ties: Ties) -> np.ndarray:
    """Give our log-strengths."""
    return fit(board.pairs, ties=ties).values


def clustered_covariance(board: Board, ties: Ties) -> np.ndarray:
    """Give our covariance of strengths, CR1."""
    return cr1(board, fit(board.pairs, ties=ties)).covariance


@dataclass(frozen=True, slots=True)
class Peer:
    """One independent implementation, the module it needs, and how closely it converges.

    `most` is the largest board it is asked for, where larger ones take it minutes.
    """

    name: str
    module: str
    tolerance: float
    strengths: Callable[[Board], np.ndarray]
    ties: Ties = Ties.HALF
    most: int = 1_000
    ours: Callable[[Board, Ties], np.ndarray] = centred_strengths


def votes_of(board: Board) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give one line for each vote: contestant on A, contestant on B, verdict, by number."""
    _, a, b, verdict = np.repeat(board.voters.index, board.voters.count, axis=0).T
    return a, b, verdict


def by_choix(board: Board) -> np.ndarray:
    """Hand over the matrix: choix's functions for lists of outcomes know no ties."""
    return choix.ilsr_pairwise_dense(half_wins(board.pairs, BothBad.TIE), max_iter=1_000, tol=1e-12)


def by_evalica(board: Board) -> np.ndarray:
    """Ask for more digits than evalica's default."""
    evalica, pandas = import_module("evalica"), import_module("pandas")
    a, b, verdict = votes_of(board)
    names = pandas.Series(board.pairs.names)
    winners = [evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw, evalica.Winner.Draw]
    said = [winners[each] for each in verdict]
    found = evalica.bradley_terry(names[a], names[b], said, tie_weight=0.5, tolerance=1e-13, limit=100_000)
    return np.log(found.scores[list(board.pairs.names)].to_numpy())


def by_arena_rank(board: Board) -> np.ndarray:
    """Take its plain model as it is: the point fit has no prior (`reg` is of the contextual model)."""
    data = import_module("arena_rank.utils.data_utils")
    models = import_module("arena_rank.models.bradley_terry")
    a, b, verdict = votes_of(board)
    names = np.array(board.pairs.names)
    columns = {"model_a": names[a], "model_b": names[b], "winner": np.array(WINNERS)[verdict]}
    dataset = data.PairDataset.from_pandas(import_module("pandas").DataFrame(columns))
    model = models.BradleyTerry(n_competitors=len(dataset.competitors))
    model.fit(dataset)
    return np.asarray(model.params["ratings"], dtype=float)[np.argsort(dataset.competitors)]


def by_elo_notebook(board: Board) -> np.ndarray:
    """Do what FastChat's notebook does: a logistic regression in which each battle stands twice.

    A decided battle says the same both times, a tie once for each side. Coefficients are in powers of
    ten of the odds. The notebook's default ridge penalty is off: it is another estimand.
    """
    linear = import_module("sklearn.linear_model")
    a, b, verdict = votes_of(board)
    shown = np.eye(len(board.pairs.names))
    design = log(10.0) * (shown[a] - shown[b])
    regression = linear.LogisticRegression(fit_intercept=False, C=np.inf, tol=1e-8, max_iter=10_000)
    regression.fit(np.vstack([design, design]), np.concatenate([verdict != 1, verdict == 0]))
    return log(10.0) * regression.coef_[0]


def by_leaderbot(board: Board) -> np.ndarray:
    """Fit its Davidson model without covariance and with one tie parameter."""
    leaderbot = import_module("leaderbot.models")
    cells = board.pairs.cells
    first, second = np.nonzero(np.triu(np.ones(cells.shape[:2]), 1))
    there, back = cells[first, second], cells[second, first]
    won, lost = there[:, 0] + back[:, 1], there[:, 1] + back[:, 0]
    tied = (there + back)[:, 2:].sum(axis=1)
    counts = np.column_stack([won, lost, tied])
    kept = counts.sum(axis=1) > 0
    data = {
        "X": np.column_stack([first, second])[kept].tolist(),
        "Y": counts[kept].tolist(),
        "models": list(board.pairs.names),
    }
    model = leaderbot.Davidson(data, k_cov=None, k_tie=0)
    model.train(method="BFGS", max_iter=5_000, tol=1e-12)
    return np.asarray(model.param[: len(board.pairs.names)])


def regression_of(board: Board) -> object:
    """Pose the regression of half wins on who was shown, the first contestant being zero."""
    api = import_module("statsmodels.api")
    a, b, verdict = votes_of(board)
    shown = np.eye(len(board.pairs.names))
    score = np.array([1.0, 0.0, 0.5, 0.5])[verdict]
    return api.GLM(score, (shown[a] - shown[b])[:, 1:], family=api.families.Binomial())


def by_statsmodels(board: Board) -> np.ndarray:
    """Take the coefficients of the regression."""
    found = regression_of(board).fit(tol=1e-14, tol_criterion="params")
    return np.concatenate([[0.0], found.params])


def covariance_by_statsmodels(board: Board) -> np.ndarray:
    """Take its covariance clustered by voter, with G / (G - 1), and centre it."""
    size = len(board.pairs.names)
    voter = np.repeat(board.voters.index[:, 0], board.voters.count)
    asked = {"groups": voter, "use_correction": False, "df_correction": False}
    found = regression_of(board).fit(tol=1e-14, tol_criterion="params", cov_type="cluster", cov_kwds=asked)
    centre = np.eye(size)[:, 1:] - 1.0 / size
    voters = len(np.unique(voter))
    return voters / (voters - 1) * centre @ found.cov_params() @ centre.T


PEERS = (
    Peer("choix, dense", "choix", 1e-8, by_choix),
    Peer("evalica", "evalica", 1e-6, by_evalica),
    Peer("arena-rank", "arena_rank", 1e-3, by_arena_rank),
    Peer("FastChat's Elo notebook", "sklearn", 5e-3, by_elo_notebook),
    Peer("statsmodels", "statsmodels", 1e-9, by_statsmodels),
    Peer(
        "statsmodels, CR1 covariance",
        "statsmodels",
        1e-8,
        covariance_by_statsmodels,
        ours=clustered_covariance,
    ),
    Peer("leaderbot, Davidson", "leaderbot", 1e-4, by_leaderbot, Ties.DAVIDSON, most=30),
)


def generated() -> list[Board]:
    """Play 50 boards of 2 to 100 contestants."""
    return [generated_board(int(size)) for size in np.geomspace(2, 100, BOARDS)]


def generated_board(size: int) -> Board:
    """Play a board of so many contestants."""
    rng = np.random.default_rng(size)
    strengths = {f"c{number:03}": value for number, value in enumerate(rng.normal(0.0, 0.7, size))}
    world = World(strengths, tie_rate=0.3, taste=0.3)
    electorate = Electorate(40 + 2 * size, Activity.ZIPF, tail=0.8)
    played = play_round(rng, world, electorate, 600 * size)
    often = rng.uniform(0.2, 1.0, size)
    kept = rng.random(600 * size) < np.minimum(often[played.a], often[played.b])
    columns = (played.a[kept], played.b[kept], played.verdict[kept], played.voter[kept])
    return Round(played.names, *columns, played.voters).board()


def difference(board: Board, peer: Peer) -> float:
    """Give the largest absolute difference, centred."""
    ours, theirs = peer.ours(board, peer.ties), peer.strengths(board)
    return float(np.abs((ours - ours.mean()) - (theirs - theirs.mean())).max())


def main() -> int:
    """Print a line for each peer; returns the exit status."""
    asked = argparse.ArgumentParser(description="Compare our strengths with those of independent code.")
    asked.add_argument("votes", type=Path, nargs="?", metavar="VOTES.csv")
    path = asked.parse_args().votes
    boards = generated() if path is None else [read_votes(path).board]
    sizes = [len(board.pairs.names) for board in boards]
    votes = sum(board.pairs.votes for board in boards)
    print(f"{len(boards)} boards of {min(sizes)} to {max(sizes)} contestants, {votes} votes in all")
    print("largest difference in centred log-strength, or in its covariance")
    agreed = True
    for peer in PEERS:
        if find_spec(peer.module) is None:
            print(f"{peer.name:<28} is not installed")
            continue
        asked_for = [board for board in boards if len(board.pairs.names) <= peer.most]
        apart = max(difference(board, peer) for board in asked_for)
        agreed = agreed and apart <= peer.tolerance
        verdict = "agrees" if apart <= peer.tolerance else "DIFFERS"
        allowed = f"tolerance {peer.tolerance:.0e}, {len(asked_for)} boards"
        print(f"{peer.name:<28} {apart:.1e}  ({allowed})  {verdict}", flush=True)
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
