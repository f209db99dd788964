import pytest

from arena.contest.battle import Side
from arena.contest.feedback import MAX_COMMENT, Feedback, Reason, check_guess, clean_comment
from arena.errors import BadRequest


def test_a_vote_needs_nothing_more():
    """A citizen who only votes has said nothing of either side."""
    silent = Feedback()

    assert silent.reasons == dict.fromkeys(Side, ())
    assert not silent.comment


def test_silence_is_not_shared():
    """What one citizen says never shows up in another's feedback."""
    Feedback().reasons[Side.A] = (Reason.CLEAR,)

    assert not Feedback().reasons[Side.A]


def test_comment_is_kept_readable():
    """A comment is kept as it was written, without what no reader could see."""
    kept = clean_comment("  \u202e좋아요\x00\r\n고맙습니다 ")

    assert kept == "좋아요\n고맙습니다"


def test_longest_comment():
    """A comment may be as long as the limit and not one character longer."""
    assert clean_comment("가" * MAX_COMMENT) == "가" * MAX_COMMENT

    with pytest.raises(BadRequest):
        clean_comment("가" * (MAX_COMMENT + 1))


def test_guess_of_the_roster(contest):
    """A guess names contestants by id, the same one twice if she likes, or nobody."""
    roster = contest.roster
    first, second = roster.ids[:2]
    for named in ((first, second), (first, first), ("", second), ("", "")):
        check_guess(dict(zip(Side, named, strict=True)), roster)

    with pytest.raises(BadRequest):
        check_guess({Side.A: first, Side.B: "stranger"}, roster)
