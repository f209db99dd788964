"""`arena canary`: keep and look, on the command line."""

import contextlib
from dataclasses import fields

import pytest

from arena.cli import main as cli
from arena.cli.house import House
from arena.contest.canary import Alarm, Keeping, Look, Plan
from arena.contest.roster import ContestantId
from arena.errors import Fault
from arena.service.canary_prompts import PROMPTS

ONE = ContestantId("one")
WELL = Look(ONE, 1, 1e-5, 0.001, 0.4)
KEEPING = Keeping({ONE: "ab" * 32}, 10, 100)
ALARM = Alarm(ONE, 1, 2, 10, 1, "ab" * 32, 160, "cd" * 32, 80)


class Scripted:
    """Canaries that find what they are told to, and remember what they were asked."""

    replies_kept = replies_looked_at = 3

    def __init__(self, *looks):
        self.looks = looks
        self.raised = []
        self.prompts = None
        self.kept = None

    async def keep(self, looks, alpha, watch, *, again):
        self.kept = (looks, alpha, again)
        watch()
        return Plan(looks, 2, alpha)

    async def look(self, watch):
        watch()
        return list(self.looks)

    def alarms(self):
        return self.raised

    def keeping(self):
        return KEEPING


class Ledger:
    """A ledger that holds what was put on it."""

    def __init__(self):
        self.held = []

    def put(self, alarms, keeping=None):
        self.held += [*alarms, *filter(None, [keeping])]
        return len(alarms)


@pytest.fixture
def on_ledger():
    """The ledger of the round."""
    return Ledger()


@pytest.fixture
def run(on_ledger):
    """Run a command on scripted canaries."""

    def run(canaries, *arguments):
        def opened(prompts):
            canaries.prompts = prompts
            return contextlib.nullcontext(canaries)

        doors = {"canaries": opened, "alarms": lambda: contextlib.nullcontext(on_ledger)}
        house = House(**{field.name: None for field in fields(House)} | doors)
        return cli.main(["canary", *arguments], lambda: house)

    return run


def test_keep(run, capsys):
    """`arena canary keep` says from which p a look will alarm."""
    canaries = Scripted()

    status = run(canaries, "keep", "--looks", "100", "--alpha", "0.02", "--again")

    assert (status, canaries.kept, canaries.prompts) == (0, (100, 0.02, True), PROMPTS)
    assert capsys.readouterr() == ("", "kept; each of 100 looks alarms where p is at most 1.0e-04\n")


def test_keep_on_record(run, on_ledger, capsys):
    """The hash of what is kept goes on the ledger where the operator asks for it."""
    run(Scripted(), "keep", "--record")

    assert on_ledger.held == [KEEPING]
    assert "on the ledger" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("look", "status", "said"),
    [
        (WELL, 0, "as kept"),
        (Look(ONE, 1, 1e-5, 0.4, 1e-6), 1, "ANOTHER MODEL"),
        (Look(ONE, 1, 1e-5, fault=Fault.BUSY), 1, "did not answer: busy"),
    ],
)
def test_look(run, capsys, look, status, said):
    """`arena canary look` exits 1 where an endpoint serves another model or does not answer."""
    assert run(Scripted(WELL, look), "look") == status

    out, err = capsys.readouterr()
    assert said in out
    assert err == ""


@pytest.mark.parametrize(
    ("asked", "held", "said"),
    [
        (["--record"], [ALARM], "1 of 1 alarms are new on the ledger\n"),
        ([], [], "1 alarms so far; `arena canary look --record` puts them on the ledger\n"),
    ],
)
def test_record(run, on_ledger, capsys, asked, held, said):
    """Alarms go on the ledger where the operator asks for it; else she is told how."""
    canaries = Scripted(WELL)
    canaries.raised = [ALARM]

    run(canaries, "look", *asked)

    assert on_ledger.held == held
    assert capsys.readouterr().err == said


def test_own_prompts(run, tmp_path):
    """An operator's own prompts, which no team knows, are one a line."""
    (tmp_path / "prompts").write_text("첫째 물음\n\n  second \n", "utf-8")
    canaries = Scripted(WELL)

    run(canaries, "look", "--prompts", str(tmp_path / "prompts"))

    assert canaries.prompts == ("첫째 물음", "second")


@pytest.mark.parametrize("content", [None, b"\n \n", b"\xff"])
def test_no_prompts(run, tmp_path, capsys, content):
    """A file without prompts is refused by its name."""
    if content:
        (tmp_path / "prompts").write_bytes(content)

    assert run(Scripted(), "keep", "--prompts", str(tmp_path / "prompts")) == 1

    assert str(tmp_path / "prompts") in capsys.readouterr().err
