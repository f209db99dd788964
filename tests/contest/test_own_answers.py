"""A team's own answers: what is asked for when nothing is said, and what is shown before anything is told."""

from dataclasses import astuple

from arena.contest.own_answers import Answer, Wanted


def test_nothing_said_wants_all():
    """A team that names no filter asks for every answer of its own."""
    assert not any(astuple(Wanted()))


def test_nothing_told_is_empty():
    """An answer of which nothing may be told yet shows neither reasons nor comment nor verdict."""
    shown = Answer("law", "ko", "open", 1, "질문", "답")

    assert (shown.reasons, shown.comment, shown.verdict) == ((), "", "")
