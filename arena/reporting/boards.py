"""Boards: columns of verdicts as the statistician counts them, all of them or a part."""

from array import array
from collections.abc import Iterator, Sequence

from arena.contest.column import Column
from arena.contest.roster import ContestantId, Roster
from arena.contest.rules import Track
from arena.errors import NoScore
from arena.reporting.cells import coded
from arena.reporting.tally import SPELLED
from arena.reporting.votes_table import FATE, Fate, VotesTable
from arena.store.columns import Columns, only
from ratings import columns, errors
from ratings.counts import Board
from ratings.rows import Mask, column_of, holding, picked


def columns_of(table: VotesTable) -> Columns:
    """Give the votes of a table as columns, each vote a row."""
    cells = table.cells
    return Columns(
        voter=cells["judge"],
        side_a=cells["model_a"],
        side_b=cells["model_b"],
        verdict=cells["winner"],
        category=cells["category"],
        track=cells["track"],
        counts=array("B", (fate != Fate.EXCLUDED for fate in cells[FATE])),
        number=None,
    )


def board(found: Columns, ids: Sequence[ContestantId], among: Mask) -> Board:
    """Count the rows that are meant; `ids` are the contestants, whether they occur or not.

    Raises:
        NoScore: a row is on somebody else, or they are too many.
    """
    texts = (found.side_a, found.side_b, found.verdict, found.voter)
    a, b, verdict, voter = (picked(coded(column), among) for column in texts)
    number = None if found.number is None else picked(column_of(found.number, ()), among).codes
    try:
        return columns.count_columns(a, b, verdict, voter, number, names=ids, spellings=SPELLED)
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error


def rated(found: Columns, roster: Roster) -> Columns:
    """Leave out the rows on references, which never score."""
    apart = set(roster.references)
    sides = coded(found.side_a), coded(found.side_b)
    on_one = holding(sides[0], apart) | holding(sides[1], apart)
    return only(found, (~on_one).tolist()) if on_one.any() else found


def counting(found: Columns, tracks: Sequence[Track]) -> Mask:
    """Mean the votes of `tracks` that count."""
    return cast(found, tracks) & holding(column_of(found.counts, (False, True)), {True})


def cast(found: Columns, tracks: Sequence[Track]) -> Mask:
    """Mean the votes of `tracks`, excluded ones too."""
    return holding(coded(found.track), {track.value for track in tracks})


def parted(among: Mask, labels: Column) -> Iterator[tuple[str, Mask]]:
    """Part the rows that are meant by label, labels ascending."""
    for label in sorted(labels.labels):
        part = among & holding(coded(labels), {label})
        if part.any():
            yield label, part


def votes_of(found: Columns, among: Mask) -> int:
    """Count the votes of the rows that are meant."""
    return int(among.sum() if found.number is None else column_of(found.number, ()).codes[among].sum())


def voters_of(found: Columns, among: Mask) -> int:
    """Count the voters of the rows that are meant."""
    return len(set(picked(coded(found.voter), among).codes.tolist()))


def only_on(found: Columns, among: Mask, ids: Sequence[ContestantId]) -> Mask:
    """Mean of these the rows between two of `ids`."""
    return among & holding(coded(found.side_a), ids) & holding(coded(found.side_b), ids)
