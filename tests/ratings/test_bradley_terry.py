"""Pair counts become strengths."""

from itertools import permutations
from math import log

import choix
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.bradley_terry import BothBad, Ties, fit, half_wins, inverse
from ratings.counts import LAYER, VERDICTS, PairCounts, Verdict
from ratings.errors import NotConnected, NotConverged
from ratings.starts import spectral

SWAPPED = [LAYER[verdict] for verdict in (Verdict.B, Verdict.A, Verdict.TIE, Verdict.BOTH_BAD)]


def pair_counts(names: tuple[str, ...], rows: dict[tuple[str, str, Verdict], int]) -> PairCounts:
    cells = np.zeros((len(names), len(names), len(VERDICTS)), dtype=np.int64)
    for (a, b, verdict), count in rows.items():
        cells[names.index(a), names.index(b), LAYER[verdict]] = count
    return PairCounts(names, cells)


@st.composite
def connected(draw: st.DrawFn) -> PairCounts:
    """Counts in which every contestant has beaten every other at least once."""
    names = ("alder", "birch", "cedar", "duru")[: draw(st.integers(2, 4))]
    rows = {}
    for a, b in permutations(names, 2):
        for verdict in Verdict:
            rows[a, b, verdict] = draw(st.integers(int(verdict is Verdict.A), 200))
    return pair_counts(names, rows)


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_two_contestants(wins: int, losses: int):
    """Between two contestants, the difference in strength is the log-odds of their wins."""
    found = fit(
        pair_counts(("x", "y"), {("x", "y", Verdict.A): wins, ("x", "y", Verdict.B): losses}),
    )

    assert found.values[0] - found.values[1] == pytest.approx(log(wins / losses), abs=1e-12)


def test_tie_is_half_a_win():
    """A tie counts one half for each side: 3 wins, 1 loss and 4 ties are 5 to 3."""
    counts = pair_counts(("x", "y"), {("x", "y", "a"): 3, ("y", "x", "a"): 1, ("x", "y", "tie"): 4})

    found = fit(counts)

    assert found.values[0] - found.values[1] == pytest.approx(log(5 / 3), abs=1e-12)
    assert found.ties is Ties.HALF


@pytest.mark.parametrize(("both_bad", "odds", "votes"), [(BothBad.TIE, 5 / 3, 8), (BothBad.DROPPED, 3, 4)])
def test_both_bad(both_bad: BothBad, odds: float, votes: int):
    """A vote for neither is a tie or left out, as the rules say, and the result says which."""
    counts = pair_counts(("x", "y"), {("x", "y", "a"): 3, ("y", "x", "a"): 1, ("x", "y", "both_bad"): 4})

    found = fit(counts, both_bad=both_bad)

    assert found.values[0] - found.values[1] == pytest.approx(log(odds), abs=1e-12)
    assert (found.both_bad, found.votes) == (both_bad, votes)


def test_three_contestants_in_proportion():
    """Wins in the proportions of known strengths give back those strengths."""
    rows = {("x", "y", "a"): 20, ("y", "x", "a"): 10, ("y", "z", "a"): 30, ("z", "y", "a"): 10}
    counts = pair_counts(("x", "y", "z"), {**rows, ("x", "z", "a"): 60, ("z", "x", "a"): 10})

    found = fit(counts)

    assert np.exp(found.values - found.values[2]) == pytest.approx([6, 3, 1], abs=1e-9)


@given(connected())
def test_at_the_maximum(counts: PairCounts):
    """At the fitted strengths each contestant has the wins that are expected of it."""
    found = fit(counts)
    wins = half_wins(counts, BothBad.TIE)

    expected = ((wins + wins.T) * found.chances()).sum(axis=1)

    assert wins.sum(axis=1) == pytest.approx(expected, rel=1e-9)
    assert found.values.mean() == pytest.approx(0, abs=1e-12)


@given(connected())
def test_agrees_with_choix(counts: PairCounts):
    """The strengths are those that choix finds for the same half wins."""
    theirs = choix.ilsr_pairwise_dense(half_wins(counts, BothBad.TIE), max_iter=1_000, tol=1e-11)

    assert fit(counts).values == pytest.approx(theirs - theirs.mean(), abs=1e-8)


