"""A log in real processes: a server, its witness, a monitor, and what they say of a log that forks."""

import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from arena.identity import witness_key
from arena.ledger.checkpoint import Checkpoint, cosigned_by
from arena.ledger.note import Note, Vkey
from tests.forger import forging
from tests.forked import ForkedArena, command
from tests.servers import ROOT

MONITOR = re.search(r"```python\n(.*?)```", (ROOT / "docs/monitor.md").read_text("utf-8"), re.DOTALL)[1]
PATIENCE = 60


@pytest.fixture(scope="module")
def witnessed(tmp_path_factory):
    """A server whose rules name one witness; `key` is her file and `vkey` her public half."""
    folder = tmp_path_factory.mktemp("witnessed")
    vkey = str(witness_key.make(folder / "w.key", "team.example/w1").vkey)
    declared = (ROOT / "models.yaml").read_text("utf-8")
    declared = declared.replace("    keys: []\n    quorum: 0", f'    keys: ["{vkey}"]\n    quorum: 1')
    (folder / "models.yaml").write_text(declared, "utf-8")
    arena = ForkedArena(folder, ARENA_MODELS=str(folder / "models.yaml"), ARENA_CHECKPOINT_SECONDS="1")
    arena.start()
    arena.key, arena.vkey = folder / "w.key", vkey
    yield arena
    arena.stop()


def witness(arena_url, state, key, *more):
    """Run a witness once."""
    return command(["witness", "--log", arena_url, "--state", state, "--key", key, "--once", *more])


def waited(wanted):
    """Ask until the answer is something, and give it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := wanted()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def newest(url):
    """The newest checkpoint's note, as soon as there is one."""

    def look():
        answer = httpx.get(f"{url}/checkpoint")
        return Note.parse(answer.text) if answer.status_code == 200 else None

    return waited(look)


def size_of(note):
    """How many entries a checkpoint covers."""
    return Checkpoint.parse(note.text).size


@contextmanager
def voted(url):
    """Vote as a citizen does; gives her client, the battle and what was acknowledged."""
    with httpx.Client(base_url=url, timeout=30) as client:
        client.post("/api/me", json={"consent": client.get("/api/round").json()["consent"]})
        battle = client.post("/api/battles", json={"prompt": "하늘은 왜 파란가요?"}).json()["battle"]
        client.get(f"/api/battles/{battle}/events")
        yield client, battle, client.put(f"/api/battles/{battle}/vote", json={"verdict": "a"}).json()


def test_witness_of_a_server(witnessed, tmp_path):
    """A witness follows a running server, and its checkpoint and receipts carry her word."""
    newest(witnessed.url)
    with voted(witnessed.url) as (client, battle, cast):
        waited(lambda: size_of(newest(witnessed.url)) > cast["index"])
        done = witness(witnessed.url, tmp_path / "state.json", witnessed.key)
        got = client.get(f"/api/battles/{battle}/receipt")
    (tmp_path / "vote.tlog-proof").write_bytes(got.content)
    vkey = httpx.get(f"{witnessed.url}/api/keys").text.strip()
    asked = ["--key", vkey, "--witness", witnessed.vkey]
    checked = command(["verify-receipt", tmp_path / "vote.tlog-proof", *asked])

    assert (done.returncode, done.stdout) == (0, "")
    assert f"the log is known by {vkey}" in done.stderr
    assert cosigned_by(newest(witnessed.url), Vkey.parse(witnessed.vkey))
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "A is better" in checked.stdout
    assert "witnesses:  team.example/w1" in checked.stdout


def test_a_stranger_as_witness(witnessed, tmp_path):
    """A witness whom the rules do not name is told so, and goes on knowing what she has seen."""
    newest(witnessed.url)
    witness_key.make(tmp_path / "s.key", "stranger.example")

    done = witness(witnessed.url, tmp_path / "state.json", tmp_path / "s.key")

    assert done.returncode == 1
    assert "/api/cosignatures answers 422" in done.stderr
    assert (tmp_path / "state.json").exists()


def test_rotation_while_serving(witnessed):
    """A key that is rotated by command signs the next checkpoint of the running server, with the old one."""
    newest(witnessed.url)
    old = httpx.get(f"{witnessed.url}/api/keys").text.split()[-1]

    rotated = witnessed.command("key", "rotate", "--overlap", "3600")
    shown = witnessed.command("key", "show")
    new = rotated.stdout.strip()
    note = waited(lambda: newest(witnessed.url) if newest(witnessed.url).by(Vkey.parse(new)) else None)

    assert (rotated.returncode, rotated.stderr) == (0, "")
    assert shown.stdout.split()[-2:] == [old, new]
    assert note.signed_by(Vkey.parse(new))
    assert note.signed_by(Vkey.parse(old))


def test_checkpoint_by_command(witnessed):
    """A checkpoint can be made by command beside the running server, and is the server's own."""
    made = witnessed.command("checkpoint")

    assert (made.returncode, made.stderr) == (0, "")
    assert Note.parse(made.stdout).text == newest(witnessed.url).text


