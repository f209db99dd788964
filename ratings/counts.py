"""Pair counts: how often each verdict fell on each ordered pair of contestants.

With K contestants they are at most K(K-1) x 4 numbers, whatever the number of votes, and all that a
fit needs to know. An interval also needs to know which votes one person cast: the same counts by voter.

Names and voters are kept sorted, so the order of the rows cannot change a result.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ratings.errors import BadOutcome, TooMany
from ratings.grouping import code, distinct, named, parted, places, starts_of
from ratings.voter_counts import VoterCounts

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Verdict(StrEnum):
    """What a voter says of two sides."""

    A = "a"
    B = "b"
    TIE = "tie"
    BOTH_BAD = "both_bad"


VERDICTS = tuple(Verdict)
LAYER = {verdict: layer for layer, verdict in enumerate(VERDICTS)}

EXACT = 2**53
"""Counts up to here are exact as floating-point numbers."""

MOST_CONTESTANTS = 1_000
"""A table of all pairs of so many takes 32 MB; more are a mistake in the file, not a contest."""

Row = tuple[str, str, str, Verdict, int]
"""What a database groups by: voter, contestant on A, contestant on B, verdict, how often."""

Cell = tuple[str, str, str, Verdict]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One comparison: who sat on each side, what was said, and by whom."""

    a: str
    b: str
    verdict: Verdict
    voter: str

    def as_row(self) -> Row:
        """Give the row that stands for this outcome alone."""
        return (self.voter, self.a, self.b, self.verdict, 1)


@dataclass(frozen=True, slots=True, eq=False)
class PairCounts:
    """How often each verdict fell on each ordered pair.

    `names` are sorted; `cells` has shape (K, K, 4): contestant on A, contestant on B, verdict in the
    order of `VERDICTS`.
    """

    names: tuple[str, ...]
    cells: IntArray

    def __post_init__(self) -> None:
        self.cells.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PairCounts):
            return NotImplemented
        return self.names == other.names and np.array_equal(self.cells, other.cells)

    def __hash__(self) -> int:
        return hash((self.names, self.cells.tobytes()))

    def __add__(self, other: "PairCounts") -> "PairCounts":
        names = tuple(sorted({*self.names, *other.names}))
        return PairCounts(names, self._among(names) + other._among(names))

    @property
    def votes(self) -> int:
        """Count the votes in all cells."""
        return int(self.cells.sum())

    def _among(self, names: tuple[str, ...]) -> IntArray:
        place = places(self.names, names)
        cells = np.zeros((len(names), len(names), len(VERDICTS)), dtype=np.int64)
        cells[np.ix_(place, place)] = self.cells
        return cells


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """All votes of one electorate: by pair, and by pair and voter."""

    pairs: PairCounts
    voters: VoterCounts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Board):
            return NotImplemented
        mine, theirs = self.voters, other.voters
        columns = ((mine.bounds, theirs.bounds), (mine.cell, theirs.cell), (mine.count, theirs.count))
        same = self.pairs == other.pairs and mine.voters == theirs.voters
        return same and all(np.array_equal(*each) for each in columns)

    def __hash__(self) -> int:
        return hash((self.pairs, self.voters.voters, self.voters.count.tobytes()))

    def __add__(self, other: "Board") -> "Board":
        """Merge two boards; a voter or contestant of one name is one voter or contestant."""
        names = tuple(sorted({*self.pairs.names, *other.pairs.names}))
        voters = tuple(sorted({*self.voters.voters, *other.voters.voters}))
        codes = np.concatenate([board.codes(names, voters) for board in (self, other)])
        return grouped(names, voters, codes, np.concatenate([self.voters.count, other.voters.count]))

    def codes(self, names: tuple[str, ...], voters: tuple[str, ...]) -> IntArray:
        """Number the rows of the voter counts by their places among `names` and `voters`."""
        voter, a, b, verdict = self.voters.index.T
        name_of, voter_of = places(self.pairs.names, names), places(self.voters.voters, voters)
        return code(voter_of[voter], name_of[a], name_of[b], verdict, len(names))


