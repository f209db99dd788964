"""Both replies of a turn, as the citizen may see them: merged, masked, in step."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

from arena.backends.backend import Backend, Message
from arena.backends.duet import Duet
from arena.backends.pace import DEFAULT_PACE, Frame, Pace, Stepper
from arena.contest.battle import Side
from arena.contest.blinding import Mask, MaskStream
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding, Speed

Sleep = Callable[[float], Awaitable[None]]


async def frames(
    backend: Backend,
    contestants: Mapping[Side, Contestant],
    messages: Mapping[Side, Sequence[Message]],
    decoding: Decoding,
    mask: Mask,
    speed: Speed,
    pace: Pace = DEFAULT_PACE,
    sleep: Sleep = asyncio.sleep,
) -> AsyncGenerator[Frame, None]:
    """Ask both sides and give what may be shown, frame by frame, until both replies are whole.

    Joined, the frames of a side are its whole masked reply. Closing the generator aborts both requests.

    Raises:
        SideFailed: a reply is not whole; the other request has been aborted.
    """
    replies = {side: backend.reply(contestants[side], messages[side], decoding) for side in Side}
    masks = {side: mask.stream() for side in Side}
    steps = Stepper(pace.step, speed)
    async with Duet(replies) as duet:
        await duet.until(lambda begun: speed is Speed.VISIBLE or len(begun) == len(Side))
        while True:
            _take_in(duet, masks, steps)
            if frame := steps.next():
                yield frame
            if steps.over:
                return
            await sleep(pace.interval)


def _take_in(duet: Duet, masks: Mapping[Side, MaskStream], steps: Stepper) -> None:
    """Move what was heard through the masks; an ended side gives up what its mask held back."""
    for side, text in duet.drain().items():
        steps.push(side, masks[side].feed(text))
    for side in Side:
        if duet.ended(side):
            steps.push(side, masks[side].finish())
            steps.end(side)
