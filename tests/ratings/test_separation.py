"""Terms that tell winners and losers apart are found and named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.__main__ import main
from ratings.bradley_terry import Ties, fit
from ratings.coded import Coded
from ratings.comparisons import Comparisons
from ratings.counts import LAYER, VERDICTS, PairCounts, Verdict
from ratings.covariates import StyledVotes, fit_styles, styled
from ratings.errors import Separated
from ratings.newton import Problem
from ratings.separation import AT_ONCE, check_not_separated
from ratings.tie_models import DAVIDSON, HALF

NAMES = ("alder", "birch", "cedar", "duru")
BY_LENGTH = r"told apart by 'length'$"
BY_SIDE = r"told apart by 'side'$"


def lines(seed: int, count: int = 400, styles: int = 1) -> Comparisons:
    """Seats, styles and single votes at random."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 4, count)
    second = (first + rng.integers(1, 4, count)) % 4
    said = rng.choice(3, count, p=[0.4, 0.4, 0.2])
    return Comparisons(4, first, second, *np.eye(3)[said].T, rng.normal(size=(styles, count)))


def posed(votes: Comparisons, tie_parameter: bool = False, prior: bool = False) -> Problem:
    """The climb of these votes."""
    return Problem(votes, DAVIDSON if tie_parameter else HALF, 0.1 * prior)


def told_apart(drawn: Comparisons, close: float = 0.0) -> Comparisons:
    """The first style says who wins, and that all is even where it is `close`."""
    style = drawn.terms[0]
    said = style > close, style < -close, np.abs(style) <= close
    return Comparisons(4, drawn.first, drawn.second, *np.array(said, dtype=float), drawn.terms)


@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_chance_separates_nothing(seed: int, tie_parameter: bool, prior: bool):
    """A style that has nothing to do with the votes leaves a finite estimate."""
    check_not_separated(posed(lines(seed), tie_parameter, prior), ("length",))


@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_a_style_that_always_wins(seed: int, tie_parameter: bool, prior: bool):
    """A style that tells the winner of every vote is refused by name, and no other is blamed."""
    votes = told_apart(lines(seed, styles=3), close=0.1 * tie_parameter)

    with pytest.raises(Separated, match=BY_LENGTH):
        check_not_separated(posed(votes, tie_parameter, prior), ("length", "bold", "lists"))


def test_styles_that_win_together():
    """Where two styles tell the winners together and neither alone, both are named."""
    drawn = lines(4, styles=3)
    both = (drawn.terms[0] + drawn.terms[1])[None, :]
    turned = told_apart(Comparisons(4, drawn.first, drawn.second, *drawn.votes, both))
    votes = Comparisons(4, drawn.first, drawn.second, *turned.votes, drawn.terms)

    with pytest.raises(Separated, match=r"told apart by 'length', 'bold'$"):
        check_not_separated(posed(votes), ("length", "bold", "lists"))


@pytest.mark.parametrize("prior", [False, True])
def test_strengths_with_a_style(prior: bool):
    """What only strengths and a style together tell apart is finite where a prior holds the strengths."""
    drawn = lines(7)
    ahead = drawn.second - drawn.first + 1.5 * drawn.terms[0] > 0
    votes = Comparisons(4, drawn.first, drawn.second, 1.0 * ahead, 1.0 * ~ahead, 0.0 * ahead, drawn.terms)

    if prior:
        check_not_separated(posed(votes, prior=True), ("length",))
    else:
        with pytest.raises(Separated, match=BY_LENGTH):
            check_not_separated(posed(votes), ("length",))


@pytest.mark.parametrize("tie_parameter", [False, True])
def test_ties_where_styles_are_close(tie_parameter: bool):
    """Ties wherever styles are close run off together with a tie parameter, and hold half wins in place."""
    votes = told_apart(lines(5), close=0.5)

    if tie_parameter:
        with pytest.raises(Separated, match=BY_LENGTH):
            check_not_separated(posed(votes, tie_parameter=True), ("length",))
    else:
        check_not_separated(posed(votes), ("length",))


