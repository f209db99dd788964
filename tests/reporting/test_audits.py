"""Programs that try to tell contestants apart: they find what was planted, and nothing where nothing is."""

from dataclasses import replace
from random import Random

import pytest

from arena.contest.battle import Side
from arena.reporting.audited import PERMUTATIONS, Audit, TooFew
from arena.reporting.audits import (
    FEWEST,
    FOLDS,
    SEED,
    TELLING,
    audit_lengths,
    audit_moments,
    audit_texts,
    readings,
)
from tests.reporting.transcripts import TEAMS, battle, battles

TELLTALE = {"alder": "결론적으로", "birch": "글쎄요", "cedar": "안녕하세요"}
AUDITS = (audit_texts, audit_moments, audit_lengths)


def known_by_heart(team, question):
    """What a contestant always says to a question, in words that nobody says to another."""
    chance = Random(f"{team} {question}")
    return " ".join(f"{chance.getrandbits(40):x}" for _ in range(5))


def silent():
    """Nobody watches."""


def audited(audit, found):
    return audit(readings(found), TEAMS, silent)


def test_telltale_words():
    """Contestants who have words of their own are told apart, and these words are named to the operator."""
    found = audited(audit_texts, battles(90, telltale=TELLTALE))

    assert found.is_told
    assert found.lower > 0.8
    assert all(any(TELLTALE[team] in piece for piece in found.telling[team]) for team in TEAMS)
    assert all(len(pieces) <= TELLING for pieces in found.telling.values())


def test_style():
    """Contestants who share all their words, and use some of them more often, are told apart as well."""
    found = audited(audit_texts, battles(90, leaning=3))

    assert found.is_told
    assert found.lower > 0.5


def test_one_contestant_tells():
    """Where one contestant alone gives itself away, it is the one that is found."""
    found = audited(audit_texts, battles(120, telltale={"cedar": TELLTALE["cedar"]}))

    assert found.is_told
    assert found.found["cedar"] > 0.8
    assert max(found.found["alder"], found.found["birch"]) < 0.7


@pytest.mark.parametrize("audit", AUDITS)
def test_nothing_to_tell(audit):
    """Contestants who differ in nothing are named by chance, and the interval covers it."""
    found = audited(audit, battles(120, seed=4))

    assert not found.is_told
    assert found.lower <= found.chance <= found.upper
    assert found.chance == pytest.approx(1 / 3)
    assert len(found.shuffled) == PERMUTATIONS
    assert sum(found.shuffled) / PERMUTATIONS == pytest.approx(found.chance, abs=0.05)


def test_times_that_tell():
    """Where one contestant is slow, times tell, though both sides have the same."""
    found = audited(audit_moments, battles(90, pace={"cedar": 20.0}))

    assert found.is_told
    assert found.telling == {}
    assert not audited(audit_texts, battles(90, pace={"cedar": 20.0})).is_told


def test_lengths_that_tell():
    """Where one contestant writes more, lengths tell."""
    long = {"birch": "그리고 " * 40}

    assert audited(audit_lengths, battles(90, telltale=long)).is_told


def test_known_by_heart():
    """Who has learnt replies by heart gains nothing: replies to one question are never parted."""
    asked, told = 20, battles(80, asked=20)
    known = [
        replace(
            one,
            # The same question however it is typed.
            prompts=(one.prompts[0] if at % 2 else f"  «{one.prompts[0]}?»\n",),
            replies={side: (known_by_heart(one.seats[side], at % asked),) for side in Side},
        )
        for at, one in enumerate(told)
    ]

    found = audited(audit_texts, known)

    assert found.questions == asked
    assert not found.is_told


def test_same_figures():
    """The same replies give the same figures."""
    told = battles(30, telltale=TELLTALE)

    assert [audited(audit, told) for audit in AUDITS] == [audited(audit, told) for audit in AUDITS]


def test_two_contestants():
    """Two contestants are enough."""
    told = [one for one in battles(150, telltale=TELLTALE) if "cedar" not in one.seats.values()]

    found = audit_texts(readings(told), TEAMS[:2], silent)

    assert found.is_told
    assert set(found.telling) == {"alder", "birch"}


@pytest.mark.parametrize("audit", AUDITS)
def test_too_few_replies(audit):
    """Where a contestant has too few replies no figure is given, and how many are needed is said."""
    few = audited(audit, battles(28))
    enough = audited(audit, battles(30))

    assert few == TooFew("replies of a contestant", 18, FEWEST)
    assert isinstance(enough, Audit)


def test_too_few_questions():
    """Replies to a handful of questions tell nothing of others."""
    assert audited(audit_texts, battles(60, asked=4)) == TooFew("different questions", 4, FOLDS)


def test_erased_battles_are_not_read():
    """Of a battle whose texts are erased nothing is read."""
    kept = battle(TEAMS[:2])
    erased = battle(TEAMS[1:], prompt="", replies=("", ""))

    assert [one.contestant for one in readings([erased, kept])] == ["alder", "birch"]


def test_watched():
    """Whoever watches hears of each fit."""
    heard = []

    audit_lengths(readings(battles(30)), TEAMS, lambda: heard.append(SEED))

    assert len(heard) == 1 + PERMUTATIONS
