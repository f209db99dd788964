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


def main() -> None:
    """Limit this process, then redraw; a file that cannot be read ends it with another status than 0."""
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
    sys.stdout.buffer.write(redrawn(file))


if __name__ == "__main__":
    main()
