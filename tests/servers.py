"""Real servers for tests: PostgreSQL clusters and arenas, on loopback, ended by their pid."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]


def need(present: bool, what: str) -> None:
    """Skip with a reason where something is absent; fail where everything is required."""
    if present:
        return
    if os.environ.get("ARENA_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is required (ARENA_REQUIRE_ALL=1) and absent")
    pytest.skip(f"{what} is absent")


def free_port() -> int:
    """Find a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _as_owner(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: use its own account then."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def limit_files(backends: Sequence[int], size: int | str) -> None:
    """Let some processes of PostgreSQL write no file beyond a size in bytes."""
    for backend in backends:
        subprocess.run(_as_owner(["prlimit", f"--pid={backend}", f"--fsize={size}:"]), check=True)


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Run a cluster of our own and give the URL of its server, without a database name.

    Only a `durable` one flushes to the disk: tests kill the arena and not the machine.
    """
    programs = _postgres_programs()
    need(programs is not None, "PostgreSQL (initdb)")
    folder = Path(tempfile.mkdtemp(prefix="arena-pg-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port = free_port()
    make = [str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "arena", "-E", "UTF8"]
    subprocess.run(
        _as_owner([*make, "--no-sync", "--locale=C.UTF-8", "--wal-segsize=1"]),
        check=True,
        capture_output=True,
    )
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    flushing = "on" if durable else "off"
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync={flushing} -c max_connections=200"
    )
    start = [*control, "-l", str(folder / "log"), "-o", options, "start"]
    subprocess.run(_as_owner(start), check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgresql://arena@127.0.0.1:{port}"
    finally:
        subprocess.run(
            _as_owner([*control, "-m", "immediate", "stop"]), check=True, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(folder, ignore_errors=True)


class Arena:
    """A real server in a process of its own, on a folder that outlives it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "ARENA_DATA": str(folder),
            "ARENA_PORT": str(self.port),
            "ARENA_DEMO_SPEED": "20",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 180) -> None:
        """Start and wait until it is ready, so many seconds at most."""
        self.process = self.launch()
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            time.sleep(0.05)
        self.kill()
        raise AssertionError((self.folder / "server.log").read_text())

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process."""
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)

    def beside(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin an `arena` command on the same record, and do not wait for it."""
        with (self.folder / "beside.log").open("ab") as log:
            command = [sys.executable, "app.py", *arguments]
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an `arena` command on the same record."""
        return subprocess.run(
            [sys.executable, "app.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
