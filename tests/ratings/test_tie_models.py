"""Three ways to read a tie."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from ratings.bradley_terry import MODELS, BothBad, Ties, fit
from ratings.counts import LAYER, VERDICTS, PairCounts, Verdict
from ratings.errors import NotConnected
from ratings.tie_models import TieModel, logistic

STEP = 1e-5
PARAMETRIC = (Ties.DAVIDSON, Ties.RAO_KUPPER)
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
odds = st.floats(-4, 4)
parameters = st.floats(0.1, 3)
counts_of = st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))


def pairs(rows: dict[tuple[str, str, str], int]) -> PairCounts:
    names = tuple(sorted({name for a, b, _ in rows for name in (a, b)}))
    cells = np.zeros((len(names), len(names), len(VERDICTS)), dtype=np.int64)
    for (a, b, verdict), count in rows.items():
        cells[names.index(a), names.index(b), LAYER[Verdict(verdict)]] = count
    return PairCounts(names, cells)


def likelihood(model: TieModel, d: float, t: float, votes: tuple[int, int, int]) -> float:
    """The log-likelihood, from the chances alone; half a tie is half a win where ties are not modelled."""
    won, lost, tied = votes
    first, second, tie = (float(each[0]) for each in model.verdicts(np.array([d]), t))
    if not model.has_parameter:
        return (won + tied / 2) * log(first) + (lost + tied / 2) * log(second)
    return won * log(first) + lost * log(second) + tied * log(tie)


@given(st.floats(-700, 700))
def test_logistic(d: float):
    """The logistic function is exact on both sides."""
    first, second = logistic(np.array([d]))

    assert first[0] == pytest.approx(expit(d), rel=1e-14)
    assert second[0] == pytest.approx(expit(-d), rel=1e-14)


@models
@given(d=odds, t=parameters)
def test_chances(model: TieModel, d: float, t: float):
    """The chances of the verdicts are between 0 and 1 and sum to 1."""
    chances = [float(each[0]) for each in model.verdicts(np.array([d]), t)]

    assert all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) == pytest.approx(1, abs=1e-14)


@models
@given(d=odds, t=parameters, votes=counts_of)
def test_slopes(model: TieModel, d: float, t: float, votes: tuple[int, int, int]):
    """Slopes are those of the likelihood, checked by small differences."""
    slopes = model.slopes(np.array([d]), t, tuple(np.array([float(each)]) for each in votes))
    by_d = (likelihood(model, d + STEP, t, votes) - likelihood(model, d - STEP, t, votes)) / (2 * STEP)
    by_t = (likelihood(model, d, t + STEP, votes) - likelihood(model, d, t - STEP, votes)) / (2 * STEP)

    assert slopes.by_d[0] == pytest.approx(by_d, abs=1e-5)
    assert slopes.by_t[0] == pytest.approx(by_t, abs=1e-5)


@models
@pytest.mark.parametrize("tied", [False, True])
@given(d=st.lists(st.floats(-800, 800), min_size=1, max_size=5), t=parameters)
def test_single_votes(model: TieModel, tied: bool, d: list[float], t: float):
    """Slopes and bends of votes that all say one thing are those of votes in general."""
    votes = tuple(np.array([each]) for each in ((0.0, 0.0, 1.0) if tied else (1.0, 0.0, 0.0)))
    slopes, bends = model.slopes(np.array(d), t, votes), model.bends(np.array(d), t, votes)

    one_slope = model.single_slopes(np.array(d), t, votes)
    one_bend = model.single_bends(np.array(d), t, votes)

    assert one_slope.by_d == pytest.approx(slopes.by_d, rel=1e-13, abs=1e-15)
    assert one_bend.dd == pytest.approx(bends.dd, rel=1e-13, abs=1e-300)
    assert one_slope.by_t.sum() == pytest.approx(slopes.by_t.sum())
    assert one_bend.tt.sum() == pytest.approx(bends.tt.sum())


@models
@given(d=odds, t=parameters, votes=counts_of)
def test_bends(model: TieModel, d: float, t: float, votes: tuple[int, int, int]):
    """Bends are how the slopes fall, checked by small differences."""
    each = tuple(np.array([float(count)]) for count in votes)
    bends = model.bends(np.array([d]), t, each)
    low, high = (model.slopes(np.array([d + step]), t, each) for step in (-STEP, STEP))
    less, more = (model.slopes(np.array([d]), t + step, each) for step in (-STEP, STEP))

    assert bends.dd[0] == pytest.approx((low.by_d - high.by_d)[0] / (2 * STEP), abs=1e-5)
    assert bends.dt[0] == pytest.approx((less.by_d - more.by_d)[0] / (2 * STEP), abs=1e-5)
    assert bends.tt[0] == pytest.approx((less.by_t - more.by_t)[0] / (2 * STEP), abs=1e-4)


@models
@given(d=odds, t=parameters)
def test_share_slopes(model: TieModel, d: float, t: float):
    """The share of points grows with the difference as it is said to, checked by small differences."""

    def share(at: float, tie: float) -> float:
        first, second, _ = model.verdicts(np.array([at]), tie)
        return 0.5 + 0.5 * float((first - second)[0])

    by_d, by_t = model.share_slopes(np.array([d]), t)

    assert by_d[0] == pytest.approx((share(d + STEP, t) - share(d - STEP, t)) / (2 * STEP), abs=1e-8)
    assert by_t[0] == pytest.approx((share(d, t + STEP) - share(d, t - STEP)) / (2 * STEP), abs=1e-8)


@pytest.mark.parametrize("ties", PARAMETRIC)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_two_contestants(ties: Ties, won: int, lost: int, tied: int):
    """Between two contestants, a tie model with a parameter gives back the shares of all verdicts."""
    found = fit(pairs({("x", "y", "a"): won, ("x", "y", "b"): lost, ("x", "y", "tie"): tied}), ties=ties)

    votes = won + lost + tied
    assert found.verdicts()[0, 1] == pytest.approx([won / votes, lost / votes, tied / votes], abs=1e-9)


def test_davidson_by_hand():
    """In Davidson's model the ties are √(wins · losses) times ν: 16 wins, 4 losses, 8 ties make it 1."""
    found = fit(pairs({("x", "y", "a"): 16, ("x", "y", "b"): 4, ("x", "y", "tie"): 8}), ties=Ties.DAVIDSON)

    assert found.values[0] - found.values[1] == pytest.approx(log(4))
    assert found.tie == pytest.approx(0, abs=1e-9)