@given(connected())
def test_sides_carry_no_weight(counts: PairCounts):
    """Swapping all sides and all verdicts with them leaves every strength as it is, to the bit."""
    swapped = PairCounts(counts.names, counts.cells.transpose(1, 0, 2)[:, :, SWAPPED].copy())

    assert fit(swapped).values.tobytes() == fit(counts).values.tobytes()


@given(connected())
def test_turned_verdicts_turn_strengths(counts: PairCounts):
    """If every verdict were its opposite, every strength would be too."""
    turned = PairCounts(counts.names, counts.cells[:, :, SWAPPED].copy())

    assert fit(turned).values == pytest.approx(-fit(counts).values, abs=1e-9)


@given(connected(), st.integers(2, 1_000))
def test_scale(counts: PairCounts, times: int):
    """The same votes many times over give the same strengths."""
    many = PairCounts(counts.names, counts.cells * times)

    assert fit(many).values == pytest.approx(fit(counts).values, abs=1e-9)


@given(connected(), st.permutations(range(4)))
def test_names_carry_no_weight(counts: PairCounts, order: list[int]):
    """Contestants under other names keep their strengths."""
    place = [i for i in order if i < len(counts.names)]
    renamed = PairCounts(counts.names, counts.cells[np.ix_(place, place)].copy())

    assert fit(renamed).values == pytest.approx(fit(counts).values[place], abs=1e-9)


ONE_SIDED = {("w", "x", "a"): 10**12, ("x", "w", "tie"): 1, ("x", "y", "a"): 10**12, ("x", "y", "b"): 1}


def test_very_one_sided():
    """A trillion wins to half a one still have a finite, exact answer."""
    found = fit(pair_counts(("w", "x", "y"), ONE_SIDED))

    assert found.values[0] - found.values[1] == pytest.approx(log(2 * 10**12 + 1), rel=1e-9)
    assert found.values[1] - found.values[2] == pytest.approx(log(10**12), rel=1e-9)


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {("x", "y", "both_bad"): 9},
        {("x", "y", "a"): 9, ("y", "z", "a"): 9},
        {("x", "y", "a"): 9, ("y", "x", "a"): 9},
        {("x", "y", "tie"): 9, ("y", "z", "a"): 9, ("x", "z", "a"): 9},
    ],
    ids=["no votes", "only dropped votes", "undefeated", "never compared", "never beats the rest"],
)
def test_not_connected(rows: dict):
    """Without a finite estimate there is a refusal and no number."""
    with pytest.raises(NotConnected):
        fit(pair_counts(("x", "y", "z"), rows), both_bad=BothBad.DROPPED)


def test_one_contestant():
    """A contestant alone has no rating."""
    with pytest.raises(NotConnected, match="two contestants"):
        fit(pair_counts(("x",), {}))


def test_not_connected_names_the_groups():
    """The refusal says which contestants are apart."""
    rows = {("x", "y", "tie"): 2, ("x", "z", "a"): 2}

    with pytest.raises(NotConnected, match=r"x, y \| z$"):
        fit(pair_counts(("x", "y", "z"), rows))


@pytest.mark.parametrize("ties", list(Ties))
def test_not_converged(ties: Ties):
    """A fit that was given too few steps says so."""
    counts = pair_counts(("x", "y"), {("x", "y", "a"): 2, ("x", "y", "b"): 1, ("x", "y", "tie"): 1})

    with pytest.raises(NotConverged, match="0 Newton steps"):
        fit(counts, ties=ties, limit=0)


def test_singular_information():
    """An information matrix that floating point cannot invert is a refusal."""
    with pytest.raises(NotConverged, match="one-sided"):
        inverse(np.zeros((3, 3)))


OVERFLOWING = np.array(
    [
        [0.0, 3550202150000.0, 13019967300.0, 729.5, 1219314.0],
        [84.0, 0.0, 0.5, 1004124000000.0, 1276780250000.0],
        [1552364380000.0, 0.0, 0.0, 2424.0, 7.5],
        [6.5, 0.0, 0.5, 0.0, 1314772.0],
        [0.0, 1412.5, 0.0, 1.0, 0.0],
    ]
)


@pytest.mark.parametrize("wins", [np.zeros((3, 3)), OVERFLOWING], ids=["singular", "negative weights"])
def test_start_without_choix(wins: np.ndarray):
    """Where the spectral solve breaks down, the fit starts from equal strengths."""
    start = spectral(wins)

    assert np.isfinite(start).all()
