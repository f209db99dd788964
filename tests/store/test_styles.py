"""Styles: what differs between two replies is counted in the database as it stands in them."""

from arena.contest.battle import Side
from arena.contest.rules import Verdict
from arena.store.styles import TERMS, styles
from tests.reporting.ballots import cast_many, newcomer, seats_of


def read(arena, most=100):
    with arena.store.reading() as connection:
        return list(styles(connection, arena.contest.rules.round_id, arena.contest.scoring, most))


def test_differences(arena):
    """Length, bold type, lists and headings of A less those of B are counted over all turns."""
    voter = newcomer(arena)
    opened = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "law", "ko")
    seats = seats_of(arena, opened)
    long, plain = "답 **굵게** 그리고 **또**\n- 하나\n- 둘\n# 제목", "짧은 답"
    arena.citizens.answered(opened.id, {Side.A: long, Side.B: plain})
    arena.citizens.cast_vote(opened.id, voter, Verdict.A)

    (one,) = read(arena)

    assert dict(zip(TERMS, one.differences, strict=True)) == {
        "length": len(long) - len(plain),
        "bold": 4,
        "lists": 2,
        "headings": 1,
    }
    assert (one.side_a, one.side_b) == (seats[Side.A], seats[Side.B])
    assert (one.voter, one.verdict) == (voter, "a")


def test_erased_and_most(arena):
    """Erased texts are not read, and no more votes than asked for."""
    said = cast_many(arena, voters=3, each=2)

    assert len(read(arena)) == 6
    assert len(read(arena, most=4)) == 4
    arena.citizens.erase(said[0][0])
    assert len(read(arena)) == 4