def test_witness_stays_and_answers(tmp_path):
    """A witness who stays follows a log, answers one that asks, and ends with an alarm when it forks."""
    key = tmp_path / "w.key"
    witness_key.make(key, "team.example/w1")
    with forging() as forger:
        forger.grow(10)
        asked = ["--log", forger.url, "--state", str(tmp_path / "state.json"), "--key", str(key)]
        running = subprocess.Popen(
            [sys.executable, "app.py", "witness", *asked, "--interval", "0.2", "--listen", "127.0.0.1:0"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        waited(lambda: forger.taken)
        forger.grow(5)
        waited(lambda: len(forger.taken) > 1)
        forger.entries[2] = b"another"
        said = running.communicate(timeout=PATIENCE)[1]

    assert running.returncode == 1
    assert re.search(r"listening on 127\.0\.0\.1:\d+", said)
    assert "cosigned the checkpoint of size 15" in said
    assert "THE LOG HAS FORKED" in said
    assert (tmp_path / "state.json.fork-1").read_text("utf-8").count("forger.example\n15\n") == 2
    assert len(forger.taken) == 2


@pytest.mark.parametrize("listen", ["nowhere", "127.0.0.1:http", "127.0.0.1:99999"])
def test_a_door_that_cannot_be(tmp_path, listen):
    """An address that cannot be listened on is a message."""
    witness_key.make(tmp_path / "w.key", "team.example/w1")

    done = witness("http://127.0.0.1:1", tmp_path / "s.json", tmp_path / "w.key", "--listen", listen)

    assert done.returncode == 1
    assert "--listen" in done.stderr
    assert "Traceback" not in done.stderr


def test_key_of_a_witness(tmp_path):
    """A witness's key is made by command, and shown again by the same command."""
    made = command(["key", "witness", tmp_path / "w.key", "--name", "team.example/w1"])
    shown = command(["key", "witness", tmp_path / "w.key"])

    assert (made.returncode, made.stderr, made.stdout) == (0, "", shown.stdout)
    assert Vkey.parse(made.stdout.strip()).name == "team.example/w1"


# A monitor that shares no code with the arena


@pytest.fixture
def monitor(tmp_path):
    """Start the monitor of the documentation."""
    (tmp_path / "monitor.py").write_text(MONITOR, "utf-8")
    (tmp_path / "requests.py").write_text(
        "from httpx import get\n", "utf-8"
    )  # the same call of another library
    started = []

    def start(url):
        asked = [sys.executable, str(tmp_path / "monitor.py"), url, "0.2"]
        started.append(
            subprocess.Popen(asked, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_monitor_is_short():
    """Whoever does not trust the arena needs 30 lines, `requests` and the standard library."""
    assert len(MONITOR.strip().splitlines()) <= 30
    assert set(re.findall(r"^import (.*)$", MONITOR, re.MULTILINE)) == {
        "base64, hashlib, sys, time",
        "requests",
    }


def test_monitor_of_a_server(witnessed, monitor):
    """The monitor follows a running server as votes come in."""
    newest(witnessed.url)
    running = monitor(witnessed.url)
    first = int(running.stdout.readline().split()[0])
    with voted(witnessed.url) as (_, _, cast):
        waited(lambda: int(running.stdout.readline().split()[0]) > cast["index"])

    assert running.poll() is None
    assert first >= 5


@pytest.mark.parametrize("count", [1, 300, 70_000])
def test_monitor_of_a_fork(monitor, count):
    """The monitor ends with an alarm when a log that it follows rewrites an entry."""
    with forging() as forger:
        forger.grow(count)
        running = monitor(forger.url)
        before = running.stdout.readline()
        forger.grow(3)
        waited(lambda: running.stdout.readline().startswith(str(count + 3)))
        forger.entries[0] = b"another"
        forger.grow(1)
        said = running.communicate(timeout=PATIENCE)[1]

    assert before.startswith(f"{count} entries")
    assert running.returncode == 1
    assert said.startswith("FORK: ")


def test_monitor_of_a_rollback(monitor):
    """The monitor ends with an alarm when a log that it follows has become shorter."""
    with forging() as forger:
        forger.grow(300)
        running = monitor(forger.url)
        before = running.stdout.readline()
        del forger.entries[290:]
        forger.grow(0)
        said = running.communicate(timeout=PATIENCE)[1]

    assert before.startswith("300 entries")
    assert running.returncode == 1
    assert said.startswith("FORK: 290 entries")


# A receipt offline


def test_verify_receipt_stands_alone():
    """The check of a receipt needs nothing of the server's libraries."""
    heavy = "{'gradio', 'sqlalchemy', 'httpx', 'fastapi', 'ruamel', 'rich', 'numpy'}"
    source = f"import sys, arena.cli.verify_receipt; print(sorted(set(sys.modules) & {heavy}))"

    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("content", [None, b"", b"hello", b"\xff\xfe", b"c2sp.org/tlog-proof@v1\n" * 90_000])
def test_a_receipt_that_is_none(tmp_path, content):
    """A file that is no receipt is one message and exit 1."""
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    key = "log.example+8cf3e1c3+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    asked = [sys.executable, "-m", "arena.cli.verify_receipt", str(tmp_path / "file"), "--key", key]

    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


def test_ctrl_c(tmp_path):
    """A witness is stopped by Ctrl-C with one word."""
    witness_key.make(tmp_path / "w.key", "team.example/w1")
    with forging() as forger:
        forger.grow(1)
        asked = [
            "--log",
            forger.url,
            "--state",
            str(tmp_path / "state.json"),
            "--key",
            str(tmp_path / "w.key"),
        ]
        running = subprocess.Popen(
            [sys.executable, "app.py", "witness", *asked], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        waited(lambda: forger.taken)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=PATIENCE)[1]

    assert running.returncode == 130
    assert said.endswith("stopped\n")
