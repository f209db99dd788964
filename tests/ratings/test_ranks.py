"""Which ranks are possible, and how likely is each."""

from math import inf, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from ratings.bradley_terry import Strengths, Ties, fit
from ratings.counts import Board, tally
from ratings.ranks import draw, orders, rank_chances, ranks
from ratings.simulate import World, plan, play
from ratings.uncertainty import Method, Uncertainty, clustered

CLUSTERED = next(iter(Method))

PISA = (
    ("Japan", 526.9733, 2.4715, 1, 6),
    ("Korea", 525.9330, 3.1214, 1, 7),
    ("Estonia", 523.4146, 1.7436, 1, 6),
    ("Netherlands", 519.2310, 2.6323, 1, 11),
    ("Poland", 515.6479, 2.6021, 1, 12),
    ("Switzerland", 515.3147, 2.9080, 1, 13),
    ("Canada", 512.0169, 2.3575, 3, 17),
    ("Denmark", 509.3984, 1.7350, 4, 18),
    ("Slovenia", 508.8975, 1.3639, 4, 18),
    ("Belgium", 508.0703, 2.2627, 4, 18),
    ("Finland", 507.3014, 1.9679, 4, 18),
    ("Sweden", 502.3877, 2.6543, 5, 24),
    ("United Kingdom", 501.7699, 2.5644, 6, 24),
    ("Norway", 500.9638, 2.2190, 7, 24),
    ("Germany", 500.0438, 2.6471, 7, 25),
    ("Ireland", 499.6329, 2.1986, 8, 25),
    ("Czech Republic", 499.4677, 2.4607, 7, 25),
    ("Austria", 498.9423, 2.9710, 7, 26),
    ("Latvia", 496.1263, 1.9628, 12, 26),
    ("France", 495.4076, 2.3202, 12, 26),
    ("Iceland", 495.1874, 1.9531, 12, 26),
    ("New Zealand", 494.4897, 1.7059, 12, 26),
    ("Portugal", 492.4874, 2.6846, 12, 31),
    ("Australia", 491.3600, 1.9398, 12, 30),
    ("Italy", 486.5899, 2.7800, 15, 31),
    ("Slovak Republic", 486.1649, 2.5556, 18, 31),
    ("Luxembourg", 483.4215, 1.0976, 23, 31),
    ("Spain", 481.3926, 1.4624, 24, 31),
    ("Lithuania", 481.1912, 1.9533, 23, 31),
    ("Hungary", 481.0826, 2.3196, 23, 31),
    ("United States", 478.2447, 3.2354, 23, 32),
    ("Israel", 463.0345, 3.4986, 31, 34),
    ("Turkey", 453.5078, 2.2604, 32, 34),
    ("Greece", 451.3703, 3.0912, 32, 34),
    ("Chile", 417.4066, 2.4159, 35, 36),
    ("Mexico", 408.8015, 2.4932, 35, 36),
    ("Colombia", 390.9323, 2.9896, 37, 37),
)
"""Mean score in mathematics, its standard error, and the ends of the simultaneous 95 % rank set.

The worked example of Mogstad, Romano, Shaikh and Wilhelm: OECD countries in PISA 2018. The scores are those
in their R package csranks, the sets those of its published figure.
"""


def board_of(seed: int, *, battles: int = 600, gap: float = 0.4) -> Board:
    chance = Random(seed)
    world = World({name: -gap * place for place, name in enumerate("abcd")}, taste=0.2)
    return tally(vote.as_row() for vote in play(chance, world, plan(chance, battles=battles, voters=60)))


def rated(board: Board) -> tuple[Strengths, Uncertainty]:
    strengths = fit(board.pairs, ties=Ties.HALF)
    return strengths, clustered(board, strengths)


def test_published_example():
    """The rank sets of 37 countries are those that the authors of the method published."""
    values = np.array([score for _, score, *_ in PISA])
    errors = np.array([error for _, _, error, *_ in PISA])
    noise = np.random.default_rng(1).standard_normal((20_000, len(PISA))) * errors

    better, _ = orders(values, np.diag(errors**2), noise, 0.95)

    found = [(1 + better[:, i].sum(), len(PISA) - better[i].sum()) for i in range(len(PISA))]
    assert found == [(low, high) for *_, low, high in PISA]


@pytest.mark.parametrize(("ratio", "told"), [(1.93, False), (1.99, True)])
def test_two_contestants(ratio: float, *, told: bool):
    """Between two contestants the rank sets are a two-sided test of their difference."""
    noise = np.random.default_rng(2).standard_normal((50_000, 2))

    better, critical = orders(np.array([ratio * sqrt(2.0), 0.0]), np.eye(2), noise, 0.95)

    assert critical == pytest.approx(norm.ppf(0.975 if not told else 0.95), abs=0.02)
    assert better.tolist() == [[False, told], [False, False]]


