"""Cleaning a picture: limits first, then a process of its own to decode it, then a look at the outcome."""

import os
import subprocess
import sys
from pathlib import Path

from arena.contest.picture import LONGEST_SIDE, Format, Header, check_file, header
from arena.errors import BadPicture, TooBusy

PATIENCE = 20.0
"""Seconds for a picture on a busy machine; of the processor's time its process gets less."""

_ROOT = Path(__file__).parents[2]


def cleaned(file: bytes) -> tuple[bytes, Header]:
    """Give a JPEG of a file's pixels, and its header.

    Raises:
        PictureTooLarge: more bytes or pixels than are taken.
        BadPicture: it is no picture that is taken, cannot be read whole, or takes too much time or memory.
        TooBusy: the machine has no room for another process.
    """
    check_file(file)
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "arena.pictures"],
            input=file,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            env={"PYTHONPATH": os.pathsep.join(paths)},  # of our secrets it needs none
        )
    except subprocess.SubprocessError as error:
        raise BadPicture(f"cannot be redrawn: {type(error).__name__}") from error
    except OSError as error:
        raise TooBusy(f"no process for a picture: {error}") from error
    made = header(done.stdout)
    if made.format is not Format.JPEG or max(made.width, made.height) > LONGEST_SIDE:
        raise BadPicture("was redrawn as what it cannot be")
    return done.stdout, made
