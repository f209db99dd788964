"""Boards at the edge: an answer that is right, or a refusal by name."""

import hashlib
import os
import subprocess
import sys
from math import log

import numpy as np
import pytest

from ratings.bradley_terry import BothBad, Ties, fit
from ratings.columns import count_columns
from ratings.counts import EXACT, Verdict, tally
from ratings.electorate import Electorate, play_round
from ratings.errors import NotConnected, NotEnoughVoters
from ratings.simulate import World
from ratings.uncertainty import by_information, clustered, cr1, sandwich

every_model = pytest.mark.parametrize("ties", list(Ties))


def rows(*votes: tuple[str, str, Verdict, int], voters: int = 10):
    return [(f"v{v}", a, b, verdict, count) for v in range(voters) for a, b, verdict, count in votes]


@every_model
def test_undefeated(ties: Ties):
    """An undefeated contestant has no finite rating: a refusal that names it apart from the rest."""
    board = tally(rows(("x", "y", "a", 3), ("y", "z", "a", 2), ("y", "z", "b", 1), ("x", "z", "a", 1)))

    with pytest.raises(NotConnected, match=r"x \| y, z"):
        fit(board.pairs, ties=ties)


@every_model
def test_winless(ties: Ties):
    """A contestant that never won nor tied has no finite rating either."""
    board = tally(rows(("x", "y", "a", 3), ("x", "y", "b", 2), ("z", "y", "b", 2)))

    with pytest.raises(NotConnected, match=r"x, y \| z"):
        fit(board.pairs, ties=ties)


def test_one_voter_with_nearly_all_votes():
    """When one voter cast 99 % of the votes, there are strengths and no interval."""
    votes = [
        ("busy", a, b, verdict, 330) for a, b, verdict in (("x", "y", "a"), ("y", "z", "a"), ("z", "x", "a"))
    ]
    votes += [(f"v{v}", "x", "y", "b", 1) for v in range(10)]
    board = tally(votes)
    strengths = fit(board.pairs)

    assert np.isfinite(strengths.values).all()
    for method in (clustered, cr1):
        with pytest.raises(NotEnoughVoters, match="effective number"):
            method(board, strengths)


def test_a_contestant_whom_one_voter_judged():
    """A contestant whose every vote is one voter's has no interval, however many voters judged others."""
    votes = [(f"v{n}", "x", "y", "ab"[n % 3 == 0], 1) for n in range(30)]
    board = tally([*votes, ("only", "z", "x", "a", 1), ("only", "x", "z", "a", 2)])

    with pytest.raises(NotEnoughVoters, match="'z'"):
        clustered(board, fit(board.pairs))
    with pytest.raises(NotEnoughVoters, match="'z'"):
        cr1(board, fit(board.pairs))


@every_model
def test_two_contestants_ten_votes(ties: Ties):
    """Two contestants and ten votes are enough for strengths and a (wide) interval."""
    board = tally(
        [(f"v{n}", "x", "y", said, 1) for n, said in enumerate(["a"] * 5 + ["b"] * 3 + ["tie"] * 2)]
    )
    strengths = fit(board.pairs, ties=ties)

    found = clustered(board, strengths)
    reach = found.reach(0.95) * found.standard_errors()

    assert strengths.values[0] > 0
    assert reach[0] > strengths.values[0]


def test_all_ties():
    """When all votes are ties all are equal, and nobody is surer of it than the votes allow."""
    board = tally(rows(("x", "y", "tie", 3), ("y", "z", "tie", 2)))

    assert fit(board.pairs).values == pytest.approx([0, 0, 0], abs=1e-12)
    with pytest.raises(NotEnoughVoters, match="too alike"):
        clustered(board, fit(board.pairs))
    for ties in (Ties.DAVIDSON, Ties.RAO_KUPPER):
        with pytest.raises(NotConnected, match="all votes are ties"):
            fit(board.pairs, ties=ties)


@every_model
def test_all_both_bad(ties: Ties):
    """When both were bad every time, they are equal or, by the rules, not rated at all."""
    board = tally(rows(("x", "y", "both_bad", 3)))

    with pytest.raises(NotConnected):
        fit(board.pairs, ties=ties, both_bad=BothBad.DROPPED)
    assert fit(board.pairs).values == pytest.approx([0, 0])


