"""Letting two replies out in step, so that speed and rhythm tell nothing of who wrote them.

Rule 1: nothing comes out before both sides have begun.
Rule 2: a step lets the same number of characters out on every side that is not finished, and its size
        depends on both sides equally.
Rule 3: all that goes in comes out, in order; it is over only when both have ended and nothing is left.
A character and the marks that combine with it stay together, so one side may be a few characters ahead.
"""

import unicodedata
from dataclasses import dataclass

from arena.contest.battle import Side
from arena.contest.rules import Speed

_JOINER = "\u200d"
_JOINED_MAX = 16
_GLIDE = 10
"""A full buffer is let out over this many steps, so that the wait stays about a second."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The new text of each side since the last frame; never both empty."""

    a: str
    b: str

    def __getitem__(self, side: Side) -> str:
        """Give the text of one side."""
        return self.a if side is Side.A else self.b


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock: at least `step` characters every `interval` seconds."""

    step: int = 12
    interval: float = 0.1


DEFAULT_PACE = Pace()


@dataclass(slots=True)
class _Lane:
    """What one side has said and not yet shown."""

    text: str = ""
    begun: bool = False
    ended: bool = False

    @property
    def finished(self) -> bool:
        return self.ended and not self.text

    def take(self, count: int) -> str:
        cut = _cut(self.text, count)
        taken, self.text = self.text[:cut], self.text[cut:]
        return taken


class Stepper:
    """Two lanes let out step by step; knows no clock."""

    def __init__(self, step: int, speed: Speed) -> None:
        self._lanes = {side: _Lane() for side in Side}
        self._least = self._step = step
        self._speed = speed

    @property
    def over(self) -> bool:
        """Tell whether both sides have ended and all has been let out."""
        return all(lane.finished for lane in self._lanes.values())

    def push(self, side: Side, text: str) -> None:
        """Take in more of a side."""
        lane = self._lanes[side]
        lane.text += text
        lane.begun = lane.begun or bool(text)

    def end(self, side: Side) -> None:
        """Note that a side has said all."""
        self._lanes[side].ended = self._lanes[side].begun = True

    def next(self) -> Frame | None:
        """Let one step out; None when there is nothing to show or both must wait."""
        count = self._size()
        taken = {side: lane.take(count) for side, lane in self._lanes.items()}
        return Frame(taken[Side.A], taken[Side.B]) if any(taken.values()) else None

    def _size(self) -> int:
        if self._speed is Speed.VISIBLE:
            return max(len(lane.text) for lane in self._lanes.values())
        if not all(lane.begun for lane in self._lanes.values()):
            return 0
        running = [lane for lane in self._lanes.values() if not lane.finished]
        speaking = [len(lane.text) for lane in running if not lane.ended]
        if len(running) == len(self._lanes):
            shortest = min(len(lane.text) for lane in running)
            self._step = max(self._least, shortest // _GLIDE)
        # A side that is still speaking is never outrun: both wait for the slower one.
        return min([self._step, *speaking])


def _cut(text: str, count: int) -> int:
    """Give the first place at or after `count` where no character is torn from its marks."""
    for place in range(count, min(count + _JOINED_MAX, len(text))):
        if place == 0 or not _joined(text[place - 1], text[place]):
            return place
    return min(count, len(text))


def _joined(before: str, after: str) -> bool:
    is_mark = unicodedata.category(after).startswith("M") or "\U0001f3fb" <= after <= "\U0001f3ff"
    is_jamo = "\u1160" <= after <= "\u11ff"
    return is_mark or is_jamo or _JOINER in (before, after)
