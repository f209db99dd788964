"""Letting two replies out in step, so that speed and rhythm tell nothing of who wrote them.

Rule 1: time is a row of ticks that is fixed when the turn begins; nothing that a contestant does moves one.
Rule 2: on each tick from `wait` on, a step lets `step` characters out on both sides, or nothing on either:
        where one side does not have them yet, both pause for `rest` ticks and then go on at the same pace.
Rule 3: what a step holds is a function of both texts alone, however they came. A side that has ended
        gives what it has, and the other goes on as before.
Rule 4: all that goes in comes out, in order; it is over only when both have ended and nothing is left.

The size of a step is its number of characters; its bytes are those of the text. A character and the marks
that combine with it stay together: after n steps a side stands at n × `step` characters, or up to 16
further. The last step of a side waits until its end is known, so that no end comes later than the text.
What can still be seen is how long the replies are, and that one of the two kept both waiting.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from arena.contest.battle import Side

_JOINER = "\u200d"
_JOINED_MAX = 16


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
    """Ticks of `interval` seconds; steps of `step` characters from tick `wait` on; pauses of `rest` ticks."""

    wait: int
    step: int
    rest: int
    interval: float


@dataclass(slots=True)
class _Lane:
    """What one side has said and not yet shown, and how much it had said by each tick before its end."""

    text: str = ""
    shown: int = 0
    ended: bool = False
    heard: list[int] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return self.ended and not self.text

    def note(self, tick: int) -> None:
        """Note what is heard on a tick; on ticks that were missed it was no less than before them."""
        if not self.ended:
            before = self.heard[-1] if self.heard else 0
            self.heard.extend([before] * (tick - len(self.heard)))
            self.heard.append(self.shown + len(self.text))

    def cut(self, place: int) -> int | None:
        """Give how much a step to `place` takes; None while that is not known."""
        return _cut(self.text, place - self.shown, ended=self.ended)

    def take(self, count: int) -> str:
        taken, self.text = self.text[:count], self.text[count:]
        self.shown += count
        return taken


class Stepper:
    """Two lanes let out step by step; knows ticks, but no clock."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lanes = {side: _Lane() for side in Side}
        self._place = 0
        self._due = pace.wait

    @property
    def over(self) -> bool:
        """Tell whether both sides have ended and all has been let out."""
        return all(lane.finished for lane in self._lanes.values())

    def push(self, side: Side, text: str) -> None:
        """Take in more of a side."""
        self._lanes[side].text += text

    def end(self, side: Side) -> None:
        """Note that a side has said all."""
        self._lanes[side].ended = True

    def heard(self, side: Side) -> Sequence[int]:
        """Give the characters that a side had said by each tick, up to its end."""
        return self._lanes[side].heard

    def tick(self, number: int) -> Frame | None:
        """Let the step of a tick out; numbers rise, but some may be missed."""
        for lane in self._lanes.values():
            lane.note(number)
        return None if self.over or number < self._due else self._step(number)

    def _step(self, number: int) -> Frame | None:
        cuts = {side: lane.cut(self._place + self._pace.step) for side, lane in self._lanes.items()}
        ready = {side: cut for side, cut in cuts.items() if cut is not None}
        if len(ready) < len(cuts):
            self._due = number + self._pace.rest
            return None
        self._place += self._pace.step
        taken = {side: self._lanes[side].take(cut) for side, cut in ready.items()}
        return Frame(taken[Side.A], taken[Side.B]) if any(taken.values()) else None


def _cut(text: str, count: int, *, ended: bool) -> int | None:
    """Give the first place at or after `count` where no character is torn from its marks.

    None where more text could still move it.
    """
    if count <= 0:
        return 0
    for place in range(count, count + _JOINED_MAX):
        if place >= len(text):
            return len(text) if ended else None
        if not _joined(text[place - 1], text[place]):
            return place
    return count + _JOINED_MAX


def _joined(before: str, after: str) -> bool:
    is_mark = unicodedata.category(after).startswith("M") or "\U0001f3fb" <= after <= "\U0001f3ff"
    is_jamo = "\u1160" <= after <= "\u11ff"
    return is_mark or is_jamo or _JOINER in (before, after)
