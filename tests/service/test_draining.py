import logging
import time
from contextlib import contextmanager, nullcontext
from dataclasses import fields

import httpx
import pytest

from arena.cli import main as cli
from arena.cli.house import House
from arena.errors import BadSetting
from arena.service.draining import FILE, Draining
from tests.forked import ForkedArena


@pytest.fixture
def draining(contest, tmp_path):
    return Draining(tmp_path, contest.roster)


@pytest.fixture
def endpoint(draining):
    return draining.endpoints[0]


def test_drained_and_put_back(draining, contest, tmp_path, endpoint):
    """What one process takes out another reads, until it is put back."""
    other = Draining(tmp_path, contest.roster)
    assert other.drained() == frozenset()

    draining.drain(endpoint)
    assert other.drained() == {endpoint}

    draining.undo(endpoint)
    assert other.drained() == frozenset()


def test_several(draining):
    """Endpoints are taken out and put back one by one; again changes nothing."""
    first, second, *_ = draining.endpoints
    for endpoint in (first, second, first):
        draining.drain(endpoint)
    draining.undo(first)
    draining.undo(first)

    assert draining.drained() == {second}


def test_an_address_that_nobody_has(draining):
    """An address that is not declared is refused with those that are."""
    with pytest.raises(BadSetting, match="http://elsewhere; there are: "):
        draining.drain("http://elsewhere")


def test_what_a_hand_wrote(draining, endpoint, tmp_path):
    """A file written by hand is read by lines; addresses that are not declared are nothing."""
    (tmp_path / FILE).write_text(f"\n  {endpoint}\r\nhttp://gone\n\n", "utf-8")

    assert draining.drained() == {endpoint}


@contextmanager
def unreadable(file):
    """Put a folder where the file is."""
    file.unlink()
    file.mkdir()
    yield
    file.rmdir()


def test_a_file_that_cannot_be_read(draining, endpoint, tmp_path, caplog):
    """While the file cannot be read, what was taken out stays out, and the log says so."""
    draining.drain(endpoint)
    draining.drained()
    with unreadable(tmp_path / FILE), caplog.at_level(logging.WARNING):
        assert draining.drained() == {endpoint}
        with pytest.raises(BadSetting, match="cannot write"):
            draining.drain(endpoint)

    assert "cannot read" in caplog.text


def test_a_file_that_is_no_text(draining, tmp_path):
    """A file that is no text changes nothing."""
    (tmp_path / FILE).write_bytes(b"\xff\xfe")

    assert draining.drained() == frozenset()


class Audited:
    """Keeps what it is told of acts."""

    def __init__(self):
        self.acts = []

    def put(self, by, act, before, after):
        self.acts.append((by, str(act), before, after))


@pytest.fixture
def audited():
    return Audited()


@pytest.fixture
def run(draining, audited):
    doors = {field.name: lambda: pytest.fail("nothing else was to be opened") for field in fields(House)}
    house = House(**doors | {"draining": lambda: draining, "audit": lambda: nullcontext(audited)})
    return lambda *words: cli.main(["drain", *words], lambda: house)


def test_command(run, endpoint, capsys, draining, audited):
    """`arena drain` takes an endpoint out, shows all, and puts it back; both stand in the audit, once."""
    assert run(endpoint) == 0
    assert run() == 0
    shown = capsys.readouterr().out

    assert shown.count("none: drained") == 2
    assert shown.count("yes") == 2 * (len(draining.endpoints) - 1)
    assert run(endpoint, "--undo") == 0
    assert run(endpoint, "--undo") == 0
    number = draining.endpoints.index(endpoint) + 1
    out, back = {"endpoint": number, "state": "drained"}, {"endpoint": number, "state": "in_use"}
    assert draining.drained() == frozenset()
    assert audited.acts == [(None, "drain_endpoint", back, out), (None, "drain_endpoint", out, back)]


def test_command_that_is_wrong(run, capsys):
    """An address that nobody has is an error with exit status 1."""
    assert run("http://elsewhere") == 1
    assert "no contestant has the endpoint" in capsys.readouterr().err


def test_undo_of_nothing(run):
    """`--undo` without an endpoint is an error: nobody knows what was meant."""
    assert run("--undo") == 2


@pytest.fixture
def running(tmp_path):
    """A real server that looks often."""
    arena = ForkedArena(tmp_path, ARENA_PROBE_SECONDS="0.2", ARENA_DEMO_SPEED="100")
    arena.start()
    yield arena
    arena.stop()


def ending(citizen):
    """Ask, and give how the battle ends; none that is open stays so."""
    battle = citizen.post("/api/battles", json={"prompt": "하늘은 왜 파란가요?"}).json()["battle"]
    with citizen.stream("GET", f"/api/battles/{battle}/events") as stream:
        lines = stream.read().decode().splitlines()
    citizen.delete(f"/api/battles/{battle}")
    return [line for line in lines if line.startswith("event: ")][-1].removeprefix("event: ")


def test_a_running_server_drains(running, draining):
    """A running server asks a drained endpoint nothing, and asks it again once it is put back."""
    with httpx.Client(base_url=running.url, timeout=30) as citizen:
        consent = citizen.get("/api/round").json()["consent"]
        citizen.post("/api/me", json={"consent": consent}).raise_for_status()
        before = ending(citizen)
        for endpoint in draining.endpoints:
            draining.drain(endpoint)
        time.sleep(1)
        meanwhile = ending(citizen)
        for endpoint in draining.endpoints:
            draining.undo(endpoint)
        time.sleep(1)
        after = ending(citizen)

    assert (before, meanwhile, after) == ("open", "void", "open")
