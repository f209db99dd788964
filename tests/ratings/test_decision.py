"""What the votes can carry about the last place."""

import json
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import BothBad
from ratings.counts import Board, tally
from ratings.decision import Certainty, Decision, Thresholds, decide
from ratings.errors import BadSettings
from ratings.influence import Fragility, last_place
from ratings.simulate import World, plan, play
from ratings.standings import Rated, Settings, rated


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


@given(st.integers(0, 10**6), st.integers(0, 10**9))
def test_a_share_is_meant_in_decimals(millionths: int, all_voters: int):
    """A share of so many millionths takes that many of a million voters, and not one more in binary."""
    asked = Thresholds(voters=0, share=millionths / 10**6)

    assert asked.voters_of(all_voters) == -(-millionths * all_voters // 10**6)


@pytest.mark.parametrize("wrong", [{"chance": 1.1}, {"share": -0.1}, {"voters": -1}, {"votes": -1}])
def test_thresholds_out_of_bounds(wrong: dict):
    """Thresholds that cannot be are refused."""
    with pytest.raises(BadSettings, match="out of bounds"):
        Thresholds(**wrong)


def test_too_few_votes():
    """One vote short of the rules nothing is decided, nobody is named, and both numbers are said."""
    board = board_of(1, 2_000, 0.5, 0.3, -0.8)

    enough, too_few = (decided(board, Thresholds(votes=votes)) for votes in (2_000, 2_001))

    assert enough.certainty is Certainty.SUPPORTED
    assert too_few.certainty is Certainty.TIE
    for sentence in (too_few.english, too_few.korean):
        assert "2,000" in sentence
        assert "2,001" in sentence
        assert not any(name in sentence for name in board.pairs.names)
    assert "too few votes" in too_few.english
    assert "통계적 동률" in too_few.korean


def test_votes_that_do_not_count():
    """Votes that the fit leaves out are none of those that a decision takes."""
    board = board_of(1, 2_000, 0.5, 0.3, -0.8)
    found = rated(board, Settings(both_bad=BothBad.DROPPED))

    said = decide(board, found.strengths, found.ranks, thresholds=Thresholds(votes=2_000))

    assert said.votes == found.standings.votes < 2_000
    assert said.certainty is Certainty.TIE


BOARDS = (
    board_of(1, 2_000, 0.5, 0.3, -0.8),
    board_of(2, 300, 0.0, 0.0, 0.0),
    board_of(8, 900, 0.6, 0.0, -0.22),
)
SURER = (Certainty.TIE, Certainty.INDICATIVE, Certainty.SUPPORTED)


@cache
def fitted(place: int) -> tuple[Rated, tuple[Fragility, ...]]:
    """One of the boards, rated, and how fragile its last place is."""
    found = rated(BOARDS[place])
    return found, last_place(BOARDS[place], found.strengths)


def said_of(place: int, thresholds: Thresholds) -> Decision:
    """What is decided of one of the boards."""
    found, fragile = fitted(place)
    return decide(BOARDS[place], found.strengths, found.ranks, thresholds=thresholds, fragile=fragile)


PLACES = st.sampled_from(range(len(BOARDS)))
SHARES = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
THRESHOLDS = st.builds(Thresholds, SHARES, st.integers(0, 100), SHARES, st.integers(0, 3_000))


@given(PLACES, THRESHOLDS, THRESHOLDS)
def test_stricter_rules_decide_no_more(place: int, one: Thresholds, other: Thresholds):
    """Where every threshold is as high or higher, the votes never carry more."""
    highest = Thresholds(
        max(one.chance, other.chance),
        max(one.voters, other.voters),
        max(one.share, other.share),
        max(one.votes, other.votes),
    )

    assert SURER.index(said_of(place, highest).certainty) <= SURER.index(said_of(place, one).certainty)


@given(PLACES, THRESHOLDS)
def test_the_number_of_votes_decides_nothing_else(place: int, asked: Thresholds):
    """With votes enough it is as if none had been asked for; with too few it is a tie, whatever the rest."""
    said, free = said_of(place, asked), said_of(place, replace(asked, votes=0))

    assert said.certainty is (free.certainty if said.votes >= asked.votes else Certainty.TIE)
    assert replace(said, certainty=free.certainty, votes_needed=0) == free
    assert (said.english == free.english) is (said.korean == free.korean) is said.has_votes


def test_nothing_is_written_as_certain():
    """A chance just below one is not written as 100 percent."""
    facts = ("나래",), 3, 2, 3, 1, 30, 100, 0, 500, 0.95
    sure, unsure = (Decision(Certainty.TIE, "다온", chance, *facts) for chance in (0.9996, 0.54))

    assert "probability of >99%" in sure.english
    assert "확률이 54%" in unsure.korean
