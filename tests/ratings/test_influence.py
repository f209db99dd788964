"""How few votes and voters turn two contestants round."""

from itertools import combinations, permutations, product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.bradley_terry import BothBad, Strengths, Ties, fit
from ratings.changes import reach_of_change, reach_of_removal
from ratings.counts import LAYER, VERDICTS, Board, PairCounts, Row, Verdict, tally
from ratings.errors import BadSettings, NotConnected
from ratings.gaps import EQUAL, Gap
from ratings.influence import Fragility, Least, best_first, fragility, last_place
from ratings.simulate import World, plan, play

TIES = [Ties.HALF, Ties.DAVIDSON]


def even_board(seed: int, each: int = 6, names: str = "xyz") -> Board:
    """A board on which all ordered pairs have equally many votes, by voters of 4 votes."""
    chance = Random(seed)
    seats = list(permutations(names, 2)) * each
    chance.shuffle(seats)
    weights = {name: 1.0 + place for place, name in enumerate(names)}
    rows: list[Row] = []
    for number, (a, b) in enumerate(seats):
        won = Verdict.A if chance.random() < weights[a] / (weights[a] + weights[b]) else Verdict.B
        rows.append((f"v{number // 4}", a, b, Verdict.TIE if chance.random() < 0.2 else won, 1))
    return tally(rows, names)


def uneven_board(seed: int, battles: int = 120) -> Board:
    chance = Random(seed)
    world = World({"x": 0.0, "y": 0.3, "z": 0.6}, taste=0.3)
    return tally(
        vote.as_row() for vote in play(chance, world, plan(chance, battles=battles, voters=20, tail=1.0))
    )


def ends(strengths: Strengths) -> tuple[str, str]:
    """Name the contestant next above the last, and the last."""
    *_, above, below = best_first(strengths)
    return above, below


def turned(cells: np.ndarray, like: Strengths, above: str, below: str) -> bool:
    try:
        found = fit(PairCounts(like.names, cells), ties=like.ties, both_bad=like.both_bad)
    except NotConnected:
        return True
    values = dict(zip(found.names, found.values, strict=True))
    return bool(values[above] - values[below] <= EQUAL)


def fewer_changes(board: Board, number: int) -> list[np.ndarray]:
    """List the cells after every possible change of so many votes to other verdicts."""
    held = [tuple(cell) for cell in np.argwhere(board.pairs.cells)]
    moves = [
        (*cell[:3], int(to), int(board.pairs.cells[cell]))
        for cell in held
        for to in range(3)
        if to != cell[2]
    ]
    found = []
    for chosen in combinations([move for move in moves for _ in range(min(move[4], number))], number):
        cells = board.pairs.cells.copy()
        for a, b, verdict, to, _ in chosen:
            cells[a, b, verdict] -= 1
            cells[a, b, to] += 1
        if cells.min() >= 0:
            found.append(cells)
    return found


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_fewer_changed_votes(seed: int, ties: Ties):
    """On a small board no one vote less turns the last place, whichever votes are changed: all are tried."""
    board = even_board(seed, each=3)
    strengths = fit(board.pairs, ties=ties)
    least = fragility(board, strengths, *ends(strengths)).votes_changed

    fewer = [] if least.count > 3 else fewer_changes(board, least.count - 1)

    assert least.exact
    assert not any(turned(cells, strengths, *ends(strengths)) for cells in fewer)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_fewer_added_votes(seed: int):
    """On a small even board no one added vote less turns the last place: all are tried."""
    board = even_board(seed, each=3)
    strengths = fit(board.pairs, ties=Ties.HALF)
    least = fragility(board, strengths, *ends(strengths)).votes_added
    kinds = list(product(permutations(range(3), 2), range(3)))
    boards = []
    for chosen in combinations([kind for kind in kinds for _ in range(3)], min(least.count - 1, 2)):
        cells = board.pairs.cells.copy()
        for (a, b), verdict in chosen:
            cells[a, b, verdict] += 1
        boards.append(cells)

    assert least.exact
    assert not any(turned(cells, strengths, *ends(strengths)) for cells in boards)


@pytest.mark.parametrize("seed", range(4))
def test_no_fewer_voters(seed: int):
    """On a small even board no one voter less turns the last place by changing votes: all are tried."""
    board = even_board(seed, each=3)
    strengths = fit(board.pairs, ties=Ties.HALF)
    gap = Gap.between(board, strengths, *ends(strengths))
    least = fragility(board, strengths, *ends(strengths)).voters_changed
    reach = reach_of_change(gap)

    together = [sum(reach[list(some)]) for some in combinations(range(gap.voters), least.count - 1)]

    assert least.exact
    assert max(together) < gap.needed


@given(st.integers(0, 300), st.sampled_from(TIES), st.sampled_from(BothBad))
@settings(max_examples=15, deadline=None)
def test_numbers_do_what_they_say(seed: int, ties: Ties, both_bad: BothBad):
    """No proved number is above the number found, on uneven boards too, and equals are found at nothing."""
    board = uneven_board(seed)
    strengths = fit(board.pairs, ties=ties, both_bad=both_bad)

    gap = np.subtract(*np.sort(strengths.values)[1::-1])

    found = fragility(board, strengths, *ends(strengths))

    for name in Fragility.__dataclass_fields__:
        least = getattr(found, name)
        if isinstance(least, Least):
            assert bool(gap > EQUAL) <= least.at_least <= least.count
    assert found.fewest_votes.count <= found.votes_changed.count
    assert found.fewest_voters.at_least <= found.fewest_voters.count
    assert found.votes_changed.count <= found.votes_removed.count