def test_rao_kupper_by_hand():
    """In Rao and Kupper's model, thrice the odds with a threshold of 2 lose 1 in 7 and win 3 in 5."""
    won, lost = 3 / 5, 1 / 7
    rows = {("x", "y", "a"): 21, ("x", "y", "b"): 5, ("x", "y", "tie"): 9}

    found = fit(pairs(rows), ties=Ties.RAO_KUPPER)

    assert (won, lost) == (pytest.approx(21 / 35), pytest.approx(5 / 35))
    assert exp(found.values[0] - found.values[1]) == pytest.approx(3)
    assert exp(found.tie) == pytest.approx(2)


@pytest.mark.parametrize("ties", PARAMETRIC)
def test_no_ties(ties: Ties):
    """Without a tie, all tie models are one, and there is no parameter."""
    counts = pairs({("x", "y", "a"): 9, ("x", "y", "b"): 4, ("y", "z", "a"): 5, ("z", "x", "a"): 3})

    found = fit(counts, ties=ties)

    assert found.values.tobytes() == fit(counts).values.tobytes()
    assert (found.tie, found.tie_value, found.ties) == (None, 0.0, ties)


@pytest.mark.parametrize("ties", PARAMETRIC)
@pytest.mark.parametrize(
    "rows",
    [
        {("x", "y", "tie"): 9},
        {("x", "y", "a"): 9, ("x", "y", "tie"): 1},
        {("x", "y", "a"): 3, ("x", "y", "tie"): 1, ("y", "z", "a"): 2, ("y", "z", "tie"): 5},
        {("x", "y", "a"): 1, ("y", "z", "tie"): 1, ("z", "x", "tie"): 1},
    ],
    ids=["only ties", "a win and a tie", "a ladder", "a win closed by ties"],
)
def test_ties_without_bound(ties: Ties, rows: dict):
    """Where more ties and a greater distance explain the votes ever better, there is a refusal."""
    with pytest.raises(NotConnected):
        fit(pairs(rows), ties=ties)


