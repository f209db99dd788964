"""Work for processes of their own, and who does it here."""

import os
import pickle
import signal
from pathlib import Path
from time import sleep

from arena.errors import NoScore, WorkLost
from arena.service.apart import Apart


class Here(Apart):
    """Does the work in this process, which takes no seconds to begin; all that comes and goes is pickled."""

    def done(self, work, *asked, tell=lambda _: None):
        if self.is_closed:
            raise WorkLost("closed")
        same, given = pickle.loads(pickle.dumps((work, asked)))
        return pickle.loads(pickle.dumps(same(*given, tell)))


def summed(numbers, tell):
    """Tell after each number how many have been summed."""
    total = 0
    for place, number in enumerate(numbers, 1):
        total += number
        tell(place / len(numbers))
    print("whoever prints does not disturb the answer")
    return total


def niceness(_):
    """How far this process gives way."""
    return os.nice(0)


def refusing(_):
    """Refuse as the arena does."""
    raise NoScore("too few")


def failing(_):
    """Fail as nobody foresaw."""
    raise ValueError("unforeseen")


def killed(_):
    """Be killed, as where memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def staying(place, _):
    """Say who works, and go on for long."""
    Path(place).write_text(str(os.getpid()))
    sleep(600)