@pytest.mark.parametrize("seed", range(6))
def test_changed_votes_are_exact_on_uneven_boards(seed: int):
    """With ties as half a win, changed votes within the pair are the least on any board."""
    board = uneven_board(seed, battles=400)
    strengths = fit(board.pairs, ties=Ties.HALF)

    assert fragility(board, strengths, *ends(strengths)).votes_changed.exact


def test_two_contestants_by_hand():
    """12 to 6: three changed votes level them, six added, six removed; of voters by what each holds."""
    rows = [("u", "x", "y", Verdict.A, 5), ("v", "x", "y", Verdict.A, 4), ("w", "y", "x", Verdict.B, 3)]
    board = tally([*rows, ("z", "x", "y", Verdict.B, 6)])

    found = fragility(board, fit(board.pairs), "x", "y", votes_each=4)

    assert found.votes_changed == Least(3, 3)
    assert found.votes_added == found.votes_removed == Least(6, 6)
    assert found.voters_changed == Least(1, 1)
    assert found.voters_removed == Least(2, 2)
    assert found.voters_added == Least(2, 2)
    assert [carrier.voter for carrier in found.carriers] == ["u", "v", "w", "z"]
    assert found.carriers[0].votes == 5
    assert found.carriers[0].pull > 0.0 > found.carriers[3].pull


def test_pull_is_the_effect_of_leaving_out():
    """A carrier's pull is close to what the gap loses when the voter is left out."""
    chance = Random(5)
    world = World({"x": 0.0, "y": 0.3, "z": 0.6}, taste=0.3)
    votes = list(play(chance, world, plan(chance, battles=3_000, voters=150)))
    board = tally(vote.as_row() for vote in votes)
    strengths = fit(board.pairs)
    above, below = ends(strengths)
    top = fragility(board, strengths, above, below, top=1).carriers[0]

    rest = fit(tally(vote.as_row() for vote in votes if vote.voter != top.voter).pairs)

    place = [strengths.names.index(name) for name in (above, below)]
    lost = np.subtract(*strengths.values[place]) - np.subtract(*rest.values[place])
    assert top.pull == pytest.approx(lost, rel=0.1)


def test_last_place():
    """The last place is held against every other contestant, the nearest first."""
    board = even_board(4, each=20, names="wxyz")
    strengths = fit(board.pairs)

    found = last_place(board, strengths)

    order = best_first(strengths)
    assert [one.above for one in found] == order[-2::-1]
    assert {one.below for one in found} == {order[-1]}
    assert found[0].votes_changed.count <= found[1].votes_changed.count


def test_equals():
    """Where two are level, nothing is needed to bring them together."""
    board = tally([("u", "x", "y", Verdict.A, 3), ("v", "y", "x", Verdict.A, 3)])

    found = fragility(board, fit(board.pairs), "x", "y")

    assert (found.fewest_votes.count, found.fewest_voters.count) == (0, 0)


@pytest.mark.parametrize("settings_", [{"ties": Ties.RAO_KUPPER}, {"prior": 0.5}])
def test_nothing_is_claimed(settings_: dict):
    """For other models the numbers are found and nothing is proved of fewer."""
    board = uneven_board(3)
    strengths = fit(board.pairs, **{"ties": Ties.DAVIDSON, **settings_})

    found = fragility(board, strengths, *ends(strengths))

    assert found.votes_added.at_least == found.votes_changed.at_least == found.voters_changed.at_least == 1


def test_more_than_the_pair_holds():
    """When the pair itself has too few votes to change, votes with others are changed as well."""
    rows = [("u", "x", "y", Verdict.A, 2), ("v", "x", "y", Verdict.B, 1)]
    for n in range(40):
        rows.append((f"p{n}", "x", "z", Verdict.A if n % 4 else Verdict.B, 1))
        rows.append((f"q{n}", "y", "z", Verdict.B if n % 4 else Verdict.A, 1))
    board = tally([*rows, ("t", "x", "y", Verdict.BOTH_BAD, 2)])

    for both_bad in BothBad:
        strengths = fit(board.pairs, both_bad=both_bad)
        found = fragility(board, strengths, "x", "y")

        assert 2 < found.votes_changed.at_least <= found.votes_changed.count < 30
        assert found.votes_removed.count > 2


def test_reach_of_votes_left_out():
    """A vote that is left out reaches as far as a vote that could be added in its place."""
    board = tally([("u", "x", "y", "both_bad", 2), ("v", "x", "y", "a", 3), ("w", "x", "y", "b", 1)])
    gap = Gap.between(board, fit(board.pairs, both_bad=BothBad.DROPPED), "x", "y")

    assert reach_of_change(gap).tolist() == [2.0, 6.0, 0.0]
    assert reach_of_removal(gap).tolist() == [0.0, 3.0, -1.0]


@pytest.mark.parametrize(("above", "below"), [("y", "x"), ("x", "x"), ("x", "nobody"), ("nobody", "x")])
def test_wrong_order(above: str, below: str):
    """Contestants are named, the stronger first."""
    board = tally([("u", "x", "y", Verdict.A, 3), ("v", "y", "x", Verdict.A, 1)])

    with pytest.raises(BadSettings, match="is not"):
        fragility(board, fit(board.pairs), above, below)


def test_added_votes_sit_on_both_sides():
    """The changed cells of a board keep its shape and its other votes."""
    board = even_board(7)
    strengths = fit(board.pairs)

    found = fragility(board, strengths, *ends(strengths))

    assert board.pairs.cells.shape == (3, 3, len(VERDICTS))
    assert board.pairs.cells[:, :, LAYER[Verdict.BOTH_BAD]].sum() == 0
    assert found.votes_added.count > 0
