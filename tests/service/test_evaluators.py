"""What evaluators get, and when: nothing while the rules seal the round, whatever they ask."""

from dataclasses import replace
from datetime import timedelta

import pytest

from arena.contest.rules import Seal, Verdict
from arena.errors import NoScore, Sealed
from arena.reporting import tally
from arena.service.evaluators import Evaluators
from arena.store import votes
from tests.reporting.ballots import cast, cast_many, changed, newcomer


def evaluators(arena, **rules):
    """The evaluators of the same round under other rules."""
    round_ = replace(arena.round, contest=changed(arena.contest, **rules))
    return Evaluators(arena.store, round_, arena.clock)


def silent(_count):
    """Nobody watches."""


def test_sealed_until_it_closes(arena, tmp_path):
    """A sealed round gives neither standings nor export before its closing moment, and both from then on."""
    cast_many(arena)
    sealed = evaluators(arena, rehearsal=False, standings=Seal.SEALED)
    arena.clock.now = arena.contest.rules.closes - timedelta(microseconds=1)

    with pytest.raises(Sealed):
        sealed.standings()
    with pytest.raises(Sealed):
        sealed.export(tmp_path / "out", silent)

    assert not (tmp_path / "out").exists()
    arena.clock.now = arena.contest.rules.closes
    assert len(sealed.standings().rows) == 5
    assert sealed.export(tmp_path / "out", silent) == sealed.standings()


def test_seal_says_until_when(arena):
    """Whoever asks too early hears until when the standings are sealed."""
    closes = arena.contest.rules.closes.isoformat()

    with pytest.raises(Sealed) as refusal:
        evaluators(arena, rehearsal=False, standings=Seal.SEALED).standings()

    assert closes in str(refusal.value)


def test_rehearsal_is_not_sealed_to_its_staff(arena, tmp_path):
    """A rehearsal's evaluators see its standings at any time."""
    cast_many(arena)
    rehearsed = evaluators(arena, rehearsal=True, standings=Seal.SEALED)

    assert rehearsed.export(tmp_path / "out", silent) == rehearsed.standings()


def test_live_standings(arena):
    """Rules that say `live` open the standings to evaluators while the round runs."""
    cast_many(arena)

    found = evaluators(arena, rehearsal=False, standings=Seal.LIVE).standings()

    with arena.store.reading() as connection:
        cells = votes.cells(connection, arena.contest.rules.round_id, arena.contest.rules.scoring)
    assert found == tally.standings(arena.contest, cells)


def test_few_votes(arena):
    """Votes that make no finite standings make an error, not a table."""
    cast(arena, newcomer(arena), Verdict.A)

    with pytest.raises(NoScore):
        evaluators(arena).standings()


def test_votes(arena):
    """The count of votes is that of this round."""
    for _ in range(3):
        cast(arena, newcomer(arena), Verdict.TIE)

    assert evaluators(arena).votes() == 3
