"""Work in a process of its own: its outcome comes back, and neither its end nor ours leaves it behind."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from arena.errors import NoScore, WorkLost
from arena.service.apart import GIVING_WAY, Apart
from tests.service import working

ROOT = Path(__file__).parents[2]


def waited(is_so, patience=60.0):
    """Look until it is so."""
    until = monotonic() + patience
    while not is_so() and monotonic() < until:
        sleep(0.02)
    return is_so()


def is_there(pid):
    """Whether a process is there and not just waiting to be buried."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_outcome():
    """What comes of the work is given, and how far it is is told."""
    told = []
    total = Apart().done(working.summed, [1, 2, 3, 4], tell=told.append)

    assert total == 10
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_gives_way():
    """The process gives way to those that answer."""
    assert Apart().done(working.niceness) >= min(19, os.nice(0) + GIVING_WAY)


def test_refusal():
    """A refusal of the work is our refusal."""
    with pytest.raises(NoScore, match="too few"):
        Apart().done(working.refusing)


@pytest.mark.parametrize("work", [working.failing, working.killed])
def test_lost(work, capfd):
    """A process that fails or is killed is work lost; the next does its own."""
    apart = Apart()
    with pytest.raises(WorkLost):
        apart.done(work)

    assert apart.done(working.summed, [1]) == 1
    assert ("unforeseen" in capfd.readouterr().err) == (work is working.failing)


def test_closed(tmp_path):
    """At the end every process is ended, and no other begun."""
    apart, pid, lost = Apart(), tmp_path / "pid", []

    def work():
        try:
            apart.done(working.staying, str(pid))
        except WorkLost as error:
            lost.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert waited(lambda: pid.exists() and pid.read_text())
    apart.close()
    thread.join()

    assert len(lost) == 1
    assert not is_there(pid.read_text())
    with pytest.raises(WorkLost):
        apart.done(working.summed, [1])


def test_orphan(tmp_path):
    """A process whose beginner was killed ends by itself."""
    pid = tmp_path / "pid"
    begin = (
        "from arena.service.apart import Apart; from tests.service import working; "
        f"Apart().done(working.staying, {str(pid)!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", begin], cwd=ROOT, env={**os.environ, "PYTHONPATH": "."})
    assert waited(lambda: pid.exists() and pid.read_text())
    process.kill()
    process.wait()

    assert waited(lambda: not is_there(pid.read_text()))
