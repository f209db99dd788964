"""Two real vLLM servers and an arena before them, for all tests here."""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from arena.contest import declaration
from arena.contest.roster import Contestant
from tests.servers import Arena, free_port
from tests.vllm.run import DECLARED
from tests.vllm.servers import KEY, READY, VllmServer, serving, wait_for

IDS = ("soban", "jagal")
CROWDED = ("--max-num-seqs=2", "--max-num-queued-reqs=2")


@dataclass(frozen=True, slots=True)
class Teams:
    """The servers of the contestants, by id, and what the roster says of these."""

    servers: dict[str, VllmServer]
    contestants: dict[str, Contestant]

    def revive(self) -> None:
        """Start again what a test has ended."""
        ended = [
            one for one in self.servers.values() if one.process is None or one.process.poll() is not None
        ]
        for server in ended:
            server.stop()
            server.start()
        wait_for(list(self.servers.values()))


@pytest.fixture(scope="session", autouse=True)
def _real_vllm() -> None:
    """Real vLLM takes minutes and both cores, so it is tested when it is asked for."""
    if os.environ.get("ARENA_REQUIRE_VLLM") != "1":
        pytest.skip("real vLLM is tested by `make test-vllm`")
    assert READY.exists(), "vLLM is required (ARENA_REQUIRE_VLLM=1) and absent"


@pytest.fixture(scope="session")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models file of `make run-vllm` with two contestants, free ports, and names to look for."""
    text = DECLARED.read_text("utf-8")
    text = re.sub(r"  - id: kongju\n.*?\n\n", "", text, flags=re.DOTALL)
    text = re.sub(r"127\.0\.0\.1:\d+", lambda _: f"127.0.0.1:{free_port()}", text)
    text = re.sub(r"served_model: (\w+)", r"served_model: served-\1-xq", text)
    file = tmp_path_factory.mktemp("declared") / "models.yaml"
    file.write_text(text.replace("max_tokens: 160", "max_tokens: 400"), "utf-8")
    return file


@pytest.fixture(scope="session")
def teams(declared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    """A server for each contestant, which has room for two replies and two that wait."""
    os.environ[KEY] = secrets.token_urlsafe(24)
    folder = tmp_path_factory.mktemp("vllm")
    contestants = {one.id: one for one in declaration.read(declared.read_text("utf-8")).roster.contestants}
    servers = {
        name: VllmServer(name, model, contestants[name].endpoints[0], declared, folder, *CROWDED)
        for name, model in zip(IDS, ("smol", "noise"), strict=True)
    }
    with serving(list(servers.values())):
        yield Teams(servers, contestants)


@pytest.fixture
def well(teams: Teams) -> Teams:
    """The same servers, all of them answering."""
    teams.revive()
    return teams


@pytest.fixture(scope="session")
def arena(teams: Teams, declared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """An arena that asks them, and waits one second for whoever leaves."""
    started = Arena(tmp_path_factory.mktemp("arena"), ARENA_MODELS=str(declared), ARENA_LEAVE_GRACE="1")
    started.start()
    yield started
    started.stop()
