"""Notices: what the operator tells everybody, and what he cannot tell."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from arena.errors import BadRequest, NotPermitted
from arena.service.notices import MOST_SHOWN, Notices
from tests.audited import OPERATOR, OTHERS, Remembering

SAID = ("22시에 10분 동안 점검합니다.", "We pause at 22:00 for ten minutes.")


@pytest.fixture
def audit():
    """What was put on record."""
    return Remembering()


@pytest.fixture
def notices(arena, audit):
    """Notices of the arena."""
    return Notices(arena.store, arena.contest.roster, arena.clock, audit)


def soon(arena, **duration):
    """A moment from now."""
    return arena.clock() + timedelta(**(duration or {"hours": 1}))


def test_shown_until(arena, notices):
    """A notice is shown from the moment it is written until its own."""
    notices.write(OPERATOR, *SAID, "warning", soon(arena))
    before = [one.notice.ko for one in notices.shown()]
    arena.clock.advance(minutes=61)

    assert before == [SAID[0]]
    assert notices.shown() == ()


def test_withdrawn(arena, notices, audit):
    """A notice that is withdrawn is gone at once; both acts are on record, with what was said."""
    made = notices.write(OPERATOR, *SAID, "info", soon(arena))
    notices.withdraw(OPERATOR, made.id)

    assert notices.shown() == ()
    assert [(act, after.get("ko") or before["ko"]) for _, act, before, after in audit.acts] == [
        ("write_notice", SAID[0]),
        ("withdraw_notice", SAID[0]),
    ]
    assert [one.withdrawn for one in notices.listed(OPERATOR)] == [True]


@pytest.mark.parametrize("staff", OTHERS, ids=lambda one: one.role)
def test_operators_only(arena, notices, audit, staff):
    """Nobody but an operator writes, withdraws or lists notices."""
    made = notices.write(OPERATOR, *SAID, "info", soon(arena))
    attempts = (
        lambda: notices.write(staff, *SAID, "info", soon(arena)),
        lambda: notices.withdraw(staff, made.id),
        lambda: notices.listed(staff),
    )
    for attempt in attempts:
        with pytest.raises(NotPermitted):
            attempt()

    assert len(notices.shown()) == len(audit.acts) == 1


@pytest.mark.parametrize("place", [0, 1])
def test_names_nobody(arena, notices, place):
    """A notice names no contestant, however the name is written: it would tell whose server is away."""
    for one in arena.contest.roster.contestants:
        for name in (one.team, one.name, *one.aliases, " ".join(one.name)):
            said = list(SAID)
            said[place] = f"{name}의 서버를 점검합니다."
            with pytest.raises(BadRequest, match="notice_named"):
                notices.write(OPERATOR, *said, "info", soon(arena))

    assert notices.shown() == ()


@pytest.mark.parametrize(
    ("ko", "en", "level", "hours"),
    [
        ("", "x", "info", 1),
        ("x", " \n\t", "info", 1),
        ("가" * 301, "x", "info", 1),
        ("x", "x" * 100_000, "info", 1),
        ("x", "x", "alarm", 1),
        ("x", "x", "", 1),
        ("x", "x", "info", -1),
        ("x", "x", "info", 0),
        ("x", "x", "info", 24 * 31),
    ],
)
def test_refused(arena, notices, ko, en, level, hours):
    """A notice that is empty, too long, of no level or of no time is refused, and nothing is shown."""
    with pytest.raises(BadRequest):
        notices.write(OPERATOR, ko, en, level, soon(arena, hours=hours))

    assert notices.shown() == ()


def test_one_line(arena, notices):
    """A notice is one line of what can be seen: no breaks, no characters that turn the text around."""
    made = notices.write(OPERATOR, " 점검\n\u202e합니다\x00 ", "Soon.", "info", soon(arena))

    assert made.notice.ko == "점검 합니다"


def test_no_more_than_are_read(arena, notices):
    """More notices than anybody reads are not shown at once; one that is over makes room."""
    for _ in range(MOST_SHOWN):
        notices.write(OPERATOR, *SAID, "info", soon(arena))
    with pytest.raises(BadRequest):
        notices.write(OPERATOR, *SAID, "info", soon(arena))
    arena.clock.advance(hours=2)
    notices.write(OPERATOR, *SAID, "info", soon(arena))

    assert len(notices.shown()) == 1


def test_withdrawn_twice(arena, notices):
    """What is not shown cannot be withdrawn."""
    made = notices.write(OPERATOR, *SAID, "info", soon(arena))
    notices.withdraw(OPERATOR, made.id)

    with pytest.raises(BadRequest):
        notices.withdraw(OPERATOR, made.id)


def test_database_away(arena, notices):
    """While the database is away the last known notices stay where they are."""
    notices.write(OPERATOR, *SAID, "info", soon(arena))
    before = notices.shown()
    with arena.store.writing() as connection:
        connection.execute(text("ALTER TABLE notices RENAME TO elsewhere"))
    arena.clock.advance(seconds=10)

    assert notices.shown() == before
