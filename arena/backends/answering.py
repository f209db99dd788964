"""Both replies of a turn, as the citizen may see them: merged, masked, in step.

Rule 1: where the rules hide speed, time is one row of ticks from the question on, kept by the clock and
        not by how long the work takes; it begins on the next beat, which all battles have in common. On a
        tick a step goes out, or a fault ends the turn.
Rule 2: where they show it, what comes goes out at once; when both have begun, what comes in the time of
        a tick goes out together.
"""

import asyncio
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing

from arena.backends.backend import Backend, Message
from arena.backends.duet import Duet
from arena.backends.pace import Frame, Stepper
from arena.backends.tempo import Tempo
from arena.contest.battle import Side
from arena.contest.blinding import Mask
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding, Speed

Sleep = Callable[[float], Awaitable[None]]

BEATS = 3
"""The ticks of all battles fall on so many beats in an interval. Work and wake-ups that fall together cost a
third less; on one beat for all they would hold up whatever else is asked."""

AFTER = 0.1
"""Of an interval: so much after servers have been read (`transport`), what has come goes out."""


async def frames(
    backend: Backend,
    contestants: Mapping[Side, Contestant],
    messages: Mapping[Side, Sequence[Message]],
    decoding: Decoding,
    mask: Mask,
    speed: Speed,
    tempo: Tempo,
    sleep: Sleep = asyncio.sleep,
) -> AsyncGenerator[Frame, None]:
    """Ask both sides and give what may be shown, frame by frame, until both replies are whole.

    Joined, the frames of a side are its whole masked reply. Closing the generator aborts both requests.

    Raises:
        SideFailed: a reply is not whole; the other request has been aborted.
    """
    replies = {side: backend.reply(contestants[side], messages[side], decoding) for side in Side}
    pace = tempo.pace
    steps = Stepper(pace)
    async with Duet(replies) as duet:
        said = _Said(duet, mask)
        if speed is Speed.VISIBLE:
            shown = _as_it_comes(said, pace.interval, sleep)
        else:
            shown = _in_step(said, steps, pace.interval, sleep)
        async with aclosing(shown) as given:
            async for frame in given:
                yield frame
    if speed is not Speed.VISIBLE:
        for side, contestant in contestants.items():
            tempo.learn(contestant.id, steps.heard(side))


class _Said:
    """What both sides say, masked."""

    def __init__(self, duet: Duet, mask: Mask) -> None:
        self._masks = {side: mask.stream() for side in Side}
        self.duet = duet
        self.begun: set[Side] = set()
        self.ended: set[Side] = set()

    def take(self) -> dict[Side, str]:
        """Give what has come; a side that has ended gives up what its mask held back.

        Raises:
            SideFailed: either side has failed.
        """
        said = {side: self._masks[side].feed(text) for side, text in self.duet.drain().items()}
        for side in Side:
            if side not in self.ended and self.duet.ended(side):
                said[side] += self._masks[side].finish()
                self.ended.add(side)
        self.begun |= self.ended | {side for side, text in said.items() if text}
        return said


async def _in_step(said: _Said, steps: Stepper, interval: float, sleep: Sleep) -> AsyncGenerator[Frame, None]:
    time = asyncio.get_running_loop().time
    beat = interval / BEATS
    start, tick = math.ceil(time() / beat) * beat, 0
    while True:
        _take_in(said, steps)
        if frame := steps.tick(tick):
            yield frame
        if steps.over:
            return
        # A tick that was missed stays missed: two steps at once would tell of it.
        tick = max(tick, math.floor((time() - start) / interval)) + 1
        await sleep(start + tick * interval - time())


def _take_in(said: _Said, steps: Stepper) -> None:
    for side, text in said.take().items():
        steps.push(side, text)
    for side in said.ended:
        steps.end(side)


async def _as_it_comes(said: _Said, interval: float, sleep: Sleep) -> AsyncGenerator[Frame, None]:
    while len(said.ended) < len(Side):
        await said.duet.news()
        text = said.take()
        if any(text.values()):
            yield Frame(text[Side.A], text[Side.B])
        if len(said.begun) == len(Side):
            now = asyncio.get_running_loop().time()
            await sleep((math.floor(now / interval - AFTER) + 1 + AFTER) * interval - now)