def test_stepping_down_finds_more():
    """Once far pairs are told apart, a nearer pair is held against fewer others."""
    noise = np.random.default_rng(3).standard_normal((50_000, 3))
    values = np.array([30.0, 20.0, 20.0 - 2.27 * sqrt(2.0)])

    better, critical = orders(values, np.eye(3), noise, 0.95)

    largest = [np.abs(noise[:, i] - noise[:, j]) / sqrt(2.0) for i, j in ((0, 1), (0, 2), (1, 2))]
    first = float(np.quantile(np.max(largest, axis=0), 0.95))
    assert critical < 2.27 < first
    assert better.sum() == 3


def test_no_spread_no_order():
    """Two contestants whose difference has no spread at all are not told apart."""
    noise = np.random.default_rng(4).standard_normal((1_000, 1)) * np.ones(2)

    better, _ = orders(np.array([1.0, 0.0]), np.ones((2, 2)), noise, 0.95)

    assert not better.any()


@given(st.integers(0, 20))
def test_ranks_hold_together(seed: int):
    """Each set holds the rank in the standings; chances add up by contestant and by rank."""
    strengths, uncertainty = rated(board_of(seed, battles=200))

    found = ranks(strengths, uncertainty, draws=2_000)

    place = 1 + np.argsort(np.argsort(-strengths.values))
    assert (found.low <= place).all()
    assert (place <= found.high).all()
    assert found.chances.sum(axis=0) == pytest.approx(np.ones(4))
    assert found.chances.sum(axis=1) == pytest.approx(np.ones(4))
    assert found.last.tolist() == found.chances[:, 3].tolist()
    assert not (found.better & found.better.T).any()


def test_far_apart():
    """Contestants far apart have one possible rank each."""
    found = ranks(*rated(board_of(1, battles=3_000, gap=1.0)))

    assert found.low.tolist() == found.high.tolist() == [1, 2, 3, 4]
    assert found.last.tolist() == [0.0, 0.0, 0.0, 1.0]


def test_chance_of_two():
    """Between two contestants P(last) is the tail of Student's t at their difference over its error."""
    uncertainty = Uncertainty(
        np.array([[0.01, -0.01], [-0.01, 0.01]]), 30, 30.0, np.array([9.0, 9.0]), CLUSTERED
    )

    noise = draw(uncertainty, 200_000, 5)
    chances = rank_chances(np.array([0.1, -0.1]) + noise)

    assert chances[0, 1] == pytest.approx(t.sf(1.0, uncertainty.freedom), abs=0.004)


def test_known_covariance():
    """With infinitely many degrees of freedom the draws are normal with the very covariance."""
    covariance = np.array([[0.5, -0.3, -0.2], [-0.3, 0.4, -0.1], [-0.2, -0.1, 0.3]])

    noise = draw(Uncertainty(covariance, 9, inf, np.full(3, inf), CLUSTERED), 200_000, 6)

    assert np.cov(noise.T) == pytest.approx(covariance, abs=0.01)


def test_equals_in_a_draw_keep_their_order():
    """Equal strengths share nothing: each draw gives every rank once."""
    assert rank_chances(np.zeros((3, 2))).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_same_bytes():
    """The same votes give the same ranks, and another seed says so."""
    one, same, other = (ranks(*rated(board_of(2)), seed=seed) for seed in (1, 1, 2))

    assert one.chances.tobytes() == same.chances.tobytes()
    assert one.critical == same.critical != other.critical
    assert (one.seed, other.seed) == (1, 2)


@pytest.mark.parametrize(("contestants", "draws"), [(2, 20_000), (30, 1_000)])
def test_draws(contestants: int, draws: int):
    """Few contestants get many draws; many contestants fewer."""
    rows = [
        (f"v{n}", f"c{i}", f"c{(i + 1) % contestants}", "a", 1)
        for i in range(contestants)
        for n in (i, i + 1)
    ]
    rows += [(f"v{i + 2}", f"c{(i + 1) % contestants}", f"c{i}", "a", 1) for i in range(contestants)]

    assert ranks(*rated(tally(rows))).draws == draws


def test_many_contestants():
    """The critical value is the quantile of the largest difference among all pairs, however many."""
    noise = np.random.default_rng(7).standard_normal((500, 100))
    spans = np.sort((noise.max(axis=1) - noise.min(axis=1)) / sqrt(2.0))

    _, critical = orders(np.zeros(100), np.eye(100), noise, 0.95)

    assert critical in spans[474:476]
