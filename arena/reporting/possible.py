"""What figures over voters can be at all, told by counts without voters: bounds, and reasons to refuse."""

import re
from collections.abc import Callable, Mapping
from math import isclose

from ratings.ranks import affordable_draws
from ratings.standings import DIGITS, SCALE, Row, Standings

LEAST_REACH, MOST_REACH = 1.959, 12.707
"""Standard errors to each side of a 95 % interval: Student's t of endless degrees of freedom, and of one."""
SLACK = 1e-5
"""What rounding adds to an interval on the public scale."""

FEW = re.compile(
    r"intervals need the votes of at least two voters; the effective number here is (?P<number>\d\.\d\d)"
)
FEW_ON_ONE = re.compile(
    r"intervals need the votes of at least two voters on each contestant; "
    r"the effective number on '(?P<name>[^']+)' is (?P<number>\d\.\d\d)"
)
ALIKE = re.compile(
    r"the votes of (?P<voters>[1-9][0-9]{0,17}) voters are too alike to say how sure a rating is"
)
NEEDED = re.compile(r"without a single voter '(?P<name>[^']+)' could not be rated: there is no interval")


# Standings


def check_possible(made: Standings, cap: int) -> None:
    """Check figures that voters with at most `cap` votes each can make.

    Raises:
        ValueError: they cannot; it names the figure.
    """
    if not _may_be_voters(made.voters, made.votes, cap):
        raise ValueError("no voters")
    if not _may_be_effective(made, cap):
        raise ValueError("no effective_voters")
    if made.draws != affordable_draws(len(made.rows)):
        raise ValueError("no draws")
    for place, row in enumerate(made.rows, start=1):
        for name, holds in FIGURES.items():
            if not holds(row, made, place):
                raise ValueError(f"no {name}")
    if sum(round(row.p_last * made.draws) for row in made.rows) != made.draws:
        raise ValueError("no p_last of all together")
    # A pair of which one is better beyond chance lifts the one and lowers the other.
    if sum(row.rank_low - 1 for row in made.rows) != sum(len(made.rows) - row.rank_high for row in made.rows):
        raise ValueError("no ranks of all together")


def _may_be_voters(voters: int, votes: int, cap: int) -> bool:
    return max(2, -(-votes // cap)) <= voters <= votes


def _may_be_effective(made: Standings, cap: int) -> bool:
    """Tell whether whole numbers of votes make this effective number of voters.

    It is votes² / Σ (votes of one voter)² (Kish), so that the sum is a whole number, and of votes of
    which nobody has more than `cap` it is at least votes / cap.
    """
    effective = made.effective_voters
    if not max(2.0, made.votes / cap) - 1e-8 <= effective <= made.voters:
        return False
    squares = made.votes**2 / effective
    # Half of the last decimal that is shown, and what binary fractions lose.
    return abs(squares - round(squares)) <= squares * (6e-10 / effective + 1e-15)


def _may_be_interval(row: Row, _: Standings, __: int) -> bool:
    below, above, error = row.rating - row.lower, row.upper - row.rating, SCALE * row.se
    return (
        isclose(below, above, rel_tol=1e-9, abs_tol=SLACK)
        and LEAST_REACH * error - SLACK <= below <= MOST_REACH * error + SLACK
    )


def _is_share(row: Row, made: Standings, _: int) -> bool:
    """Tell whether a chance is a whole number of draws out of all."""
    is_chance = 0.0 <= row.p_last <= 1.0
    return is_chance and round(round(row.p_last * made.draws) / made.draws, DIGITS) == row.p_last


FIGURES: dict[str, Callable[[Row, Standings, int], bool]] = {
    "se": lambda row, _, __: row.se > 0,
    "lower": lambda row, _, __: row.lower <= row.rating,
    "upper": lambda row, _, __: row.rating <= row.upper,
    "lower and upper": _may_be_interval,
    "points_lower": lambda row, _, __: 0 <= row.points_lower <= row.points,
    "points_upper": lambda row, made, __: row.points <= row.points_upper <= made.settings.points,
    "rank_low": lambda row, _, place: 1 <= row.rank_low <= place,
    "rank_high": lambda row, made, place: place <= row.rank_high <= len(made.rows),
    "p_last": _is_share,
}
"""What holds of every line of standings and its place, 1 for the best."""


# Refusals


def may_be_refused(reason: str, votes: int, on_each: Mapping[str, int], cap: int) -> bool:
    """Tell whether `reason` is one that `ratings` gives where voters are too few for intervals.

    `votes` were fitted, `on_each` of them on each contestant; where these are too many for so few voters
    with at most `cap` votes each, it is none.
    """
    if found := FEW.fullmatch(reason):
        return _may_be_few(found["number"], votes, cap)
    if found := FEW_ON_ONE.fullmatch(reason):
        own = on_each.get(found["name"])
        return own is not None and _may_be_few(found["number"], own, cap)
    if found := ALIKE.fullmatch(reason):
        return _may_be_voters(int(found["voters"]), votes, cap)
    found = NEEDED.fullmatch(reason)
    return found is not None and found["name"] in on_each


def _may_be_few(number: str, votes: int, cap: int) -> bool:
    """Tell whether `votes` can come from this effective number of voters, which is below two."""
    return max(1.0, votes / cap) <= float(number) + 0.005 and float(number) <= 2.0