@pytest.mark.parametrize("ties", PARAMETRIC)
@pytest.mark.parametrize(
    "rows",
    [
        {("x", "y", "a"): 1, ("y", "z", "a"): 1, ("z", "x", "a"): 1, ("x", "y", "tie"): 4},
        {("x", "y", "a"): 1, ("y", "z", "a"): 1, ("z", "x", "tie"): 1},
        {("x", "y", "b"): 1, ("y", "z", "b"): 1, ("z", "x", "tie"): 1},
    ],
    ids=["a cycle of wins", "two wins closed by a tie", "the same, turned"],
)
def test_ties_bounded_by_a_cycle(ties: Ties, rows: dict):
    """A cycle of more wins than ties is enough for a finite estimate."""
    found = fit(pairs(rows), ties=ties)

    assert np.isfinite(found.coefficient_vector()).all()


@pytest.mark.parametrize("ties", PARAMETRIC)
def test_ties_bounded_on_two_seats(ties: Ties):
    """Wins of a cycle count whichever seat they were won on, beside ties on the other."""
    on_a = {("x", "y", "a"): 1, ("y", "z", "a"): 1, ("z", "x", "a"): 1}
    rows = {**on_a, ("x", "z", "b"): 1, ("y", "x", "tie"): 1, ("z", "y", "tie"): 1}

    found = fit(pairs(rows), ties=ties, side=True)

    assert np.abs(found.coefficient_vector()).max() < 12.0


@pytest.mark.parametrize("ties", list(Ties))
def test_side(ties: Ties):
    """What side A is worth is found, and leaves the strengths alone where all sit on both sides alike."""
    rows = {("x", "y", "a"): 40, ("x", "y", "b"): 20, ("y", "x", "a"): 40, ("y", "x", "b"): 20}
    rows |= {("x", "y", "tie"): 10, ("y", "x", "tie"): 10}

    found = fit(pairs(rows), ties=ties, side=True)
    without = fit(pairs(rows), ties=ties)

    assert found.values == pytest.approx([0, 0], abs=1e-9)
    assert found.side > 0.3
    assert without.side is None


@pytest.mark.parametrize("ties", list(Ties))
def test_prior(ties: Ties):
    """A prior makes the strengths of the undefeated finite, and is said."""
    rows = {("x", "y", "a"): 9, ("y", "z", "a"): 2, ("z", "y", "a"): 2, ("y", "z", "tie"): 1}

    found = fit(pairs(rows), ties=ties, prior=0.5)
    weaker = fit(pairs(rows), ties=ties, prior=0.01)

    assert found.prior == 0.5
    assert weaker.values[0] > found.values[0] > 0


def test_prior_does_not_conjure():
    """A prior does not rate contestants without a vote among them, nor ties without a win."""
    with pytest.raises(NotConnected):
        fit(PairCounts(("x", "y"), np.zeros((2, 2, 4), dtype=np.int64)), prior=1.0)
    with pytest.raises(NotConnected):
        fit(pairs({("x", "y", "tie"): 3}), ties=Ties.DAVIDSON, prior=1.0)


def test_both_bad_is_a_tie_or_not():
    """A vote for neither is a tie of the tie model or left out, as the rules say."""
    rows = {("x", "y", "a"): 16, ("x", "y", "b"): 4, ("x", "y", "tie"): 4, ("x", "y", "both_bad"): 4}

    as_tie = fit(pairs(rows), ties=Ties.DAVIDSON)
    dropped = fit(pairs(rows), ties=Ties.DAVIDSON, both_bad=BothBad.DROPPED)

    assert as_tie.tie == pytest.approx(0, abs=1e-9)
    assert dropped.tie == pytest.approx(log(0.5))


@pytest.mark.parametrize("ties", list(Ties))
def test_slopes_of_chances(ties: Ties):
    """The slopes that points are made with are those of the chances."""
    rows = {("x", "y", "a"): 9, ("y", "z", "a"): 7, ("z", "x", "a"): 5, ("y", "z", "tie"): 4}
    found = fit(pairs(rows), ties=ties)

    by_d, by_t = found.model.share_slopes(found.differences(), found.tie_value)

    assert found.slopes().tobytes() == by_d.tobytes()
    assert found.tie_slopes().tobytes() == by_t.tobytes()
    assert found.chances() + found.chances().T == pytest.approx(np.ones((3, 3)))
