"""One turn under way, as pages follow it: its text so far, and how it ended."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

from arena.contest.battle import Side, Stage, VoidReason, VoterId

ALIVE = 5.0
"""Every so many seconds a page hears that the stream is alive, whatever the contestants say."""


@dataclass(frozen=True, slots=True)
class Position:
    """How much of a turn a page has: characters of each side."""

    turn: int
    a: int
    b: int

    def of(self, side: Side) -> int:
        """Give the characters of one side."""
        return self.a if side is Side.A else self.b


START = Position(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """New text of both sides; `position` is where the page then stands."""

    position: Position
    text: Mapping[Side, str]


@dataclass(frozen=True, slots=True)
class Ending:
    """The last thing a page hears of a turn: the stage it led to, and why if that is VOID."""

    position: Position
    stage: Stage
    reason: VoidReason | None = None


@dataclass(slots=True)
class Feed:
    """One turn of a citizen under way; once `over`, either `ended` says how, or the record must be asked."""

    voter: VoterId
    turn: int = 0
    text: dict[Side, str] = field(default_factory=lambda: dict.fromkeys(Side, ""))
    ended: tuple[Stage, VoidReason | None] | None = None
    over: bool = False
    watchers: int = 0
    stopping: bool = False
    stopped_for: VoidReason = VoidReason.CITIZEN_LEFT
    streaming: asyncio.Task[None] | None = None
    leaving: asyncio.TimerHandle | None = None
    pulse: asyncio.TimerHandle | None = None
    alive: float = ALIVE
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self) -> None:
        """Count one more watcher; somebody is there again."""
        self.watchers += 1
        if self.leaving:
            self.leaving.cancel()
            self.leaving = None
        if not (self.pulse or self.over):
            self._beat()

    def _beat(self) -> None:
        """Wake every watcher now and then; whoever finds no news hears that."""
        self.pulse = asyncio.get_running_loop().call_later(self.alive, self._strike)

    def _strike(self) -> None:
        self.tell()
        self._beat()

    def tell(self) -> None:
        """Wake every watcher; the next news gets an event of its own."""
        self.news.set()
        self.news = asyncio.Event()

    def stop(self, reason: VoidReason) -> None:
        """Abort both requests, or do not begin."""
        self.stopped_for, self.stopping = reason, True
        if self.streaming:
            self.streaming.cancel()

    def end(self, ended: tuple[Stage, VoidReason | None] | None) -> None:
        """Let every watcher go."""
        self.ended, self.over = ended, True
        for timer in (self.leaving, self.pulse):
            if timer:
                timer.cancel()
        self.tell()

    async def followed(self, since: Position) -> AsyncGenerator[Piece | Ending | None, None]:
        """Give the text beyond `since` as it comes, None as a sign of life, then the ending if known."""
        at = {side: since.of(side) if since.turn == self.turn else 0 for side in Side}
        woken = False
        while True:
            news = self.news
            over, ended = self.over, self.ended
            text = {side: self.text[side][at[side] :] for side in Side}
            at = {side: at[side] + len(text[side]) for side in Side}
            position = Position(self.turn, at[Side.A], at[Side.B])
            if any(text.values()):
                yield Piece(position, text)
            elif woken and not over:
                yield None
            if over:
                if ended:
                    yield Ending(position, *ended)
                return
            # What came while the piece was on its way has replaced `self.news` and set this one.
            woken = await news.wait()
