from arena.contest.battle import Side
from arena.contest.feedback import Feedback


def test_a_vote_needs_nothing_more():
    """A citizen who only votes has said nothing of either side."""
    silent = Feedback()

    assert silent.reasons == dict.fromkeys(Side, ())
    assert silent.guess == dict.fromkeys(Side, "")
    assert not silent.comment


def test_silence_is_not_shared():
    """What one citizen says never shows up in another's feedback."""
    Feedback().guess[Side.A] = "one"

    assert not Feedback().guess[Side.A]
