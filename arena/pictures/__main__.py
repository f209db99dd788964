"""Redraws one picture, from stdin to stdout: `python -m arena.pictures`.

What decodes foreign files is a process that has little memory and time, opens nothing and ends after each.
"""

import os
import resource
import sys

from arena.pictures.drawing import redrawn

MEMORY = 1 << 30
SECONDS = 10
GIVING_WAY = 10
"""Added to its niceness: where processors are few, those whom it would keep waiting read answers."""

STATUS = 3
"""What it exits with when a file cannot be read."""


def main() -> int:
    """Limit this process, then redraw."""
    os.nice(GIVING_WAY)
    file = sys.stdin.buffer.read()
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    try:
        made = redrawn(file)
    except Exception as error:  # noqa: BLE001 - the outermost frame; each codec raises its own kinds
        sys.stderr.write(f"{type(error).__name__}\n")
        return STATUS
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
