"""How alike replies are, and whether two sets of replies to the same prompts come from one model.

Two replies are as alike as their pieces of `SIZES` characters are (cosine of the counts' square roots);
which replies differ from which is `ratings`' business.
"""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

from arena.errors import BadSetting
from ratings.errors import RatingsError
from ratings.two_samples import Difference, Stratum, difference

SIZES = (1, 2, 3, 4)

Replies = Sequence[Sequence[str]]
"""Of each prompt its replies."""


def differ(before: Replies, now: Replies, *, draws: int, seed: int) -> Difference:
    """Compare replies to the same prompts, in the same order, by `draws` random divisions.

    Raises:
        BadSetting: a prompt has no replies on one side, or there are too many to compare.
    """
    strata = [
        Stratum(_kernel([*first, *second]), len(first)) for first, second in zip(before, now, strict=True)
    ]
    try:
        return difference(strata, draws=draws, seed=seed)
    except RatingsError as error:
        raise BadSetting(f"these replies cannot be compared: {error}") from error


def _kernel(replies: Sequence[str]) -> list[list[float]]:
    """Give how alike each two replies are, from 0 to 1."""
    vectors = [_pieces(reply) for reply in replies]
    return [[_likeness(one, other) for other in vectors] for one in vectors]


def _pieces(reply: str) -> dict[str, float]:
    """Give the square roots of the counts of all pieces, together of length 1."""
    # The marks of begin and end let an empty reply have pieces too.
    text = f"\x02{reply}\x03"
    counts = Counter(text[at : at + size] for size in SIZES for at in range(len(text) - size + 1))
    whole = sqrt(counts.total())
    return {piece: sqrt(count) / whole for piece, count in counts.items()}


def _likeness(one: dict[str, float], other: dict[str, float]) -> float:
    fewer, more = sorted((one, other), key=len)
    return sum(weight * more[piece] for piece, weight in fewer.items() if piece in more)
