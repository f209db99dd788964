"""Do others, reading the same votes.csv, find the same Bradley-Terry strengths?

    python -m venv PEERS
    PEERS/bin/pip install evalica arena-rank scikit-learn pandas choix numpy scipy rich
    PYTHONPATH=. PEERS/bin/python tests/bench/agreement.py VOTES.csv

The peers are not dependencies of the project, so this is a script and not a test. All are asked for one
estimand: ties and "both bad" as half a win for each side, no prior, no covariates. What is compared is
the log-strength, centred. Exit 1 if a peer differs by more than its own tolerance.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np

from ratings.bradley_terry import fit
from ratings.votes_file import read_votes

try:
    import evalica  # type: ignore[import-not-found]  # a peer, installed beside the project only
    import pandas as pd  # type: ignore[import-untyped]  # a peer; its stubs are not installed
    from arena_rank.models.bradley_terry import (  # type: ignore[import-not-found]  # a peer
        BradleyTerry,
    )
    from arena_rank.utils.data_utils import PairDataset  # type: ignore[import-not-found]  # a peer
    from sklearn.linear_model import (  # type: ignore[import-not-found]  # a peer
        LogisticRegression,
    )
except ModuleNotFoundError as error:
    sys.exit(
        f"{error.name} is missing. In an environment of its own: "
        "pip install evalica arena-rank scikit-learn pandas choix numpy scipy rich"
    )

Strengths = dict[str, float]


@dataclass(frozen=True, slots=True)
class Peer:
    """One independent implementation and how closely it converges."""

    name: str
    tolerance: float
    strengths: Callable[[pd.DataFrame], Strengths]


def by_evalica(votes: pd.DataFrame) -> Strengths:
    """Rename the columns as evalica's readers have them, and ask for more digits than its default."""
    renamed = votes.rename(columns={"model_a": "left", "model_b": "right"})
    winners = renamed["winner"].map({"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y})
    found = evalica.bradley_terry(
        renamed["left"],
        renamed["right"],
        winners.fillna(evalica.Winner.Draw).map(evalica.Winner),
        tie_weight=0.5,
        tolerance=1e-13,
        limit=100_000,
    )
    return dict(np.log(found.scores))


def by_arena_rank(votes: pd.DataFrame) -> Strengths:
    """Take its plain model as it is: the point fit has no prior (`reg` is of the contextual model)."""
    dataset = PairDataset.from_pandas(votes)
    model = BradleyTerry(n_competitors=len(dataset.competitors))
    model.fit(dataset)
    return dict(zip(dataset.competitors, np.asarray(model.params["ratings"]).tolist(), strict=True))


def by_elo_notebook(votes: pd.DataFrame) -> Strengths:
    """Do what FastChat's notebook does: a logistic regression in which each battle stands twice.

    A decided battle says the same both times, a tie once for each side. Coefficients are in powers of
    ten of the odds. The notebook's default ridge penalty is off: it is another estimand.
    """
    names = sorted({*votes["model_a"], *votes["model_b"]})
    design = log(10.0) * (_shown(votes["model_a"], names) - _shown(votes["model_b"], names))
    won = (votes["winner"] == "model_a").to_numpy()
    tied = ~votes["winner"].isin(["model_a", "model_b"]).to_numpy()
    regression = LogisticRegression(fit_intercept=False, C=np.inf, tol=1e-8, max_iter=1_000)
    regression.fit(np.vstack([design, design]), np.concatenate([won | tied, won]))
    return dict(zip(names, (log(10.0) * regression.coef_[0]).tolist(), strict=True))


def _shown(side: pd.Series, names: list[str]) -> np.ndarray:
    return np.array([[float(shown == name) for name in names] for shown in side])


PEERS = (
    Peer("evalica", 1e-6, by_evalica),
    Peer("arena-rank", 1e-3, by_arena_rank),
    Peer("FastChat's Elo notebook", 5e-3, by_elo_notebook),
)


def difference(ours: Strengths, theirs: Strengths) -> float:
    """Give the largest absolute difference of the centred log-strengths."""
    names = sorted(ours)
    if names != sorted(theirs):
        sys.exit(f"not the same contestants: {names} and {sorted(theirs)}")
    one, other = (np.array([found[name] for name in names]) for found in (ours, theirs))
    return float(np.abs((one - one.mean()) - (other - other.mean())).max())


def main() -> int:
    """Print a line for each peer; returns the exit status."""
    asked = argparse.ArgumentParser(description="Compare our strengths with those of independent code.")
    asked.add_argument("votes", type=Path, metavar="VOTES.csv")
    path = asked.parse_args().votes
    found = fit(read_votes(path).board.pairs)
    ours = {name: float(strength) for name, strength in zip(found.names, found.values, strict=True)}
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    print(f"{len(table)} votes on {len(ours)} contestants; largest difference in centred log-strength")
    agreed = True
    for peer in PEERS:
        apart = difference(ours, peer.strengths(table))
        agreed = agreed and apart <= peer.tolerance
        verdict = "agrees" if apart <= peer.tolerance else "DIFFERS"
        print(f"{peer.name:<25} {apart:.1e}  (tolerance {peer.tolerance:.0e})  {verdict}")
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
