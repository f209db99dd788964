"""The arena as an operator runs it: real processes, wrong settings, and a clear word for each."""

import csv
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import httpx
import pytest

from arena import settings
from arena.cli import main as cli
from arena.composition import opening
from arena.composition.commands import house
from arena.store import schema
from arena.store.session import Store
from tests.forked import ForkedArena
from tests.servers import ROOT, Arena, free_port
from tests.service.porter import porter

DECLARED = (ROOT / "models.yaml").read_text("utf-8")
BROKEN = DECLARED.replace("max_turns: 4", "max_turns: many").replace("id: beodeulchi", "id: Beo deulchi", 1)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server that serves."""
    arena = ForkedArena(tmp_path_factory.mktemp("served"))
    arena.start()
    yield arena
    arena.stop()


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command of the real house in this process; gives status, stdout and stderr."""
    monkeypatch.setenv("ARENA_DATA", str(tmp_path / "data"))

    def run(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        status = cli.main(arguments, house)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def opened(command, tmp_path):
    """The round, opened as a server does, in the data folder of `command`."""
    with opening.opened(settings.read({"ARENA_DATA": str(tmp_path / "data")}), serving=True):
        pass


def process(folder, *arguments, **environment):
    """Run a command in a process of its own."""
    return ForkedArena(folder, **environment).command(*arguments)


def lines_with(text, *words):
    """Give the numbers of the lines that hold the words, from 1."""
    return [number for number, line in enumerate(text.splitlines(), 1) if any(word in line for word in words)]


def test_broken_declaration(tmp_path):
    """Every mistake of `models.yaml` is told at once, each with its line."""
    (tmp_path / "models.yaml").write_text(BROKEN, "utf-8")

    done = Arena(tmp_path, ARENA_MODELS=str(tmp_path / "models.yaml")).command("check")

    told = [int(number) for number in re.findall(r"^line (\d+): ", done.stderr, re.MULTILINE)]
    assert (done.returncode, done.stdout) == (1, "")
    assert told == lines_with(BROKEN, "max_turns: many", "id: Beo deulchi")
    assert "Traceback" not in done.stderr


def test_unknown_command(tmp_path):
    """An unknown command is a usage error that names the commands there are."""
    done = process(tmp_path, "nonsense")

    assert (done.returncode, done.stdout) == (2, "")
    assert all(name in done.stderr for name in cli.COMMANDS)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_no_declaration(command, tmp_path, content):
    """Without a readable `models.yaml` the arena names the file it looked for."""
    if content:
        (tmp_path / "models.yaml").write_bytes(content)

    status, out, err = command("check", ARENA_MODELS=tmp_path / "models.yaml")

    assert (status, out) == (1, "")
    assert f"cannot read {tmp_path}/models.yaml" in err


@pytest.mark.parametrize("port", ["0", "65536", "http", "7860.5", " "])
def test_bad_port(command, port):
    """A port that cannot be is refused by the variable's name."""
    status, out, err = command("check", ARENA_PORT=port)

    assert (status, out) == (1, "")
    assert "ARENA_PORT must be a whole number from 1 to 65535" in err


def test_bad_database_url(command):
    """A database of an unknown kind is refused by the variable's name."""
    status, out, err = command("standings", ARENA_DATABASE_URL="mysql://x/y")

    assert (status, out) == (1, "")
    assert "ARENA_DATABASE_URL" in err


def test_file_that_is_no_database(command, tmp_path):
    """A file of something else is not taken for the database, and stays as it was."""
    letter = b"a letter, not a database " * 100
    (tmp_path / "letter").write_bytes(letter)

    status, out, err = command("standings", ARENA_DATABASE_URL=f"sqlite:///{tmp_path}/letter")

    assert (status, out) == (1, "")
    assert "not a database" in err
    assert (tmp_path / "letter").read_bytes() == letter


def test_database_that_is_away(command):
    """A PostgreSQL server that cannot be reached is a message, for every command that needs it."""
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/none"

    status, out, err = command("standings", ARENA_DATABASE_URL=away)

    assert (status, out) == (1, "")
    assert "arena standings: " in err
    assert "Traceback" not in err


def test_newer_database(command, tmp_path):
    """A database of a newer version is refused by its schema and left alone."""
    store = Store(f"sqlite:///{tmp_path}/newer.db")
    schema.migrate(store)
    store.close()
    with sqlite3.connect(tmp_path / "newer.db") as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    plain.close()

    status, out, err = command("standings", ARENA_DATABASE_URL=f"sqlite:///{tmp_path}/newer.db")

    assert (status, out) == (1, "")
    assert "schema 9999" in err


def test_migrate(command, tmp_path):
    """`arena migrate` makes the database; again it changes nothing."""
    first, again = command("migrate"), command("migrate")

    assert first == again == (0, "", f"the database is at schema {schema.newest()}\n")
    assert (tmp_path / "data/arena.db").exists()


def test_no_votes(opened, command, tmp_path):
    """Before the first votes there are no standings, and an export that holds says why."""
    status, out, err = command("standings")
    exported = command("export", str(tmp_path / "out"))

    assert (status, out, exported[:2]) == (1, "", (0, ""))
    assert err == "arena standings: it takes votes on at least two contestants to rate them\n"
    assert "refused" in (tmp_path / "out/standings.json").read_text("utf-8")


def test_round_that_was_never_opened(command, tmp_path):
    """A command that reads a round does not open it, and says what does."""
    asked = command("standings")
    again = command("simulate")

    assert (asked[:2], again[:2]) == ((1, ""), (1, ""))
    assert "round demo-5 has not been opened" in asked[2]
    assert "arena serve" in again[2]
    assert not (tmp_path / "data/secrets").exists()


def test_other_rules(opened, command, tmp_path):
    """Rules that were changed after the opening are refused with the field, before and after."""
    (tmp_path / "models.yaml").write_text(DECLARED.replace("max_turns: 4", "max_turns: 5"), "utf-8")

    status, out, err = command("standings", ARENA_MODELS=tmp_path / "models.yaml")

    assert (status, out) == (1, "")
    assert "rules.max_turns: 4 → 5" in err


def test_check_names_who_does_not_serve(command, tmp_path):
    """`arena check` names the server that is away and the one that refuses the key, and exits 1."""
    with porter(key="right", model="beodeulchi") as guarded:
        declared = DECLARED.replace("demo://gulleongsoe", f"http://127.0.0.1:{free_port()}")
        declared = declared.replace("demo://beodeulchi]", f"{guarded}]\n    key_env: TEAM_KEY")
        (tmp_path / "models.yaml").write_text(declared, "utf-8")

        status, out, err = command("check", ARENA_MODELS=tmp_path / "models.yaml", TEAM_KEY="wrong")

    assert status == 1
    assert err.endswith("not every endpoint serves: gulleongsoe, beodeulchi\n")
    assert "unreachable" in out
    assert "401" in out
    assert "wrong" not in out + err


@pytest.mark.parametrize("asked", [["standings"], ["serve"]])
def test_data_folder_is_a_file(tmp_path, asked):
    """A data folder that is a file is named, and stays as it was."""
    (tmp_path / "data").write_text("mine")

    done = process(tmp_path, *asked, ARENA_DATA=str(tmp_path / "data"))

    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path}/data" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "data").read_text() == "mine"


