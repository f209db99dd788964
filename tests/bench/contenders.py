"""What the streaming bench measures: servers of their own on loopback, and a battle through each.

A pass-through is given the two requests of a battle and hands vLLM's bytes on; the arena is driven as a
page drives it. Everything is ended by its pid when the block is left.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from tests.bench.load_generator import PROMPT, SIDES, Bare, Connection, Events, Seen
from tests.servers import ROOT, Arena, free_port

TICKS = os.sysconf("SC_CLK_TCK")

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream mock {{ server 127.0.0.1:{upstream}; keepalive 256; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_buffering off;
        }}
    }}
}}
"""


def declared(mock_port: int, speed: str) -> str:
    """Write the repository's declaration with two contestants at the mock and no limits on citizens."""
    yaml = YAML()
    told = yaml.load((ROOT / "models.yaml").read_text("utf-8"))
    told["round"].update(id="bench", speed=speed, votes_per_person=1000, given_up_per_person=1000)
    told["round"]["exclusions"] = {"votes_per_minute": 0, "one_sided_from": 0}
    told["contestants"] = told["contestants"][:2]
    for contestant in told["contestants"]:
        contestant.update(endpoints=[f"http://127.0.0.1:{mock_port}"], served_model="bench")
    written = StringIO()
    yaml.dump(told, written)
    return written.getvalue()


def cpu_seconds(pids: list[int]) -> float:
    """Give the user and system time that processes have used."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def pss(pids: list[int]) -> int:
    """Give the kB of memory that are these processes' own share."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def with_children(pid: int) -> list[int]:
    """Give a process and what it has started."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@dataclass(slots=True)
class Citizen:
    """One client: her connections, and her cookie and battle where there is an arena."""

    connections: list[Connection]
    cookie: str = ""
    battle: str = ""
    voted: float | None = None

    async def turn(self, contender: "Contender") -> Seen:
        """Ask once and read both replies to their end."""
        seen = Seen()
        before = sum(one.received for one in self.connections)
        with contextlib.suppress(ConnectionError):
            await (self._ask_arena if contender.arena else self._ask_bare)(contender, seen)
        seen.wire = sum(one.received for one in self.connections) - before
        return seen

    async def _ask_bare(self, _: "Contender", seen: Seen) -> None:
        body = {"messages": [{"role": "user", "content": PROMPT}], "stream": True}
        asked = [
            connection.ask("POST", "/v1/chat/completions", body, reader=Bare(seen, side).feed)
            for connection, side in zip(self.connections, SIDES, strict=True)
        ]
        await asyncio.gather(*asked)
        seen.ending = "open"

    async def _ask_arena(self, contender: "Contender", seen: Seen) -> None:
        (connection,) = self.connections
        path = f"/api/battles/{self.battle}/turns" if self.battle else "/api/battles"
        asked = await connection.ask("POST", path, {"prompt": PROMPT}, self.cookie)
        if asked.status != 201:
            return
        self.battle = asked.said["battle"]
        path = f"/api/battles/{self.battle}/events{contender.query}"
        await connection.ask("GET", path, None, self.cookie, Events(seen).feed)

    async def vote(self) -> None:
        """Vote, and note the seconds until it was acknowledged."""
        start = time.monotonic()
        path = f"/api/battles/{self.battle}/vote"
        with contextlib.suppress(ConnectionError):
            answer = await self.connections[0].ask("PUT", path, {"verdict": "a"}, self.cookie)
            if answer.status == 200:
                self.voted = time.monotonic() - start
        self.battle = ""


@dataclass(frozen=True, slots=True)
class Contender:
    """A way from the mock to a citizen: where it listens and which processes do its work."""

    name: str
    port: int
    pids: list[int] = field(default_factory=list)
    arena: bool = False
    query: str = ""

    async def citizen(self) -> Citizen:
        """Let a citizen come in; in the arena she consents."""
        if not self.arena:
            return Citizen([await Connection.to(self.port) for _ in SIDES])
        one = await Connection.to(self.port)
        notice = (await one.ask("GET", "/api/round")).said["consent"]
        answer = await one.ask("POST", "/api/me", {"consent": notice})
        return Citizen([one], answer.headers["set-cookie"].partition(";")[0])


@contextlib.contextmanager
def process(*command: str, port: int) -> Iterator[int]:
    """Run a program until the block is left and give its pid once its port answers."""
    running = subprocess.Popen(command, cwd=ROOT)
    try:
        _reached(port)
        yield running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=10)


def _reached(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(port)


@contextlib.contextmanager
def mock(tokens: int, speed: float) -> Iterator[tuple[int, int]]:
    """Run the mock; give its port and pid."""
    port = free_port()
    module = "tests.bench.mock_vllm"
    told = ("--tokens", str(tokens), "--speed", str(speed))
    with process(sys.executable, "-m", module, str(port), *told, port=port) as pid:
        yield port, pid


@contextlib.contextmanager
def relay(upstream: int) -> Iterator[Contender]:
    """Run the raw asyncio relay."""
    port = free_port()
    with process(sys.executable, "-m", "tests.bench.relay", str(port), str(upstream), port=port) as pid:
        yield Contender("raw asyncio relay", port, [pid])


@contextlib.contextmanager
def nginx(upstream: int, folder: Path) -> Iterator[Contender]:
    """Run nginx as a pass-through that buffers nothing."""
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, upstream=upstream))
    with process("/usr/sbin/nginx", "-p", str(folder), "-c", str(config), port=port) as pid:
        yield Contender("nginx pass-through", port, with_children(pid))


@contextlib.contextmanager
def arena(
    upstream: int, folder: Path, speed: str, answering: int = 1000, waiting: int = 1000
) -> Iterator[Callable[[str], Contender]]:
    """Run a real server with SQLite; what is given makes the contender that reads with a query."""
    folder.mkdir()
    models = folder / "models.yaml"
    models.write_text(declared(upstream, speed), "utf-8")
    limits = {"ANSWERING": answering, "WAITING": waiting, "PER_ENDPOINT": 5000}
    told = {f"ARENA_MOST_{name}": str(limit) for name, limit in limits.items()}
    server = Arena(folder, ARENA_MODELS=str(models), ARENA_DEMO_SPEED="1", **told)
    server.start()
    try:
        pid = server.process.pid
        yield lambda query: Contender(
            f"arena, {speed}, {'rendered' if query else 'text'}", server.port, [pid], True, query
        )
    finally:
        server.stop()
