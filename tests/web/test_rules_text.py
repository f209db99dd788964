"""The rules as citizens read them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from arena.contest.roster import Roster
from arena.contest.rules import DecisionRule
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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", ("87.5% 이상", "1,234명", "전체의 3%", "표가 5,678표보다", "표가 250표보다 적은 분야")),
        (
            "en",
            ("at least 87.5%", "1,234 voters", "3% of all", "fewer than 5,678 votes", "than 250 votes"),
        ),
    ],
)
def test_what_a_verdict_takes(arena, language, said):
    """Whoever reads the rules learns what a verdict on the last place takes, in numbers."""
    view = Public(arena.store, arena.round, arena.clock).round_view()
    rule = DecisionRule(Decimal("0.875"), 1_234, Decimal("0.03"), votes=5_678, category_votes=250)
    asked = replace(view, rules=replace(view.rules, decision=rule))
    free = replace(view, rules=replace(view.rules, decision=replace(rule, votes=0, category_votes=0)))

    assert all(words in rules_text(asked, language) for words in said)
    assert not any(words in rules_text(free, language) for words in said[3:])