@pytest.mark.parametrize("exceptions", [0, 1])
def test_more_lines_than_are_asked_at_once(exceptions: int):
    """Of many votes one that goes the other way is found, and where there is none, that is found too."""
    votes = told_apart(lines(6, 3 * AT_ONCE))
    turned = slice(1, 1 + exceptions)
    votes.won[turned], votes.lost[turned] = votes.lost[turned].copy(), votes.won[turned].copy()

    if exceptions:
        check_not_separated(posed(votes), ("length",))
    else:
        with pytest.raises(Separated, match=BY_LENGTH):
            check_not_separated(posed(votes), ("length",))


def test_contestants_alone():
    """Where no term is to blame, it is who was compared."""
    one = np.array([3.0]), np.array([0.0]), np.array([0.0])
    votes = Comparisons(2, np.array([0]), np.array([1]), *one, np.empty((0, 1)))

    with pytest.raises(Separated, match=r"told apart by who was compared$"):
        check_not_separated(posed(votes), ())


def side_always_wins(ties: int) -> PairCounts:
    """Everybody meets everybody, and side A wins whatever is no tie."""
    cells = np.zeros((4, 4, len(VERDICTS)), dtype=np.int64)
    cells[:, :, LAYER[Verdict.A]] = 20 - 20 * np.eye(4, dtype=np.int64)
    cells[0, 1, LAYER[Verdict.TIE]] = cells[1, 0, LAYER[Verdict.TIE]] = ties
    return PairCounts(NAMES, cells)


SEPARATED_WITH_TIES = [(Ties.HALF, 0), (Ties.DAVIDSON, 0), (Ties.DAVIDSON, 2), (Ties.RAO_KUPPER, 2)]
"""Half wins on two seats hold the side in place; a tie parameter runs off with it."""


@pytest.mark.parametrize(("ties", "drawn"), SEPARATED_WITH_TIES)
@pytest.mark.parametrize("prior", [0.0, 0.1])
def test_side_a_always_wins(ties: Ties, drawn: int, prior: float):
    """Where side A wins every vote, what it is worth has no estimate, and the refusal says so."""
    with pytest.raises(Separated, match=BY_SIDE):
        fit(side_always_wins(drawn), ties=ties, side=True, prior=prior)


@pytest.mark.parametrize("ties", list(Ties))
def test_the_command_line(ties: Ties, tmp_path, capsys):
    """`--side` on votes that side A always won ends with one sentence and exit status 1."""
    rows = [f"{a},{b},model_a,v{a}" for a in NAMES for b in NAMES if a != b]
    votes = tmp_path / "votes.csv"
    votes.write_text("\n".join(["model_a,model_b,winner,judge", *rows]), encoding="utf-8")

    status = main([str(votes), "--side", "--ties", ties])

    assert status == 1
    assert capsys.readouterr().err.strip().endswith("winners and losers are told apart by 'side'")


def votes_by_length(close: float = 0.0, count: int = 600) -> StyledVotes:
    """The longer reply wins every vote, unless they are `close`: then it is a tie."""
    rng = np.random.default_rng(3)
    a = rng.integers(0, 4, count)
    b = (a + rng.integers(1, 4, count)) % 4
    length, bold = rng.normal(size=(2, count))
    verdict = np.where(np.abs(length) <= close, LAYER[Verdict.TIE], np.where(length > 0.0, 0, 1))
    said = Coded(verdict, VERDICTS)
    return styled(Coded(a, NAMES), Coded(b, NAMES), said, {"length": length, "bold": bold})


@pytest.mark.parametrize(
    ("ties", "close"), [(Ties.HALF, 0.0), (Ties.DAVIDSON, 0.0), (Ties.DAVIDSON, 0.3), (Ties.RAO_KUPPER, 0.3)]
)
@pytest.mark.parametrize("side", [False, True])
def test_the_longer_reply_always_wins(ties: Ties, close: float, side: bool):
    """Where the longer reply always wins, length has no estimate, and the refusal names it alone."""
    with pytest.raises(Separated, match=BY_LENGTH):
        fit_styles(votes_by_length(close), ties=ties, side=side)
