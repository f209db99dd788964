"""The report on blindness: what voters guessed, what programs can tell, and what it never repeats."""

import json
from itertools import cycle, permutations
from random import Random

import pytest

from arena.contest.battle import Side
from arena.contest.feedback import DONT_KNOW
from arena.contest.outcomes import Cell
from arena.contest.rules import Verdict
from arena.reporting.audited import TooFew
from arena.reporting.blindness import FITS, blindness, document, file_of
from arena.store.guesses import Guessed
from tests.reporting.transcripts import TEAMS, battle, battles

SECRET = "비밀스러운말버릇"


def guessed(voters, say, each=4):
    """What so many voters say; `say` gives the team that is named for who really sat there."""
    pairs = cycle(permutations(TEAMS, 2))
    return [
        Guessed(f"voter-{voter}", seats, {side: say(seats[side]) for side in Side})
        for voter in range(voters)
        for seats in (dict(zip(Side, next(pairs), strict=True)) for _ in range(each))
    ]


def report(*, told=(), said=(), on_controls=(), **more):
    beside = {"guesses": said, "votes": 100, "on_controls": on_controls}
    return blindness("round-1", TEAMS, battles=told, **beside, **more)


def indices(said):
    return [one.index for one in report(said=said).recognised.values()]


def test_all_right():
    """Where all voters know who answered, the index is 1 and its interval far from chance."""
    found = indices(guessed(60, lambda seated: seated))

    assert {one.index for one in found} == {1.0}
    assert all(one.guessed and one.lower > 0.9 for one in found)


def test_at_random():
    """Where voters name teams by chance, the index is near 0 and its interval covers it."""
    chance = Random(11)

    found = indices(guessed(60, lambda _: chance.choice(TEAMS)))

    assert all(abs(one.index) < 0.25 for one in found)
    assert all(one.lower < 0 < one.upper for one in found)
    assert not any(one.guessed for one in found)


def test_nobody_knows():
    """Where nobody says a team, the index is 0, and all are counted as not knowing."""
    said = guessed(60, lambda _: DONT_KNOW)

    found = report(said=said)

    assert {one.index.index for one in found.recognised.values()} == {0.0}
    assert all(one.index.lower < 0 < one.index.upper for one in found.recognised.values())
    assert all((one.said.right, one.said.wrong) == (0, 0) for one in found.recognised.values())
    assert sum(one.said.unknown for one in found.recognised.values()) == 2 * len(said)


def test_one_is_known():
    """A contestant whom half of the voters know is found, and the others are not."""
    chance = Random(12)

    def say(seated):
        return seated if seated == "cedar" and chance.random() < 0.5 else chance.choice(TEAMS)

    found = report(said=guessed(100, say)).recognised

    assert [name for name, one in found.items() if one.index.guessed] == ["cedar"]
    assert found["cedar"].index.index == pytest.approx(0.5, abs=0.15)


def test_few_voters():
    """Where too few voters were asked there is no index, however often each of them guessed."""
    found = report(said=guessed(3, lambda seated: seated, each=50)).recognised

    assert {one.index for one in found.values()} == {TooFew("voters who were asked", 3, 10)}
    assert sum(one.said.right for one in found.values()) == 300


def test_empty_round():
    """Of a round in which nobody has asked yet the report says that too."""
    found = report()

    assert (found.battles, found.read, found.guesses) == (0, 0, 0)
    assert all(isinstance(audit, TooFew) for audit in found.audits.values())
    assert all(isinstance(one.index, TooFew) for one in found.recognised.values())


def test_counts():
    """Battles, erased ones and prompts that ask for a name are counted; erased ones are not read."""
    told = [
        battle(TEAMS[:2], prompt="너는 누구니?"),
        battle(TEAMS[1:], prompt="", replies=("", "")),
        battle(TEAMS[:2]),
    ]

    found = report(told=told, said=guessed(2, lambda _: DONT_KNOW, each=1))

    assert (found.battles, found.erased, found.read) == (3, 1, 2)
    assert (found.prompts, found.probing) == (2, 1)
    assert (found.votes, found.guesses, found.voters) == (100, 2, 2)


def test_report_repeats_nobody():
    """The file that goes into an export says how well teams were told apart, and none of their words."""
    told = battles(60, telltale=dict.fromkeys(TEAMS[:1], SECRET))
    heard = []
    found = report(told=told, said=guessed(20, lambda seated: seated), watch=lambda: heard.append(1))

    exported, shown = file_of(found).decode(), json.dumps(document(found, telling=True), ensure_ascii=False)

    assert SECRET in shown
    assert SECRET not in exported
    assert "telling" not in exported
    assert "voter-1" not in exported + shown
    assert json.loads(exported)["audits"]["texts"]["told_apart"] is True
    assert len(heard) == FITS


def test_controls_are_reported():
    """What votes on controls say stands in the report, with intervals where there are voters enough."""
    cells = [
        Cell(f"voter-{number}", TEAMS[0], TEAMS[0], verdict, 1)
        for number, verdict in enumerate([Verdict.A] * 6 + [Verdict.B] * 2 + [Verdict.TIE] * 8)
    ]

    said = document(report(on_controls=cells), telling=False)["controls"]
    none = document(report(), telling=False)["controls"]

    assert (said["votes"], said["a"], said["b"], said["tie"], said["both_bad"]) == (16, 6, 2, 8, 0)
    assert (said["decided"]["share"], said["preferring_a"]["share"]) == (0.5, 0.75)
    assert said["preferring_a"]["lower"] < 0.5 < said["preferring_a"]["upper"]
    assert (none["votes"], none["decided"], none["preferring_a"]) == (0, None, None)


def test_same_bytes():
    """The same round gives the same report to the byte."""
    told, said = battles(30), guessed(20, lambda seated: seated)

    assert file_of(report(told=told, said=said)) == file_of(report(told=told, said=said))
