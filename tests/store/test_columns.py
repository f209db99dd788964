"""Columns: what the database counts is what was voted, and which moment it is of."""

from collections import Counter

from arena.contest.rules import Track
from arena.reporting.boards import board, counting
from arena.store import columns, votes
from tests.leading import lifecycle, surely
from tests.reporting.ballots import cast_many, panel_vote
from tests.signed import signed_arena


def read(arena):
    with arena.store.reading() as connection:
        round_id, scope = arena.contest.rules.round_id, arena.contest.scope(tuple(Track))
        return columns.columns(connection, round_id, scope), columns.moment(connection, round_id)


def rows(found):
    keys = zip(found.voter, found.side_a, found.side_b, found.verdict, strict=True)
    counted = Counter()
    for key, number, counts in zip(keys, found.number, found.counts, strict=True):
        counted[key] += number * counts
    return +counted


def test_same_as_cells(arena):
    """Columns count what `votes.cells` counts."""
    said = cast_many(arena)
    found, _ = read(arena)
    with arena.store.reading() as connection:
        cells = votes.cells(connection, arena.contest.rules.round_id, arena.contest.scope((Track.OPEN,)))

    assert rows(found) == Counter(said)
    assert rows(found) == {(c.voter, c.side_a, c.side_b, c.verdict): c.count for c in cells}
    assert set(found.category) == {"law"}
    assert len(found.voter) == len(found.number)


def test_other_tracks(arena):
    """Votes of every track are there, and a board takes those of its own."""
    cast_many(arena)
    panel_vote(arena)
    found, _ = read(arena)

    assert set(found.track) == {"open", "citizen_panel"}
    assert board(found, arena.contest.roster.ids, counting(found, (Track.OPEN,))).pairs.votes == 40


def test_no_votes(arena):
    """A round without votes has empty columns."""
    found, of = read(arena)

    assert len(found.voter) == len(found.number) == 0
    assert of.last_vote == -1


def test_moments(store, contest, tmp_path):
    """Each vote, withdrawal, exclusion and removal makes another moment; nothing else does."""
    arena = signed_arena(store, contest, tmp_path)
    seen = [read(arena)[1]]
    voter = cast_many(arena, voters=2)[0][0]
    seen.append(read(arena)[1])
    arena.notary.checkpoint()
    assert read(arena)[1] == seen[-1]
    surely(lifecycle(arena).close)
    assert read(arena)[1] == seen[-1]
    with store.reading() as connection:
        sequence = max(number for _, number in votes.recorded(connection, contest.rules.round_id).values())
    surely(lifecycle(arena).exclude, [sequence], "시험")
    seen.append(read(arena)[1])
    surely(lifecycle(arena).remove, contest.roster.ids[0], "시험")
    seen.append(read(arena)[1])

    assert len(set(seen)) == len(seen)
    found, _ = read(arena)
    assert voter in found.voter
    assert not any(
        counts and contest.roster.ids[0] in pair
        for *pair, counts in zip(found.side_a, found.side_b, found.counts, strict=True)
    )
