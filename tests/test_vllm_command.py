"""`arena vllm`: the line that serves a contestant, printed and run."""

import json
import os
import re
import sys

import pytest

from arena.cli import main as cli
from arena.composition.commands import house
from tests.servers import ROOT, Arena

DECLARED = (ROOT / "models.yaml").read_text("utf-8")
VLLM = """#!{python}
import json, os, sys
print(json.dumps([sys.argv[1:], os.environ.get("VLLM_API_KEY")]))
"""


@pytest.fixture
def environment(tmp_path):
    """A roster with a contestant on loopback and two elsewhere, and a `vllm` that tells how it was run."""
    declared = DECLARED.replace("demo://gulleongsoe", "http://127.0.0.1:8001")
    declared = declared.replace("demo://beodeulchi]", "http://10.0.0.11:8000]\n    key_env: TEAM_KEY")
    (tmp_path / "models.yaml").write_text(
        declared.replace("demo://susukkang", "http://10.0.0.12:8000"), "utf-8"
    )
    program = tmp_path / "bin/vllm"
    program.parent.mkdir()
    program.write_text(VLLM.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {"ARENA_MODELS": str(tmp_path / "models.yaml"), "PATH": path, "TEAM_KEY": "geheim"}


@pytest.fixture
def command(environment, monkeypatch, capsys):
    """Run the command in this process; gives status, stdout and stderr."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        status = cli.main(["vllm", *arguments], house)
        return status, *capsys.readouterr()

    return run


def test_run(environment, tmp_path):
    """The server is run in place of the command, as printed, with its key in the environment."""
    arena = Arena(tmp_path, **environment)

    done = arena.command("vllm", "beodeulchi", "--model", "/models/b", "--", "--max-num-seqs", "8")

    printed, ran = done.stdout.splitlines()
    words, key = json.loads(ran)
    assert done.returncode == 0
    assert words[:2] == ["serve", "/models/b"]
    assert words[-2:] == ["--max-num-seqs", "8"]
    assert key == "geheim"
    assert 'VLLM_API_KEY="$TEAM_KEY" vllm serve /models/b' in printed
    assert "geheim" not in printed + "".join(words)
    assert "let nobody but the arena reach this port" in done.stderr


def test_dry_run(command):
    """`--dry-run` prints one line and runs nothing."""
    status, out, err = command("gulleongsoe", "--model", "/models/g", "--dry-run")

    assert (status, err) == (0, "")
    assert re.fullmatch(r"VLLM_\S+ VLLM_\S+ vllm serve /models/g .*--port=8001 .*\n", out)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["susukkang"], "others than this machine reach 10.0.0.12"),
        (["mulsujebi"], "mulsujebi is answered for by the embedded demo, not by vLLM"),
        (["nobody"], "there is no contestant nobody; there are: gulleongsoe,"),
        (["gulleongsoe", "--", "--host", "0.0.0.0"], "--host is not free"),
    ],
)
def test_refused(command, asked, said):
    """What is unsafe or unknown is refused in one line, and nothing is run."""
    status, out, err = command("--model", "/models/x", *asked)

    assert (status, out) == (1, "")
    assert err.startswith(f"arena vllm: {said}")
    assert len(err.splitlines()) == 1


def test_not_installed(command, tmp_path, monkeypatch):
    """Where there is no vLLM the line is still printed, and the reader told what to install."""
    (tmp_path / "bin/vllm").unlink()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    status, out, err = command("gulleongsoe", "--model", "/models/g")

    assert status == 1
    assert out.startswith("VLLM_")
    assert "vllm is not installed here" in err
