"""How sure the strengths are, when the votes of one voter hang together.

covariance = G/(G-1) · I⁻ (Σ_v s_v s_vᵀ) I⁻        (Liang and Zeger 1986, with the CR1 factor)

s_v sums the scores of all votes of voter v, I is the observed information, G the number of voters.
Intervals take Student's t with (Σ n_v)² / Σ n_v² - 1 degrees of freedom, n_v being the votes of v:
the effective number of voters less one. The middle of the sandwich is estimated from voters, and when
a few of them cast most votes it is in truth estimated from those few; counting all G would promise
more than there is.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from ratings.bradley_terry import Strengths, half_wins, information, inverse, weights
from ratings.counts import Board, FloatArray, VoterCounts
from ratings.errors import NotEnoughVoters

NO_SPREAD = 1e-9
"""A standard error below this says that the voters' differences cancelled, not that we are that sure."""


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """The covariance of the strengths, clustered by voter.

    `covariance` has shape (K, K), natural-log units squared, in the order of the strengths; `voters`
    counts those with a vote in the fit, `effective_voters` corrects it for unequal numbers of votes.
    """

    covariance: FloatArray
    voters: int
    effective_voters: float

    def __post_init__(self) -> None:
        self.covariance.flags.writeable = False

    @property
    def freedom(self) -> float:
        """Give the degrees of freedom of the intervals."""
        return self.effective_voters - 1.0

    def standard_errors(self) -> FloatArray:
        """Give the standard errors of the strengths, shape (K,)."""
        errors: FloatArray = np.sqrt(np.diag(self.covariance))
        return errors

    def reach(self, level: float) -> float:
        """Give how many standard errors an interval of this `level` reaches to each side."""
        return float(t.ppf(0.5 + level / 2.0, self.freedom))


def clustered(board: Board, strengths: Strengths) -> Uncertainty:
    """Estimate the covariance of fitted `strengths` from the voters of the same `board`.

    Raises:
        NotEnoughVoters: fewer than two effective voters, or voters too alike to tell a spread.
    """
    scores, votes = _scores_by_voter(board.voters, strengths)
    voters = len(votes)
    effective = float(votes.sum() ** 2 / (votes**2).sum())
    if effective < 2.0:
        raise NotEnoughVoters(
            f"intervals need the votes of at least two voters; the effective number here is {effective:.2f}"
        )
    wins = half_wins(board.pairs, strengths.both_bad)
    bread = inverse(information(wins, strengths.values))
    spread = scores @ bread
    covariance = (voters / (voters - 1)) * (spread.T @ spread)
    if np.diag(covariance).min() < NO_SPREAD**2:
        raise NotEnoughVoters(f"the votes of {voters} voters are too alike to say how sure a rating is")
    return Uncertainty(covariance, voters, effective)


def _scores_by_voter(counts: VoterCounts, strengths: Strengths) -> tuple[FloatArray, FloatArray]:
    """Give the score vectors, shape (G, K), and the numbers of votes, shape (G,), of voters in the fit.

    The rows are sorted by what they hold: renaming the voters does not change a bit of the result.
    """
    score, counted = weights(strengths.both_bad)
    voter, a, b, verdict = counts.index.T
    weight = counts.count * counted[verdict]
    residual = weight * (score[verdict] - strengths.chances()[a, b])
    scores = np.zeros((len(counts.voters), len(strengths.names)))
    np.add.at(scores, (voter, a), residual)
    np.add.at(scores, (voter, b), -residual)
    votes = np.zeros(len(counts.voters))
    np.add.at(votes, voter, weight)
    order = np.lexsort((*scores.T, votes))
    order = order[votes[order] > 0.0]
    return scores[order], votes[order]
