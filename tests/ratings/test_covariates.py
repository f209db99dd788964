"""Strengths with style held equal."""

import numpy as np
import pytest

from ratings.bradley_terry import BothBad, Ties, convention_of, fit, posed
from ratings.coded import Coded
from ratings.columns import count_columns
from ratings.comparisons import Comparisons
from ratings.counts import VERDICTS
from ratings.covariates import StyledVotes, cr1_styles, fit_styles, sandwich_styles, styled
from ratings.errors import BadOutcome, NotConnected, NotConverged, NotEnoughVoters
from ratings.grouping import seats
from ratings.uncertainty import cr1, sandwich
from ratings.vote_lines import PART

NAMES = ("alder", "birch", "cedar", "duru")
TRUTH = np.array([0.5, 0.2, -0.1, -0.6])
SPREAD = 300.0


def played(votes: int, seed: int = 1, weight: float = 0.5, side: float = 0.0) -> dict:
    """Votes that longer replies and side A sway: columns of outcomes and the difference in length."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 4, votes)
    b = (a + rng.integers(1, 4, votes)) % 4
    length = SPREAD * rng.standard_normal(votes) + 150 * (TRUTH[a] - TRUTH[b])
    p = 1 / (1 + np.exp(TRUTH[b] - TRUTH[a] - weight * length / SPREAD - side))
    torn = 0.4 * p * (1 - p)
    drawn = rng.random(votes)
    verdict = np.where(drawn < p - torn, 0, np.where(drawn < p + torn, 2 + rng.integers(0, 2, votes), 1))
    voters = [f"v{number:03}" for number in range(200)]
    return {
        "a": Coded(a, NAMES),
        "b": Coded(b, NAMES),
        "verdict": Coded(verdict, VERDICTS),
        "differences": {"length": length},
        "voter": Coded(rng.integers(0, 200, votes), voters),
    }


def sample(votes: int = 4_000, **settings: float) -> StyledVotes:
    return styled(**played(votes, **settings))


def test_style_is_taken_out():
    """The fit finds strengths and what length is worth; without it, length passes for skill."""
    votes = sample(60_000)

    found = fit_styles(votes)
    plain = fit(votes.board.pairs)

    assert found.values == pytest.approx(TRUTH, abs=0.05)
    assert found.coefficients[0] / votes.spreads[0] == pytest.approx(0.5 / SPREAD, rel=0.05)
    assert plain.values[0] - TRUTH[0] > 0.05
    assert found.terms == ("length",)


@pytest.mark.parametrize("ties", list(Ties))
def test_side_beside_style(ties: Ties):
    """What side A is worth is found beside the style, under every tie model."""
    found = fit_styles(sample(60_000, side=0.3), ties=ties, side=True)

    assert found.side == pytest.approx(0.3, rel=0.35)
    assert len(found.coefficients) == 1


def test_a_style_that_says_nothing():
    """A style that is worth nothing leaves the strengths as they are."""
    votes = sample(20_000, weight=0.0)

    found, plain = fit_styles(votes), fit(votes.board.pairs)

    assert found.coefficients[0] == pytest.approx(0, abs=0.06)
    assert found.values == pytest.approx(plain.values, abs=0.03)


def test_units():
    """Length in letters or in thousands of them is one length."""
    letters, thousands = played(2_000), played(2_000)
    thousands["differences"] = {"length": letters["differences"]["length"] / 1_000}

    one, other = fit_styles(styled(**letters)), fit_styles(styled(**thousands))

    assert one.coefficients == pytest.approx(other.coefficients, rel=1e-12)


def test_sides_swapped():
    """Swapping sides, verdicts and the sign of the difference changes nothing."""
    votes = played(2_000)
    turned = {
        **votes,
        "a": votes["b"],
        "b": votes["a"],
        "verdict": Coded(np.array([1, 0, 2, 3])[votes["verdict"].codes], VERDICTS),
        "differences": {"length": -votes["differences"]["length"]},
    }

    assert fit_styles(styled(**turned)).values.tobytes() == fit_styles(styled(**votes)).values.tobytes()


@pytest.mark.parametrize("weight", [0.5, 40.0])
def test_styles_that_decide(weight: float):
    """Whether style sways a little or nearly decides, the fit ends at its maximum, which it says."""
    votes = sample(4_000, weight=weight)

    found = fit_styles(votes)
    again = fit_styles(votes, tolerance=1e-13)

    assert found.coefficients[0] > 0.4
    assert found.coefficient_vector() == pytest.approx(again.coefficient_vector(), rel=1e-9, abs=1e-9)


def test_more_votes_than_are_looked_at_together():
    """However many the votes, the fit ends at its maximum."""
    votes = sample(2 * PART + 1)

    found = fit_styles(votes)
    again = fit_styles(votes, tolerance=1e-13)

    assert found.coefficient_vector() == pytest.approx(again.coefficient_vector(), abs=1e-11)


@pytest.mark.parametrize("with_voters", [True, False])
def test_the_board_of_styled_votes(with_voters: bool):
    """Votes with styles are the same board as votes without; without voters, each vote is one."""
    columns = played(500)
    del columns["differences"]
    if not with_voters:
        del columns["voter"]

    board = styled(**columns, differences={"length": np.arange(500.0)}).board

    assert board.pairs == count_columns(**columns).pairs
    assert not with_voters or board == count_columns(**columns)
    assert with_voters or len(board.voters.voters) == 500


def test_who_is_first():
    """In each vote the first of two is who was preferred, or whose name comes first where nobody was."""
    said = Coded(np.array([0, 1, 2, 3]), VERDICTS)
    votes = styled(["x"] * 4, ["a"] * 4, said, {"length": np.array([1.0, 2.0, 3.0, 4.0])})

    a, b, verdict = seats(votes.cell, 2)
    assert [(votes.pairs.names[one], votes.pairs.names[two]) for one, two in zip(a, b, strict=True)] == [
        ("a", "x"),
        ("x", "a"),
        ("a", "x"),
        ("a", "x"),
    ]
    assert verdict.tolist() == [0, 0, 2, 3]
    assert votes.seat.tolist() == [-1, 1, -1, -1]
    assert (votes.differences * votes.spreads).ravel() == pytest.approx([-2, 1, -3, -4])
    assert votes.reach * votes.spreads == pytest.approx([4])


@pytest.mark.parametrize("weight", [0.5, 5.0, 40.0])
@pytest.mark.parametrize("ties", list(Ties))
def test_the_summit(ties: Ties, weight: float):
    """At the end no coefficient has a slope, as votes one by one say."""
    votes = sample(3_000, weight=weight, side=0.2)

    found = fit_styles(votes, ties=ties, side=True)

    problem = posed(votes.pairs, convention_of(found))
    a, b, verdict = seats(votes.cell, 4)
    kinds = (verdict == 0, verdict == 1, verdict >= 2)
    won, lost, tied = (kind.astype(float) for kind in kinds)
    lines = Comparisons(4, a, b, won, lost, tied, np.stack([votes.seat, votes.differences[0]]))
    slope = lines.gradient(problem.model, found.coefficient_vector())
    assert found.inverse_information @ slope == pytest.approx(np.zeros(len(slope)), abs=1e-10)


def test_shuffled_votes():
    """The order of the votes changes no more than the last digits."""
    columns = played(2_000)
    order = np.random.default_rng(3).permutation(2_000)
    shuffled = {
        name: Coded(columns[name].codes[order], columns[name].labels) for name in ("a", "b", "verdict")
    }

    one = fit_styles(styled(**columns))
    other = fit_styles(styled(**shuffled, differences={"length": columns["differences"]["length"][order]}))

    assert other.coefficient_vector() == pytest.approx(one.coefficient_vector(), abs=1e-12)


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("both_bad", list(BothBad))
def test_uncertainty(ties: Ties, both_bad: BothBad):
    """With a style that says nothing, the covariances are those of the fit without it."""
    votes = sample(20_000, weight=0.0)
    found = fit_styles(votes, ties=ties, both_bad=both_bad)
    plain = fit(votes.board.pairs, ties=ties, both_bad=both_bad)

    alone, by_voter = sandwich_styles(votes, found), cr1_styles(votes, found)

    theirs = sandwich(votes.board.pairs, plain).standard_errors(), cr1(votes.board, plain).standard_errors()
    assert alone.standard_errors() == pytest.approx(theirs[0], rel=0.1)
    assert by_voter.standard_errors() == pytest.approx(theirs[1], rel=0.1)
    assert by_voter.voters == 200


def test_one_voter():
    """The votes of one voter make no interval."""
    votes = styled(**{**played(500), "voter": ["v"] * 500})

    with pytest.raises(NotEnoughVoters):
        cr1_styles(votes, fit_styles(votes))


@pytest.mark.parametrize(
    ("length", "row", "why"),
    [([1.0], 2, "the columns are not equally long"), ([1.0, np.nan], 2, "'length' is not a finite number")],
)
def test_what_is_no_difference(length: list, row: int, why: str):
    """A difference that is missing or no number is refused with its row."""
    with pytest.raises(BadOutcome) as refusal:
        styled(["x", "y"], ["y", "x"], ["a", "a"], {"length": np.array(length)})

    assert (refusal.value.row, refusal.value.why) == (row, why)


@pytest.mark.parametrize("votes", [0, 2])
def test_a_style_without_difference(votes: int):
    """Of a style that never differs nothing can be said."""
    with pytest.raises(NotConnected, match="'length' never differs"):
        styled(["x"] * votes, ["y"] * votes, ["a"] * votes, {"length": np.zeros(votes)})


def test_styles_that_are_one():
    """Two styles that always go together cannot be told apart: a refusal, not a number."""
    columns = played(500)
    length = columns["differences"]["length"]
    columns["differences"] = {"length": length, "twice": 2 * length}

    with pytest.raises(NotConverged):
        fit_styles(styled(**columns), limit=50)
