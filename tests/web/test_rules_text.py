"""The rules as citizens read them."""

from dataclasses import replace

import pytest

from arena.contest.roster import Roster
from arena.service.public import Public
from arena.web.pages.build import rules_text


@pytest.fixture
def contest(contest):
    """A round with controls, in which one contestant is a reference."""
    *others, last = contest.roster.contestants
    rules = replace(contest.rules, controls=3)
    return replace(contest, rules=rules, roster=Roster((*others, replace(last, reference=True))))


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "기준 모델(부지깽이)"), ("en", "reference model (부지깽이)")]
)
def test_references_are_announced(arena, language, words):
    """Whoever reads the rules learns who is a reference, and that votes on it never score."""
    view = Public(arena.store, arena.round, arena.clock).round_view()
    alone = replace(view, references=())

    assert words in rules_text(view, language)
    assert words not in rules_text(alone, language)
    assert "3" in rules_text(alone, language)
