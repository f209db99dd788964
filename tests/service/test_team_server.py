"""The command that serves a contestant: closed, quiet, and without the key."""

import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.roster import Contestant, ContestantId
from arena.errors import BadSetting
from arena.service.team_server import OURS, team_server

NEAR = Contestant(
    id=ContestantId("team-one"),
    team="한 팀",
    name="한 모델",
    aliases=(),
    endpoints=("http://127.0.0.1:8001",),
    served_model="one model",
    key_env="",
    images=False,
    weights="",
)
FAR = replace(NEAR, endpoints=("http://10.0.0.11:8000", "http://10.0.0.12"), key_env="TEAM_KEY")
CLOSED = (
    "--fingerprint-mode=none --disable-fastapi-docs --no-enable-log-requests "
    "--disable-uvicorn-access-log --shutdown-timeout=30"
)
QUIET = "VLLM_NO_USAGE_STATS=1 VLLM_SERVER_DEV_MODE=0"


def test_on_this_machine():
    """A server on loopback needs no key, and listens there alone."""
    server = team_server(NEAR, "/models/one", ["--max-model-len", "4096"])

    assert str(server) == (
        f"{QUIET} vllm serve /models/one '--served-model-name=one model' "
        f"--host=127.0.0.1 --port=8001 {CLOSED} --max-model-len 4096"
    )
    assert server.is_local


def test_on_another_machine():
    """A server that others reach has a key, of which the printed line shows the variable's name alone."""
    server = team_server(FAR, "/models/one", endpoint=2)

    assert str(server) == (
        f'{QUIET} VLLM_API_KEY="$TEAM_KEY" vllm serve /models/one '
        f"'--served-model-name=one model' --host=10.0.0.12 --port=80 {CLOSED}"
    )
    assert not server.is_local


def test_key_in_the_environment():
    """The key reaches vLLM in its environment, and stands in no word of the command."""
    server = team_server(FAR, "/models/one", endpoint=1)

    environment = server.environment({"TEAM_KEY": "geheim", "VLLM_API_KEY": "another", "PATH": "/bin"})

    assert environment["VLLM_API_KEY"] == "geheim"
    assert environment["PATH"] == "/bin"
    assert all("geheim" not in word for word in server.command)


def test_no_key_of_others():
    """A contestant without a key is not served with one that lies about in the environment."""
    environment = team_server(NEAR, "/models/one").environment({"VLLM_API_KEY": "another"})

    assert "VLLM_API_KEY" not in environment


def test_behind_a_proxy():
    """What stands before vLLM keeps its address; vLLM listens where it is told, with a key."""
    proxied = replace(FAR, endpoints=("https://team.example/one",))

    server = team_server(proxied, "/models/one", listen="[::1]:8005")

    assert "--host=::1 --port=8005" in str(server)
    assert server.key_env == "TEAM_KEY"
    assert not server.is_local


@pytest.mark.parametrize(
    ("contestant", "asked", "said"),
    [
        (replace(FAR, key_env=""), {"endpoint": 1}, "others than this machine reach 10.0.0.11"),
        (replace(NEAR, endpoints=("http://0.0.0.0:1",)), {}, "others than this machine reach 0.0.0.0"),
        (NEAR, {"listen": "0.0.0.0:80"}, "others than this machine reach 0.0.0.0"),
        (
            replace(NEAR, endpoints=("https://team.example",)),
            {"listen": "127.0.0.1:80"},
            "others than this machine reach team.example",
        ),
        (FAR, {}, "has 2 endpoints; say which"),
        (FAR, {"endpoint": 3}, "has no endpoint 3"),
        (FAR, {"endpoint": -1}, "has no endpoint -1"),
        (replace(NEAR, endpoints=("demo://one",)), {}, "embedded demo"),
        (replace(FAR, endpoints=("https://team.example",)), {}, "--listen HOST:PORT"),
        (replace(NEAR, endpoints=("http://127.0.0.1/one",)), {}, "--listen HOST:PORT"),
        (NEAR, {"listen": "127.0.0.1"}, "--listen takes HOST:PORT"),
        (NEAR, {"listen": "127.0.0.1:70000"}, "--listen takes HOST:PORT"),
        (NEAR, {"model": ""}, "is no model"),
        (NEAR, {"model": "--api-key"}, "is no model"),
    ],
)
def test_unsafe(contestant, asked, said):
    """What would be open to others without a key, or is no one server, is refused in one sentence."""
    with pytest.raises(BadSetting, match=said):
        team_server(contestant, **({"model": "/models/one"} | asked))


@pytest.mark.parametrize("key", [{}, {"TEAM_KEY": ""}, {"TEAM_KEY": "비밀"}, {"TEAM_KEY": "a\nb"}])
def test_no_usable_key(key):
    """A key that is not set, or that no header can carry, is refused by the variable's name alone."""
    server = team_server(FAR, "/models/one", endpoint=1)

    with pytest.raises(BadSetting, match=r"^the variable TEAM_KEY holds no usable key; set it first$"):
        server.environment(key)


@given(own=st.sampled_from(OURS), cut=st.integers(3, 40), value=st.sampled_from(["", "=x", ".y=1"]))
def test_our_options(own, cut, value):
    """No option of the arena's is overridden, whether cut short, with underscores or with a value."""
    written = "--" + own[2:].replace("-", "_")[: max(cut - 2, 1)] + value

    with pytest.raises(BadSetting, match="is not free"):
        team_server(NEAR, "/models/one", [written])


def test_free_options():
    """Every other option goes to vLLM as it is, a negative number too."""
    more = ["--gpu-memory-utilization=0.9", "--model-impl", "auto", "--seed", "-1", "-tp", "2"]

    command = shlex.split(str(team_server(NEAR, "/models/one", more)))

    assert command[-len(more) :] == more
