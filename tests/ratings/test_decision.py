"""What the votes can carry about the last place."""

import json
from random import Random

import pytest

from ratings.counts import Board, tally
from ratings.decision import Certainty, Decision, Thresholds, decide
from ratings.errors import BadSettings
from ratings.influence import last_place
from ratings.simulate import World, plan, play
from ratings.standings import rated


def board_of(seed: int, battles: int, *strengths: float) -> Board:
    chance = Random(seed)
    world = World(dict(zip(["가람", "나래", "다온"], strengths, strict=True)))
    return tally(vote.as_row() for vote in play(chance, world, plan(chance, battles=battles, voters=100)))


def decided(board: Board, thresholds: Thresholds | None = None) -> Decision:
    found = rated(board)
    return decide(board, found.strengths, found.ranks, thresholds=thresholds)


def test_supported():
    """A contestant far behind all others is last, and both languages say so."""
    said = decided(board_of(1, 2_000, 0.5, 0.3, -0.8))

    assert said.certainty is Certainty.SUPPORTED
    assert (said.last, said.rivals) == ("다온", ())
    assert said.english.startswith("The votes support the last place of 다온")
    assert said.korean.startswith("투표가 최하위를 뒷받침합니다: 다온")
    assert "95%" in said.english


def test_statistical_tie():
    """Among equals the last place is a tie, and its rivals are named."""
    said = decided(board_of(2, 300, 0.0, 0.0, 0.0))

    assert said.certainty is Certainty.TIE
    assert len(said.rivals) == 2
    assert all(name in said.english and name in said.korean for name in (*said.rivals, said.last))
    assert "statistical tie" in said.english
    assert "통계적 동률" in said.korean


def test_indicative():
    """Likely and hard to change, and not proved: indicated."""
    board = board_of(8, 900, 0.6, 0.0, -0.22)
    easy = Thresholds(chance=0.6, voters=2, share=0.0)

    said = decided(board, easy)

    assert said.rivals == ("나래",)
    assert said.certainty is Certainty.INDICATIVE
    assert "indicate but do not prove" in said.english
    assert "시사하지만 증명하지는 않습니다" in said.korean
    assert f"{said.voters_to_change} of 100 voters" in said.english


@pytest.mark.parametrize("hard", [Thresholds(chance=1.0, voters=2), Thresholds(chance=0.6, voters=99)])
def test_both_thresholds_count(hard: Thresholds):
    """What misses one threshold is not indicated."""
    assert decided(board_of(8, 900, 0.6, 0.0, -0.22), hard).certainty is Certainty.TIE


def test_numbers_are_those_of_the_influence():
    """The decision says the least numbers of all rivals, and takes them if they are known already."""
    board = board_of(3, 400, 0.3, 0.0, -0.2)
    found = rated(board)
    fragile = last_place(board, found.strengths)

    said = decide(board, found.strengths, found.ranks, fragile=fragile)

    assert said == decided(board)
    assert said.votes_to_change == min(one.fewest_votes.count for one in fragile)
    assert said.votes_at_least <= said.votes_to_change
    assert said.voters_at_least <= said.voters_to_change
    assert said.voters_to_change == min(one.fewest_voters.count for one in fragile)


def test_json():
    """The JSON of a decision carries its facts and both sentences."""
    said = decided(board_of(4, 400, 0.3, 0.0, -0.2))

    read = json.loads(json.dumps(said.to_json()))

    assert read["certainty"] == said.certainty
    assert (read["english"], read["korean"]) == (said.english, said.korean)


def test_voters_needed():
    """At least thirty voters, and at least two in a hundred."""
    assert [Thresholds().voters_of(number) for number in (10, 1_500, 1_501, 10_000)] == [30, 30, 31, 200]


@pytest.mark.parametrize("wrong", [{"chance": 1.1}, {"share": -0.1}, {"voters": -1}])
def test_thresholds_out_of_bounds(wrong: dict):
    """Thresholds that cannot be are refused."""
    with pytest.raises(BadSettings, match="out of bounds"):
        Thresholds(**wrong)


def test_nothing_is_written_as_certain():
    """A chance just below one is not written as 100 percent."""
    facts = ("나래",), 3, 2, 3, 1, 30, 100, 0.95
    sure, unsure = (Decision(Certainty.TIE, "다온", chance, *facts) for chance in (0.9996, 0.54))

    assert "probability of >99%" in sure.english
    assert "확률이 54%" in unsure.korean
