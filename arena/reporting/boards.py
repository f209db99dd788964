"""Boards: columns of verdicts as the statistician counts them, all of them or a part."""

from collections.abc import Callable, Iterator, Sequence
from itertools import compress

from arena.contest.roster import ContestantId, Roster
from arena.contest.rules import Track
from arena.errors import NoScore
from arena.reporting.tally import VERDICTS
from arena.store.columns import Columns, only
from ratings import columns, errors
from ratings.counts import Board

SPELLED = {said.value: verdict for said, verdict in VERDICTS.items()}

Among = Sequence[bool]
"""For each row of the columns whether it is meant."""


def board(found: Columns, ids: Sequence[ContestantId], among: Among) -> Board:
    """Count the rows that are meant; `ids` are the contestants, whether they occur or not.

    Raises:
        NoScore: a row is on somebody else, or they are too many.
    """
    picked = (found.side_a, found.side_b, found.verdict, found.voter, found.number)
    a, b, verdict, voter, number = (list(compress(column, among)) for column in picked)
    try:
        return columns.count_columns(a, b, verdict, voter, number, names=ids, spellings=SPELLED)
    except errors.RatingsError as error:
        raise NoScore(str(error)) from error


def rated(found: Columns, roster: Roster) -> Columns:
    """Leave out the rows on references, which never score."""
    apart: set[str] = set(roster.references)
    kept = [apart.isdisjoint(pair) for pair in zip(found.side_a, found.side_b, strict=True)]
    return found if all(kept) else only(found, kept)


def counting(found: Columns, tracks: Sequence[Track]) -> list[bool]:
    """Mean the votes of `tracks` that count."""
    known = {track.value for track in tracks}
    return [bool(counts) and track in known for counts, track in zip(found.counts, found.track, strict=True)]


def cast(found: Columns, tracks: Sequence[Track]) -> list[bool]:
    """Mean the votes of `tracks`, excluded ones too."""
    known = {track.value for track in tracks}
    return [track in known for track in found.track]


def parted(among: Among, label_of: Sequence[str]) -> Iterator[tuple[str, list[bool]]]:
    """Part the rows that are meant by label, labels ascending."""
    for label in sorted(set(compress(label_of, among))):
        yield label, [meant and label == own for meant, own in zip(among, label_of, strict=True)]


def votes_of(found: Columns, among: Among) -> int:
    """Count the votes of the rows that are meant."""
    return sum(compress(found.number, among))


def only_on(found: Columns, among: Among, ids: Sequence[ContestantId]) -> list[bool]:
    """Mean of these the rows between two of `ids`."""
    known: Callable[[object], bool] = set(ids).__contains__
    return [
        meant and known(a) and known(b) for meant, a, b in zip(among, found.side_a, found.side_b, strict=True)
    ]
