"""Small cells: no figure about fewer than five citizens, and no two figures that tell one citizen apart.

Every count is told in steps of `K`, rounded down by itself, and not at all where fewer than `K` citizens
stand behind it. No totals are told beside their parts, so no part follows from the others.
"""

K = 5


def told(number: int, citizens: int) -> int | None:
    """Give a count of what `citizens` have said as it may be told; None where they are too few."""
    return number // K * K if citizens >= K else None