@every_model
def test_disconnected(ties: Ties):
    """Two groups that never met have no common scale."""
    pairs = [("u", "x"), ("y", "z")]
    board = tally(rows(*[(*pair, said, 2) for pair in pairs for said in ("a", "b", "tie")]))

    with pytest.raises(NotConnected, match=r"u, x \| y, z"):
        fit(board.pairs, ties=ties)


@every_model
def test_a_billion_equal_votes(ties: Ties):
    """A billion votes as counts have the strengths of a few in proportion, and the errors of a billion."""
    few = tally(rows(("x", "y", "a", 6), ("x", "y", "b", 3), ("x", "y", "tie", 1), voters=10))
    many = tally(
        rows(("x", "y", "a", 6 * 10**7), ("x", "y", "b", 3 * 10**7), ("x", "y", "tie", 10**7), voters=10)
    )

    one, other = fit(few.pairs, ties=ties), fit(many.pairs, ties=ties)

    assert other.votes == 10**9
    assert other.values == pytest.approx(one.values, abs=1e-9)
    assert by_information(other).standard_errors() == pytest.approx(
        by_information(one).standard_errors() * 1e-7**0.5, rel=1e-6
    )
    assert sandwich(many.pairs, other).standard_errors() == pytest.approx(
        sandwich(few.pairs, one).standard_errors() * 1e-7**0.5, rel=1e-6
    )


def test_as_many_votes_as_can_be_counted():
    """The largest counts that are exact are fitted exactly."""
    most = EXACT // 4
    board = count_columns(["x", "x"], ["y", "y"], ["a", "b"], ["v", "w"], [3 * most, most])

    found = fit(board.pairs)

    assert found.values[0] - found.values[1] == pytest.approx(log(3), abs=1e-12)


ANSWERS = """
import hashlib, sys
import numpy as np
from ratings.bradley_terry import Ties, fit
from ratings.bootstrap import by_voter
from ratings.coded import Coded
from ratings.counts import VERDICTS
from ratings.covariates import fit_styles, sandwich_styles, styled
from ratings.electorate import Activity, Electorate, play_round
from ratings.simulate import World
from ratings.uncertainty import clustered
digest = hashlib.sha256()
for size in (5, 20, 100, 200):
    strengths = {f"c{number:03}": number / size for number in range(size)}
    electorate = Electorate(400, Activity.ZIPF, tail=0.7)
    board = play_round(np.random.default_rng(1), World(strengths, taste=0.3), electorate, 300 * size).board()
    for ties in Ties:
        found = fit(board.pairs, ties=ties)
        digest.update(found.coefficient_vector().tobytes())
        digest.update(clustered(board, found).whole.tobytes())
        if size < 100:
            digest.update(by_voter(board, found, rounds=20, seed=1).values.tobytes())
rng = np.random.default_rng(2)
a = rng.integers(0, 70, 40_000)
names = [f"c{number:03}" for number in range(70)]
seats = Coded(a, names), Coded((a + rng.integers(1, 70, 40_000)) % 70, names)
verdict, length = Coded(rng.integers(0, 4, 40_000), VERDICTS), {"length": rng.standard_normal(40_000)}
votes = styled(*seats, verdict, length)
for ties in Ties:
    found = fit_styles(votes, ties=ties, side=True)
    digest.update(found.coefficient_vector().tobytes())
    digest.update(sandwich_styles(votes, found).whole.tobytes())
sys.stdout.write(digest.hexdigest())
"""


def test_threads():
    """One thread or several: every strength and covariance is the same to the last bit."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", ANSWERS],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for threads in ("1", "2")
    }

    assert len(answers) == 1
    assert len(answers.pop()) == len(hashlib.sha256().hexdigest())


@every_model
def test_shuffled_rows(ties: Ties):
    """The order in which votes are handed over changes no bit of a strength or a covariance."""
    strengths = {f"c{number:02}": number / 30 for number in range(30)}
    played = play_round(np.random.default_rng(2), World(strengths, taste=0.3), Electorate(200), 6_000)
    order = np.random.default_rng(3).permutation(6_000)
    shuffled = type(played)(
        played.names,
        played.a[order],
        played.b[order],
        played.verdict[order],
        played.voter[order],
        played.voters,
    )

    one, other = (clustered(each, fit(each.pairs, ties=ties)) for each in (played.board(), shuffled.board()))

    assert one.whole.tobytes() == other.whole.tobytes()
