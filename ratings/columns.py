"""Columns of outcomes become counts in one pass over the votes.

A column is coded when it holds small numbers and says, once, what each stands for: as in Arrow's
dictionaries, pandas' categories and database enums. Any other column is coded first, which takes longer
than the counting. Rows are counted by their codes; what the codes stand for is looked at once for each
combination that occurs, and no row by itself unless there is one to refuse.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import groupby, starmap

import numpy as np
from numpy.typing import NDArray

from ratings.battles import CHUNK, Battles, battles_of
from ratings.coded import ILLEGAL, Coded, Column, coded, is_name, numbers_of, voters_of, votes_of
from ratings.counts import (
    LAYER,
    VERDICTS,
    Board,
    IntArray,
    PairCounts,
    Verdict,
    check_not_too_many,
    grouped,
)
from ratings.errors import BadOutcome
from ratings.grouping import CellArray, joined

SPELLINGS: dict[str, Verdict] = {verdict.value: verdict for verdict in Verdict}


def count_columns(
    a: Column,
    b: Column,
    verdict: Column,
    voter: Column | None = None,
    count: Column | None = None,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> Board:
    """Count columns of outcomes, shape (N,) each, by pair and by voter.

    Without `voter` each row is a voter of its own; `count` says how many votes a row stands for;
    `names` are the contestants, or those that occur; `spellings` says how verdicts are written.

    Raises:
        BadOutcome: a row names an unknown verdict or contestant, the same contestant twice, nobody, or
            a count that is not a whole number above zero; or a column is shorter than another.
        TooMany: there are more contestants than a table of all pairs can hold.
    """
    votes = None if count is None else votes_of(count, len(a.codes if isinstance(a, Coded) else a))
    battles = battles_of(coded(a), coded(b), coded(verdict))
    numbers = np.empty(len(battles), dtype=np.int32)
    times = battles.times(votes, numbers)
    listed, cell_of = _cells(battles, times, names, spellings)
    voters, voter_of = voters_of(voter, len(battles))
    codes = joined(voter_of, cell_of.take(numbers, mode="clip"), len(listed))
    return grouped(listed, voters, codes, votes, _paired(listed, cell_of, times))


def numbered(
    a: Column,
    b: Column,
    verdict: Column,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> tuple[PairCounts, CellArray]:
    """Count columns by pair, and give the number of the cell of each row, shape (N,).

    Raises:
        BadOutcome, TooMany: as `count_columns`.
    """
    battles = battles_of(coded(a), coded(b), coded(verdict))
    numbers = np.empty(len(battles), dtype=np.int32)
    times = battles.times(None, numbers)
    listed, cell_of = _cells(battles, times, names, spellings)
    return _paired(listed, cell_of, times), cell_of.take(numbers, mode="clip")


def count_pair_columns(
    a: Column,
    b: Column,
    verdict: Column,
    count: Column | None = None,
    *,
    names: Iterable[str] | None = None,
    spellings: Mapping[str, Verdict] = SPELLINGS,
) -> PairCounts:
    """Count columns of outcomes by pair only: the shortest way to strengths.

    Raises:
        BadOutcome, TooMany: as `count_columns`.
    """
    battles = battles_of(coded(a), coded(b), coded(verdict))
    times = battles.times(None if count is None else votes_of(count, len(battles)))
    listed, cell_of = _cells(battles, times, names, spellings)
    return _paired(listed, cell_of, times)


def count_parts(
    parts: Iterable[tuple[Coded, Coded, Coded]], *, spellings: Mapping[str, Verdict] = SPELLINGS
) -> PairCounts:
    """Count columns that come part by part, by pair only; labels are looked at where they change.

    Raises:
        BadOutcome, TooMany: as `count_columns`, without the place of the row among all.
    """
    total = PairCounts((), np.zeros((0, 0, len(VERDICTS)), dtype=np.int64))
    for _, run in groupby(parts, lambda part: [column.labels for column in part]):
        times: IntArray = np.zeros((), dtype=np.int64)
        for battles in starmap(battles_of, run):
            times = times + battles.times(None)
        listed, cell_of, illegal = _legend(battles, times, None, spellings)
        if times[illegal].any():
            raise BadOutcome(1, "a row of this part is no outcome")
        total += _paired(listed, cell_of, times)
    return total


def _paired(listed: tuple[str, ...], cell_of: CellArray, times: IntArray) -> PairCounts:
    cells = np.zeros((len(listed), len(listed), len(VERDICTS)), dtype=np.int64)
    legal = cell_of != ILLEGAL
    np.add.at(cells.reshape(-1), cell_of[legal], times.ravel()[legal])
    return PairCounts(listed, cells)


def _cells(
    battles: Battles, times: IntArray, names: Iterable[str] | None, spellings: Mapping[str, Verdict]
) -> tuple[tuple[str, ...], CellArray]:
    """Give the contestants, sorted, and the cell of each combination of labels.

    Raises:
        BadOutcome: a row has a combination that is no outcome.
        TooMany: there are more contestants than a table of all pairs can hold.
    """
    listed, cell_of, illegal = _legend(battles, times, names, spellings)
    if times[illegal].any():
        raise _refusal(battles, illegal.ravel(), set(listed), spellings.keys())
    return listed, cell_of


def _legend(
    battles: Battles, times: IntArray, names: Iterable[str] | None, spellings: Mapping[str, Verdict]
) -> tuple[tuple[str, ...], CellArray, NDArray[np.bool_]]:
    """Give the contestants, sorted, the cell of each combination of labels, and which are no outcome.

    Raises:
        TooMany: there are more contestants than a table of all pairs can hold.
    """
    listed = tuple(sorted(_occurring(battles, times) if names is None else set(names)))
    check_not_too_many(len(listed))
    place_of = {name: place for place, name in enumerate(listed)}
    layer_of = {said: LAYER[verdict] for said, verdict in spellings.items()}
    a = numbers_of(battles.a, place_of)[:, None, None]
    b = numbers_of(battles.b, place_of)[None, :, None]
    verdict = numbers_of(battles.verdict, layer_of)[None, None, :]
    cell_of = (a * len(listed) + b) * len(VERDICTS) + verdict
    illegal = (a < 0) | (b < 0) | (a == b) | (verdict < 0)
    cell_of[illegal] = ILLEGAL
    return listed, cell_of.ravel().astype(np.int32), illegal


def _occurring(battles: Battles, times: IntArray) -> set[str]:
    seats = ((battles.a, times.sum(axis=(1, 2))), (battles.b, times.sum(axis=(0, 2))))
    return {
        label
        for column, on_seat in seats
        for label, votes in zip(column.labels, on_seat.tolist(), strict=True)
        if votes and isinstance(label, str) and label.strip()
    }


def _refusal(
    battles: Battles, illegal: NDArray[np.bool_], names: AbstractSet[str], verdicts: AbstractSet[str]
) -> BadOutcome:
    """Say what is wrong with the first row of an illegal combination."""
    parts = ((start, illegal[battles.combinations(start)]) for start in range(0, len(battles), CHUNK))
    row = next(start + int(np.argmax(wrong)) for start, wrong in parts if wrong.any())
    return BadOutcome(row + 1, _why(*battles.said(row), names=names, verdicts=verdicts))


def _why(
    a: object, b: object, verdict: object, *, names: AbstractSet[str], verdicts: AbstractSet[str]
) -> str:
    for side, name in (("A", a), ("B", b)):
        if not is_name(name):
            return f"the contestant on {side} has no name"
    if a == b:
        return f"{a!r} is compared with itself"
    for name in (a, b):
        if name not in names:
            return f"{name!r} is not a contestant"
    return f"{verdict!r} is not a verdict; verdicts are {', '.join(map(repr, sorted(verdicts)))}"
