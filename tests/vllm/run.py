"""`make run-vllm`: the arena on port 7860 before three small models that real vLLM serves here.

Ctrl-C ends the arena and all servers.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from arena.contest import declaration
from tests.vllm.servers import KEY, ROOT, VllmServer, serving

DECLARED = Path(__file__).parent / "models.yaml"
DATA = ROOT / "data" / "vllm"


def main() -> int:
    """Run everything until told to stop, and give the arena's exit status."""
    for how in (signal.SIGINT, signal.SIGTERM):
        signal.signal(how, _stop)
    os.environ[KEY] = secrets.token_urlsafe(24)
    DATA.mkdir(parents=True, exist_ok=True)
    roster = declaration.read(DECLARED.read_text("utf-8")).roster
    servers = [
        VllmServer(one.id, one.served_model, one.endpoints[0], DECLARED, DATA) for one in roster.contestants
    ]
    print(
        f"Starting vLLM for {len(servers)} small models (one to three minutes; logs in {DATA}).\n"
        "They are real and small: expect wrong answers in English and broken ones in Korean.",
        flush=True,
    )
    try:
        began = time.monotonic()
        with serving(servers):
            print(f"All of them answer after {time.monotonic() - began:.0f} s.", flush=True)
            return _arena()
    except RuntimeError as error:
        print(f"make run-vllm: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _stop(*_: object) -> None:
    """Unwind what is running, once; another Ctrl-C would leave servers behind."""
    for how in (signal.SIGINT, signal.SIGTERM):
        signal.signal(how, signal.SIG_IGN)
    print("\nStopping the arena and its servers …", flush=True)
    raise KeyboardInterrupt


def _arena() -> int:
    # A session of its own: Ctrl-C comes here first, and the arena ends before what it asks.
    environment = os.environ | {"ARENA_MODELS": str(DECLARED), "ARENA_DATA": str(DATA)}
    arena = subprocess.Popen(
        [sys.executable, "app.py", "serve"], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        return arena.wait()
    finally:
        if arena.poll() is None:
            arena.terminate()
            arena.wait(30)


if __name__ == "__main__":
    sys.exit(main())