def count_pairs(outcomes: Iterable[Outcome], names: Iterable[str] | None = None) -> PairCounts:
    """Count the verdicts on each ordered pair.

    Raises:
        BadOutcome, TooMany: as `tally`.
    """
    return tally((outcome.as_row() for outcome in outcomes), names).pairs


def tally(rows: Iterable[Row], names: Iterable[str] | None = None) -> Board:
    """Count grouped rows by pair and by voter.

    `names` are the contestants; without it, they are those that occur.

    Raises:
        BadOutcome: a row names an unknown verdict or contestant, the same contestant twice, nobody, or
            a count that is not a whole number above zero.
        TooMany: there are more than `MOST_CONTESTANTS`.
    """
    known = None if names is None else frozenset(names)
    sums = _summed(rows, known)
    occurring = {name for _, a, b, _ in sums for name in (a, b)}
    return _board(sums, tuple(sorted(occurring if known is None else known)))


def _summed(rows: Iterable[Row], known: frozenset[str] | None) -> dict[Cell, int]:
    sums: dict[Cell, int] = {}
    total = 0
    for number, row in enumerate(rows, start=1):
        cell, count = _checked(number, row, known)
        total += count
        if total > EXACT:
            raise BadOutcome(number, "there are more votes than can be counted exactly")
        sums[cell] = sums.get(cell, 0) + count
    return sums


def _checked(number: int, row: Row, known: frozenset[str] | None) -> tuple[Cell, int]:
    voter, a, b, said, count = row
    for what, name in (("voter", voter), ("contestant on A", a), ("contestant on B", b)):
        if not isinstance(name, str) or not name.strip():
            raise BadOutcome(number, f"the {what} has no name")
    if a == b:
        raise BadOutcome(number, f"{a!r} is compared with itself")
    for name in (a, b):
        if known is not None and name not in known:
            raise BadOutcome(number, f"{name!r} is not a contestant")
    if not isinstance(count, int | np.integer) or count < 1:
        raise BadOutcome(number, f"{count!r} is not a number of votes")
    return (voter, a, b, _verdict(number, said)), int(count)


def _verdict(number: int, said: str) -> Verdict:
    try:
        return Verdict(said)
    except ValueError as error:
        raise BadOutcome(number, f"{said!r} is not a verdict") from error


def _board(sums: dict[Cell, int], names: tuple[str, ...]) -> Board:
    check_not_too_many(len(names))
    voters = tuple(sorted({voter for voter, *_ in sums}))
    voter_number = {voter: number for number, voter in enumerate(voters)}
    number_of = {name: number for number, name in enumerate(names)}
    numbered = [
        (voter_number[voter], number_of[a], number_of[b], LAYER[verdict], count)
        for (voter, a, b, verdict), count in sums.items()
    ]
    voter, a, b, verdict, count = np.array(numbered, dtype=np.int64).reshape(-1, 5).T
    return grouped(names, voters, code(voter, a, b, verdict, len(names)), count)


def check_not_too_many(contestants: int) -> None:
    """Check that a table of all pairs of so many fits into memory.

    Raises:
        TooMany: it does not.
    """
    if contestants > MOST_CONTESTANTS:
        raise TooMany(f"{contestants} contestants are more than {MOST_CONTESTANTS}")


def grouped(
    names: tuple[str, ...],
    voters: tuple[str, ...],
    codes: IntArray,
    count: IntArray | None = None,
    pairs: PairCounts | None = None,
) -> Board:
    """Count equal `codes`, shape (N,); with `count`, each as often as that. Voters without votes drop out.

    `pairs` are their pair counts, where they are known. Without `count`, `codes` are changed in place.
    """
    codes, count = distinct(codes, count)
    voter, cell = parted(codes, len(names))
    starts = starts_of(voter)
    there = named(voters, voter[starts])
    by_voter = VoterCounts(there, len(names), np.append(starts, len(voter)), cell, count)
    return Board(PairCounts(names, by_voter.cells()) if pairs is None else pairs, by_voter)