def test_port_in_use(tmp_path):
    """A port that is taken is named with the variable that sets it, before anything is made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = process(tmp_path, "serve", ARENA_PORT=str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
    assert "set ARENA_PORT" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_second_server(running):
    """A second server on the same data is refused, and the first serves on."""
    done = process(running.folder, "serve")

    assert (done.returncode, done.stdout) == (1, "")
    assert f"another server uses {running.folder}" in done.stderr
    assert "Traceback" not in done.stderr
    with socket.create_connection(("127.0.0.1", running.port), timeout=5):
        pass


def test_idle_connection(running):
    """A connection that rests for some seconds is still answered: a proxy or browser may use it again."""
    patient = httpx.Limits(keepalive_expiry=60)
    with httpx.Client(base_url=running.url, limits=patient) as client:
        ports = []
        for pause in (0, 6):  # uvicorn alone hangs up after 5 seconds
            time.sleep(pause)
            answer = client.get("/healthz")
            ports.append(answer.extensions["network_stream"].get_extra_info("client_addr")[1])

    assert answer.text == "ok"
    assert ports[0] == ports[1]


def test_rehearse_and_export(running, tmp_path):
    """A rehearsal of a running server, its standings and its export all tell of the same votes."""
    asked = ["--battles", "40", "--voters", "10", "--parallel", "10", "--url", running.url]
    played = running.command("simulate", *asked)
    shown = running.command("standings")
    exported = running.command("export", str(tmp_path / "out"))

    assert (played.returncode, played.stderr) == (0, "")
    assert "40 votes acknowledged" in played.stdout
    assert "0 lost, 0 doubled" in played.stdout
    assert (shown.returncode, shown.stderr, "굴렁쇠" in shown.stdout) == (0, "", True)
    assert (exported.returncode, exported.stdout) == (0, "")
    with (tmp_path / "out/votes.csv").open(encoding="utf-8") as file:
        scored = len(list(csv.DictReader(file)))
    assert scored in {38, 39}  # of 21 battles one is a control
    assert exported.stderr.splitlines() == [
        f"{scored} votes exported to {tmp_path}/out",
        f"{40 - scored} more on controls: kept and not scored",
    ]
    assert json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))["votes"] == scored


def test_simulate_without_a_server(opened, command):
    """A rehearsal against an address where nobody answers is one message."""
    status, out, err = command("simulate", "--url", f"http://127.0.0.1:{free_port()}")

    assert (status, out) == (1, "")
    assert err.startswith("arena simulate: GET /api/round failed")
    assert "Traceback" not in err


def test_ctrl_c(tmp_path):
    """Ctrl-C ends a server with one word, exit 130 and nothing left running."""
    arena = Arena(tmp_path)
    arena.start()
    arena.process.send_signal(signal.SIGINT)

    status = arena.process.wait(timeout=30)

    said = (tmp_path / "server.log").read_text("utf-8")
    assert status == 130
    assert said.rstrip().endswith("stopped")
    assert "Traceback" not in said


def test_ratings_read_the_export_elsewhere(running, tmp_path):
    """The exported votes are rated by a process that knows nothing of the arena's data."""
    running.command("export", str(tmp_path / "out"))
    recipe = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))["check"]["standings"]
    asked = [sys.executable, *recipe.replace("votes.csv", str(tmp_path / "out/votes.csv")).split()[1:]]

    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)

    standings = json.loads((tmp_path / "out/standings.json").read_text("utf-8"))
    assert standings["contestants"] == json.loads(done.stdout)["contestants"]
