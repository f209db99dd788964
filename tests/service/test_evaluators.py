"""What evaluators get, and when: nothing while the rules seal the round, whatever they ask."""

import json
from dataclasses import replace

import pytest

from arena.contest.battle import Side
from arena.contest.rules import Openings, Seal, Verdict, Witnesses
from arena.errors import NoScore, Sealed
from arena.reporting import tally
from arena.reporting.blindness import document
from arena.service.evaluators import Evaluators
from arena.store import votes
from tests.leading import lifecycle, surely
from tests.reporting.ballots import cast, cast_many, changed, newcomer
from tests.scribe import WITNESS
from tests.signed import evaluators_of, signed_arena


def evaluators(arena, **rules):
    """The evaluators of the same round under other rules."""
    round_ = replace(arena.round, contest=changed(arena.contest, **rules))
    return Evaluators(arena.store, round_, arena.clock, arena.notary.checkpoint)


@pytest.fixture
def arena(store, contest, tmp_path):
    """One arena whose log has a key and a notary."""
    return signed_arena(store, contest, tmp_path)


def silent(_count):
    """Nobody watches."""


def test_sealed_until_the_result_is_committed(arena, tmp_path):
    """A contest's round gives its staff neither standings nor export before its result is fixed."""
    cast_many(arena)
    sealed = evaluators(arena, rehearsal=False, standings=Seal.SEALED)

    for lead in (lambda: None, lambda: surely(lifecycle(arena).close)):
        lead()
        with pytest.raises(Sealed):
            sealed.standings()
        with pytest.raises(Sealed):
            sealed.export(tmp_path / "out", silent)

    assert not (tmp_path / "out").exists()
    surely(lifecycle(arena).commit_result)
    assert len(sealed.standings().rows) == 5
    assert sealed.export(tmp_path / "out", silent).standings == sealed.standings()


def test_seal_says_until_when(arena):
    """Whoever asks too early hears which command breaks the seal."""
    with pytest.raises(Sealed, match="`arena round commit-result`"):
        evaluators(arena, rehearsal=False, standings=Seal.SEALED).standings()


def test_rehearsal_is_not_sealed_to_its_staff(arena, tmp_path):
    """A rehearsal's evaluators see its standings at any time."""
    cast_many(arena)
    rehearsed = evaluators(arena, rehearsal=True, standings=Seal.SEALED)

    assert rehearsed.export(tmp_path / "out", silent).standings == rehearsed.standings()


def test_live_standings(arena):
    """Rules that say `live` open the standings to evaluators while the round runs."""
    cast_many(arena)

    found = evaluators(arena, rehearsal=False, standings=Seal.LIVE).standings()

    with arena.store.reading() as connection:
        cells = votes.cells(connection, arena.contest.rules.round_id, arena.contest.scoring)
    assert found == tally.standings(arena.contest, cells)


def test_blindness_is_not_sealed(arena):
    """How blind a round is may be known while it is sealed: nothing in the report says who wins."""
    cast_many(arena)
    battle = cast(arena, newcomer(arena), Verdict.A)
    guess = dict(zip(Side, arena.contest.roster.ids, strict=False))
    arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A, guess=guess)
    arena.citizens.erase(cast(arena, newcomer(arena), Verdict.A).voter)

    found = evaluators(arena, rehearsal=False, standings=Seal.SEALED).blindness()

    assert (found.battles, found.erased, found.votes, found.guesses) == (42, 1, 42, 1)
    said = [one.said for one in found.recognised.values()]
    assert sum(one.asked for one in said) == 2
    assert "verdict" not in str(document(found, telling=True))


def test_export_tells_how_blind_the_round_was(store, contest, tmp_path):
    """The report on blindness goes where battles are open, as a few guesses could lead to a voter's teams."""
    arena = signed_arena(store, changed(contest, openings=Openings.AUDITORS), tmp_path)
    cast_many(arena)

    evaluators_of(arena).export(tmp_path / "public", silent)
    evaluators_of(arena).export(tmp_path / "auditors", silent, for_auditors=True)

    assert not (tmp_path / "public/blindness.json").exists()
    told = json.loads((tmp_path / "auditors/blindness.json").read_text("utf-8"))
    assert (told["battles"], told["votes"]) == (40, 40)
    manifest = json.loads((tmp_path / "auditors/manifest.json").read_text("utf-8"))
    assert "blindness.json" in manifest["files"]


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


@pytest.mark.parametrize("quorum", [0, 1])
def test_witnesses_have_still_to_sign(store, contest, tmp_path, quorum):
    """An export whose last checkpoint lacks the witnesses that the rules ask for says so."""
    watched = changed(contest, witnesses=Witnesses((WITNESS.vkey,), quorum))
    arena = signed_arena(store, watched, tmp_path)
    surely(lifecycle(arena).close)

    written = evaluators_of(arena).export(tmp_path / "out", silent)

    assert written.waits_for_witnesses is (quorum == 1)
