"""A share of answers that come in clusters, with an interval that does not pretend they are independent."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtrit

from ratings.errors import BadSettings


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval; `effective` is how many independent answers say as much."""

    share: float
    lower: float
    upper: float
    effective: float


def clustered_share(right: Sequence[int], asked: Sequence[int], *, level: float = 0.95) -> Share:
    """Give the share of right answers from those right and asked of each cluster.

    Wilson's interval at the effective number of answers, which the linearised variance over clusters gives,
    never above the number of answers; the number of clusters where all are right, or none is. Its quantile
    is Student's, for few clusters.

    Raises:
        BadSettings: fewer than two clusters, or one with more right than asked, or none asked.
    """
    if len(right) != len(asked) or len(asked) < 2:
        raise BadSettings(f"a share of {len(asked)} clusters has no interval")
    if any(not 0 <= hits <= of or of == 0 for hits, of in zip(right, asked, strict=True)):
        raise BadSettings("a cluster has at least one answer, and no more right ones than answers")
    answers, clusters = sum(asked), len(asked)
    share = sum(right) / answers
    strayed = sum((hits - share * of) ** 2 for hits, of in zip(right, asked, strict=True))
    variance = strayed * clusters / (clusters - 1) / answers**2
    spread = share * (1.0 - share)
    effective = float(clusters) if spread == 0.0 else spread / max(variance, spread / answers)
    reach = float(stdtrit(clusters - 1, 0.5 + level / 2.0))
    return Share(share, *_wilson(share, effective, reach), effective)


def _wilson(share: float, number: float, reach: float) -> tuple[float, float]:
    shrunk = 1.0 + reach**2 / number
    middle = (share + reach**2 / (2.0 * number)) / shrunk
    half = reach * sqrt(share * (1.0 - share) / number + (reach / (2.0 * number)) ** 2) / shrunk
    return max(middle - half, 0.0), min(middle + half, 1.0)
