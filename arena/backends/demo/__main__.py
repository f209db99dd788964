"""Runs the demo contestants' servers: `python -m arena.backends.demo [--port N] [--speed X] [--controls]`.

Serves on loopback only, says on which port in one line, and ends with its standard input.
"""

import argparse
import socket
import sys
import threading
from contextlib import suppress

import uvicorn

from arena.backends.demo import composing, server
from arena.backends.demo.controls import Controls

HOST = "127.0.0.1"
SPEED_VARIABLE = "ARENA_DEMO_SPEED"


def main() -> int:
    """Serve until standard input ends or a signal comes; 1 when the port is taken."""
    options = _options()
    try:
        listener = _listener(options.port)
    except OSError as error:
        print(f"demo: cannot listen on {HOST}:{options.port}: {error.strerror}", file=sys.stderr)  # noqa: T201 - words go to stderr
        return 1
    application = server.app(composing.load(), Controls(speed=options.speed), with_controls=options.controls)
    # Cut connections are faults on purpose; uvicorn would call each an error.
    config = uvicorn.Config(
        application, log_level="critical", access_log=False, timeout_graceful_shutdown=1, lifespan="off"
    )
    running = uvicorn.Server(config)
    threading.Thread(target=_end_with_input, args=(running,), daemon=True).start()
    print(f"listening on {HOST}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - the line that the parent waits for
    with suppress(KeyboardInterrupt):
        running.run(sockets=[listener])
    return 0


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _end_with_input(running: uvicorn.Server) -> None:
    """Wait for the end of standard input: the parent is gone, however it went."""
    while sys.stdin.buffer.read(4096):
        pass
    running.should_exit = True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m arena.backends.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--speed", type=_factor, default=1.0, help="how many times faster than life")
    parser.add_argument(
        "--controls", action="store_true", help="serve /control, which makes contestants fail"
    )
    return parser.parse_args()


def _factor(text: str) -> float:
    factor = float(text)
    if not factor > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return factor


if __name__ == "__main__":
    raise SystemExit(main())
