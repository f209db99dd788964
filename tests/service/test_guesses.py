"""Guesses of who answered: taken once the vote is cast, kept apart from it, erased with her words."""

from dataclasses import replace

import pytest

from arena.contest.battle import Side, Stage
from arena.contest.feedback import DONT_KNOW, Feedback, Reason
from arena.contest.rules import Reveal, Verdict
from arena.errors import AlreadyVoted, BadRequest, NotACitizen, NotAtThisStage, NotFound, RoundNotOpen
from arena.service.citizens import Citizens
from arena.service.public import Public
from arena.store import guesses
from tests.reporting.ballots import newcomer, seats_of
from tests.service.test_citizens import answered, ask


def guess(arena, a=0, b=1):
    """A guess by places in the roster; None is "I do not know"."""
    ids = arena.contest.roster.ids
    return {side: DONT_KNOW if at is None else ids[at] for side, at in zip(Side, (a, b), strict=True)}


def kept(arena):
    with arena.store.reading() as connection:
        return list(guesses.all_guesses(connection, arena.contest.rules.round_id))


def test_guess_beside_a_vote(arena, voter):
    """A guess is kept beside the vote, with who really sat there, and she sees it again."""
    battle = answered(arena, voter)

    arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena))

    assert arena.citizens.battle(battle.id, voter).guess == guess(arena)
    assert kept(arena) == [guesses.Guessed(voter, seats_of(arena, battle), guess(arena))]


def test_guess_later(arena, voter):
    """A guess that comes after the vote changes neither receipt nor what was said; the last one counts."""
    battle = answered(arena, voter)
    said = Feedback({Side.A: (Reason.CLEAR,), Side.B: ()}, "좋았어요")
    first = arena.citizens.cast_vote(battle.id, voter, Verdict.A, said)
    assert arena.citizens.battle(battle.id, voter).guess is None

    arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena))
    again = arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena, None, 2))

    view = arena.citizens.battle(battle.id, voter)
    assert (again, view.feedback, view.guess) == (first, said, guess(arena, None, 2))


def test_silence_keeps_a_guess(arena, voter):
    """What is said later without a guess leaves the guess as it is."""
    battle = answered(arena, voter)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena))

    arena.citizens.cast_vote(battle.id, voter, Verdict.A, Feedback(comment="그리고요"))

    assert arena.citizens.battle(battle.id, voter).guess == guess(arena)


@pytest.mark.parametrize("stranger", ["nobody", "A", " ", "\x00", "굴렁쇠"])
def test_unknown_contestant(arena, voter, stranger):
    """A guess that names nobody of the roster by id is refused, and no vote is cast by it."""
    battle = answered(arena, voter)

    with pytest.raises(BadRequest):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess={Side.A: stranger, Side.B: DONT_KNOW})

    assert arena.citizens.battle(battle.id, voter).stage is Stage.OPEN


def test_only_with_a_vote(arena, voter):
    """Nothing is kept of a guess whose vote is refused: too early, of another verdict, another's battle."""
    early = ask(arena, voter)
    with pytest.raises(NotAtThisStage):
        arena.citizens.cast_vote(early.id, voter, Verdict.A, guess=guess(arena))
    arena.citizens.answered(early.id, {Side.A: "가", Side.B: "나"})
    arena.citizens.cast_vote(early.id, voter, Verdict.A)
    with pytest.raises(AlreadyVoted):
        arena.citizens.cast_vote(early.id, voter, Verdict.B, guess=guess(arena))
    with pytest.raises(NotFound):
        arena.citizens.cast_vote(early.id, newcomer(arena), Verdict.A, guess=guess(arena))

    assert kept(arena) == []


def test_nothing_to_guess(arena, voter):
    """Where the rules name the teams after the vote no guess is taken, as it would be no guess."""
    rules = replace(arena.contest.rules, reveal=Reveal.AFTER_VOTE)
    round_ = replace(arena.round, contest=replace(arena.contest, rules=rules))
    citizens = Citizens(arena.store, round_, arena.secrets.get("citizen.key"), arena.clock, arena.chance)
    battle = answered(arena, voter)

    with pytest.raises(BadRequest):
        citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena))


def test_not_after_the_close(arena, voter):
    """Once the round is closed, and teams may be named, no guess is taken any more."""
    battle = answered(arena, voter)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    arena.clock.now = arena.contest.rules.closes

    with pytest.raises(RoundNotOpen):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena))


def test_erased(arena, voter):
    """Who erases her record erases her guesses, and nobody else's."""
    mine, other = answered(arena, voter), answered(arena, newcomer(arena))
    for battle in (mine, other):
        arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A, guess=guess(arena))

    arena.citizens.erase(voter)

    assert [one.voter for one in kept(arena)] == [other.voter]
    with pytest.raises(NotACitizen):
        arena.citizens.cast_vote(mine.id, voter, Verdict.A, guess=guess(arena))


def test_withdrawn(arena, voter):
    """A guess beside a vote that was taken back counts no more."""
    battle = answered(arena, voter)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=guess(arena))

    arena.citizens.erase(voter, withdraw=True)

    assert kept(arena) == []


def test_entrants(arena):
    """Whom a citizen may guess is one list for everybody, by team and name."""
    listed = Public(arena.store, arena.round, arena.clock).entrants()

    assert {one.id for one in listed} == set(arena.contest.roster.ids)
    assert [(one.team, one.name) for one in listed] == sorted((one.team, one.name) for one in listed)
