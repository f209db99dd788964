"""`arena account`: who of the staff may sign in, on the operator's own machine."""

import contextlib
from dataclasses import fields

import pytest

from arena.cli import main as cli
from arena.cli.house import House
from tests.staffing import CONTESTANT, secret_of, staffed


@pytest.fixture
def database_url(tmp_path):
    """Commands do not know which database they work with; SQLite stands for both."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def run(arena, capsys):
    """Run `arena account …`; gives exit status, stdout and stderr."""
    _, book = staffed(arena.store, b"k" * 32, arena.clock, arena.chance)
    doors = {field.name: None for field in fields(House)}
    house = House(**doors | {"accounts": lambda: contextlib.nullcontext(book)})

    def ran(*words):
        status = cli.main(["account", *words], lambda: house)
        said = capsys.readouterr()
        return status, said.out, said.err

    return ran


def test_add(run):
    """What is handed to the holder goes to stdout once; how, and the code to scan, to stderr."""
    status, out, err = run("add", "Somebody", "--role", "team", "--contestant", CONTESTANT)
    name, password, uri = out.splitlines()

    assert (status, name) == (0, "somebody")
    assert len(password) == 23
    assert len(secret_of(uri)) == 32
    assert password not in err
    assert err.count("█") + err.count("▀") + err.count("▄") > 100


def test_list(run):
    """The list says who there is, in which role and state, and no secret."""
    _, out, _ = run("add", "somebody", "--role", "auditor")
    run("add", "another", "--role", "operator")
    run("disable", "another")
    status, listed, _ = run("list")

    assert status == 0
    assert out.splitlines()[1] not in listed
    assert [
        word for word in ("somebody", "auditor", "must change", "another", "disabled") if word not in listed
    ] == []


def test_reset(run):
    """A reset hands over another password and another secret."""
    _, before, _ = run("add", "somebody", "--role", "auditor")
    status, after, _ = run("reset", "SOMEBODY")

    assert status == 0
    assert before.splitlines()[0] == after.splitlines()[0]
    assert set(before.splitlines()) & set(after.splitlines()) == {"somebody"}


def test_disable_and_undo(run):
    """An account is disabled by its name, and enabled again."""
    run("add", "somebody", "--role", "auditor")
    said = [run("disable", "somebody"), run("disable", "somebody", "--undo")]

    assert [(status, err) for status, _, err in said] == [
        (0, "somebody can sign in no more\n"),
        (0, "somebody can sign in again\n"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("disable", "nobody"),
        ("reset", "nobody"),
        ("add", "x", "--role", "team"),
        ("add", "x", "--role", "operator", "--contestant", CONTESTANT),
        ("add", "x", "--role", "team", "--contestant", "nobody"),
    ],
)
def test_what_cannot_be(run, words):
    """What cannot be done is said in a line, and nothing is done."""
    status, out, err = run(*words)

    assert (status, out) == (1, "")
    assert err.startswith("arena account: ")
    assert len(err.splitlines()) == 1


def test_unknown_role(run, capsys):
    """A role that there is not is a mistake in the command line."""
    with pytest.raises(SystemExit) as ended:
        run("add", "x", "--role", "admin")

    assert ended.value.code == 2
