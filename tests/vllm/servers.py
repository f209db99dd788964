"""Real vLLM servers on this machine's processor, started as an operator starts them, and ended whole."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv-vllm"
MODELS = VENV / "models"
READY = VENV / ".ready"
"""Written once everything is there."""

KEY = "ARENA_VLLM_TRIAL_KEY"
SMALL = (
    *("--dtype=bfloat16", "--enforce-eager", "--max-model-len=2048", "--max-num-seqs=8"),
    "--kv-cache-memory-bytes=256M",
)
"""What lets a server start in half a minute and live in 2 GB."""

PATIENCE = 300.0
"""Seconds that a server may take to start when everything else starts too."""


class VllmServer:
    """One server of a contestant of a models file, in a session of its own.

    The first process has two more under it. Killed alone it leaves them behind with all their memory,
    so it is asked to end first, and what is left of its session is killed.
    """

    def __init__(self, contestant: str, model: str, url: str, models: Path, folder: Path, *more: str) -> None:
        """Serve `model` as `contestant` of `models` at `url`; its log goes into `folder`."""
        self.url = url
        self.log = folder / f"{contestant}.vllm.log"
        words = ["vllm", contestant, "--model", str(MODELS / model), "--", *SMALL, *more]
        self._command = [sys.executable, "app.py", *words]
        self._environment = os.environ | {
            "ARENA_MODELS": str(models),
            "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HF_HUB_OFFLINE": "1",
            "VLLM_CACHE_ROOT": str(VENV / "cache"),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the processes and do not wait."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def ready(self) -> bool:
        """Tell whether it answers.

        Raises:
            RuntimeError: it has ended instead.
        """
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"vLLM has ended; its last words stand in {self.log}")
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health", timeout=5).status_code == 200
        return False

    def metric(self, name: str) -> float:
        """Give the sum of a metric of vLLM."""
        lines = httpx.get(f"{self.url}/metrics", timeout=10).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))

    def kill_engine(self) -> None:
        """Kill the process that computes, and remove the shared memory that it then leaves behind."""
        assert self.process is not None
        found = [pid for pid in _session(self.process.pid) if "EngineCore" in _name(pid)]
        assert len(found) == 1, found
        left = re.findall(r"/dev/shm/psm_\w+", Path(f"/proc/{found[0]}/maps").read_text("utf-8"))
        os.kill(found[0], signal.SIGKILL)
        self.process.wait(60)
        for path in set(left):
            Path(path).unlink(missing_ok=True)

    def ask_to_end(self) -> None:
        """Ask it to end once it has answered what it is answering."""
        assert self.process is not None
        self.process.terminate()

    def stop(self, patience: float = 15.0) -> None:
        """End it and all that belongs to it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
            time.sleep(2)  # its resource tracker gives shared memory back
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process = None


def wait_for(servers: Sequence[VllmServer], patience: float = PATIENCE) -> None:
    """Wait until all of them answer.

    Raises:
        RuntimeError: one has ended, or takes too long.
    """
    deadline = time.monotonic() + patience
    for server in servers:
        while not server.ready:
            if time.monotonic() > deadline:
                raise RuntimeError(f"vLLM is not there after {patience:g} s; see {server.log}")
            time.sleep(0.3)


@contextlib.contextmanager
def serving(servers: Sequence[VllmServer]) -> Iterator[None]:
    """Run servers for as long as the block does."""
    try:
        for server in servers:
            server.start()
        wait_for(servers)
        yield
    finally:
        for server in servers:
            if server.process is not None and server.process.poll() is None:
                server.process.terminate()  # all at once; each is waited for below
        for server in servers:
            server.stop()


def _session(leader: int) -> list[int]:
    """List the processes of a session."""
    found = []
    for pid in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == leader:
                found.append(pid)
    return found


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    return ""
