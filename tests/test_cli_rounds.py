"""`arena round` and `arena exclude`: what the operator is told, and nothing is done before she means it."""

import contextlib
import re
from dataclasses import fields

import pytest

from arena.cli import main as cli
from arena.cli.house import House
from arena.contest.lifecycle import Step
from arena.contest.rules import Verdict
from tests.leading import kinds, lifecycle
from tests.reporting.ballots import cast, cast_many, changed, newcomer


@pytest.fixture
def database_url(tmp_path):
    """Commands do not know which database they work with; SQLite stands for both."""
    return f"sqlite:///{tmp_path}/arena.db"


def closed():
    """A door that nobody may open in this test."""
    raise AssertionError("nothing was to be opened")


@pytest.fixture
def house(arena):
    """A house in which rounds can be led: the rehearsal that is open, or what `arena.led` says."""
    arena.led = lifecycle(arena)
    doors = {field.name: closed for field in fields(House)}
    return House(**doors | {"lifecycle": lambda: contextlib.nullcontext(arena.led)})


def run(house, *arguments):
    return cli.main(arguments, lambda: house)


def confirmed(house, capsys, *arguments):
    """Ask twice, as an operator does; give the status of the second asking."""
    capsys.readouterr()
    assert run(house, *arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    code = re.search(r"--confirm ([0-9a-f]{8})\n$", told.err)[1]
    return run(house, *arguments, "--confirm", code)


def test_a_whole_round(house, arena, capsys):
    """Every step of a contest's round is a command, asked for twice, that names the next one."""
    real = changed(arena.contest, round_id="real-1", rehearsal=False, beacon="the dice of noon")
    arena.led = lifecycle(arena, real)
    before = len(kinds(arena))
    nonce = f"{real.roster.ids[0]}={'ab' * 32}"

    assert run(house, "round", "new", "--nonce", nonce) == 0
    assert capsys.readouterr().err == "round real-1 is new; what comes next is `arena round freeze`\n"
    for asked, next_ in ((["freeze"], "open"), (["open", "--beacon", "4 2 6"], "close")):
        assert confirmed(house, capsys, "round", *asked) == 0
        assert capsys.readouterr().err.endswith(f"what comes next is `arena round {next_}`\n")
    arena.clock.now = real.rules.closes
    for asked in ("close", "commit-result", "publish", "forget"):
        assert confirmed(house, capsys, "round", asked) == 0

    assert kinds(arena, before)[-2:] == ["ResultOpened", "PepperDestroyed"]
    assert capsys.readouterr().err == "round real-1 is forgotten; nothing comes next\n"


def test_the_commitment_goes_to_stdout(house, arena, capsys):
    """The commitment to a result is data: it stands on stdout in one line, as it does on record."""
    confirmed(house, capsys, "round", "close")
    capsys.readouterr()

    confirmed(house, capsys, "round", "commit-result")

    (result,) = arena.led.status().results
    assert capsys.readouterr().out == f"result 1: {result.commitment}\n"


def test_status(house, arena, capsys):
    """`arena round status` says how the round stands."""
    cast_many(arena, voters=3)
    gone = arena.contest.roster.ids[0]
    confirmed(house, capsys, "round", "close")
    confirmed(house, capsys, "round", "remove", gone, "--reason", "[bold]가중치")
    capsys.readouterr()

    assert run(house, "round", "status") == 0

    out, err = capsys.readouterr()
    told = [line.strip("│ \n").split("│") for line in out.splitlines() if "│" in line]
    known = {name.strip(): value.strip() for name, value in told}
    assert err == ""
    assert (known["phase"], known["votes"], known["removed"]) == ("closed", "12", gone)
    assert known["rules and roster"] == arena.round.rules_hash


def test_exclude(house, arena, capsys):
    """`arena exclude` takes votes out of the score by their indices, with the reason on record."""
    battle = cast(arena, newcomer(arena), Verdict.A)
    index = arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A).index
    confirmed(house, capsys, "round", "close")
    capsys.readouterr()

    assert confirmed(house, capsys, "exclude", "--vote", str(index), "--reason", "bought") == 0

    assert capsys.readouterr().err.startswith("1 votes of round demo-5 are excluded")
    assert kinds(arena)[-1] == "Excluded"


@pytest.mark.parametrize("asked", [["round", "close"], ["round", "status"]])
def test_nothing_is_done_at_the_first_asking(house, arena, capsys, asked):
    """Asking once, or for the status, leaves the record as it was."""
    before = kinds(arena)

    run(house, *asked)

    assert kinds(arena) == before


@pytest.mark.parametrize(
    "nonce", ["gulleongsoe", "gulleongsoe=xyz", "gulleongsoe=abc", "nobody=" + "00" * 32]
)
def test_bad_nonce(house, arena, capsys, nonce):
    """A nonce that cannot be read, or of nobody on the roster, is one message."""
    arena.led = lifecycle(arena, changed(arena.contest, round_id="real-1", rehearsal=False))

    assert run(house, "round", "new", "--nonce", nonce) == 1

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("arena round: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["round"],
        ["round", "nonsense"],
        ["round", "remove"],
        ["round", "remove", "gulleongsoe"],
        ["round", "new", "--confirm", "x"],
        ["exclude"],
        ["exclude", "--vote", "one", "--reason", "x"],
        ["exclude", "--vote", "1"],
    ],
)
def test_usage(capsys, arguments):
    """What cannot be asked is a usage error: exit 2, nothing done."""
    with pytest.raises(SystemExit) as left:
        cli.main(arguments, closed)

    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("usage: arena")


def test_every_step_has_a_command(capsys):
    """The help of `arena round` names every step; exclusion has a command of its own."""
    with pytest.raises(SystemExit):
        cli.main(["round", "--help"], closed)

    named = set(re.findall(r"^    ([a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    assert named == {step.value for step in Step} - {"exclude"} | {"status"}
