"""Notices: what an operator may say to all citizens, and what never becomes a notice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.blinding import Mask
from arena.contest.notice import LONGEST, MAX_NOTICE, Level, Notice, notice_of
from arena.errors import BadRequest

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
NAMES = Mask(("수수깡", "Susukkang-7B"), ("뒤뜰 공작소",))


def made(ko="곧 점검합니다.", en="Maintenance soon.", level="info", until=SOON):
    return notice_of(ko, en, level, until, NOW, NAMES)


def test_what_is_said():
    """A notice is one line in each language, of a level, until a moment."""
    notice = made("곧\n점검합니다.", "  Maintenance   soon. ", "warning")

    assert notice == Notice("곧 점검합니다.", "Maintenance soon.", Level.WARNING, SOON)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"level": "panic"}, "notice_level"),
        ({"until": NOW}, "notice_until"),
        ({"until": NOW + LONGEST + timedelta(seconds=1)}, "notice_until"),
        ({"ko": " \n\u200b "}, "notice_empty"),
        ({"en": ""}, "notice_empty"),
        ({"en": "x" * (MAX_NOTICE + 1)}, "notice_long"),
        ({"ko": "수수깡 서버를 점검합니다."}, "notice_named"),
        ({"en": "susukkang-7b is away."}, "notice_named"),
    ],
)
def test_what_cannot_be(wrong, key):
    """What is wrong with a notice is said by its key; a contestant's name is in none."""
    with pytest.raises(BadRequest) as refused:
        made(**wrong)

    assert str(refused.value) == key


@given(st.text(max_size=2 * MAX_NOTICE))
def test_any_text(text):
    """Whatever is typed becomes one line that can be shown, or is refused."""
    try:
        line = made(ko=text).ko
    except BadRequest:
        return

    assert 0 < len(line) <= MAX_NOTICE
    assert line == " ".join(line.split())
    assert made(ko=line).ko == line
