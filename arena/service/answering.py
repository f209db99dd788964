"""Answers under way: each is asked for once and watched by as many pages as the citizen has.

Law: whatever happens to an answer ends in `_finish`, which saves the battle as open or void.
The event loop owns everything here; the database is reached through threads.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import Enum, auto

from arena.backends.answering import frames
from arena.backends.backend import Backend
from arena.backends.duet import SideFailed
from arena.contest.battle import Battle, BattleId, Side, Stage, VoidReason, VoterId
from arena.contest.blinding import Mask
from arena.contest.contest import Contest
from arena.errors import NotAtThisStage, StoreUnavailable, TooBusy
from arena.service.citizens import Citizens

log = logging.getLogger(__name__)

SAVE_ATTEMPTS = 5
"""A database that is away comes back within seconds, or the battle is voided at the next look."""


MOST_WATCHERS = 8
"""Pages that may watch one battle at once; a citizen has a few, a flood has many."""


class Saved(Enum):
    """What became of the saving of an ending."""

    DONE = auto()
    OVERTAKEN = auto()  # the battle was given up meanwhile; the record says how
    LOST = auto()


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
class _Feed:
    """One turn under way; once `over`, either `ended` says how, or the record must be asked."""

    turn: int = 0
    text: dict[Side, str] = field(default_factory=lambda: dict.fromkeys(Side, ""))
    ended: tuple[Stage, VoidReason | None] | None = None
    over: bool = False
    watchers: int = 0
    stopping: bool = False
    stopped_for: VoidReason = VoidReason.CITIZEN_LEFT
    streaming: asyncio.Task[None] | None = None
    leaving: asyncio.TimerHandle | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self) -> None:
        """Count one more watcher; somebody is there again."""
        self.watchers += 1
        if self.leaving:
            self.leaving.cancel()
            self.leaving = None

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
        if self.leaving:
            self.leaving.cancel()
        self.tell()


class Answering:
    """All answers under way in this process."""

    def __init__(
        self, citizens: Citizens, backend: Backend, contest: Contest, *, grace: float, most: int
    ) -> None:
        """Answer with `backend`, `most` at once; go on for `grace` seconds with nobody watching."""
        self._citizens = citizens
        self._backend = backend
        self._contest = contest
        self._mask = Mask(contest.roster.names)
        self._grace = grace
        self._most = most
        self._feeds: dict[BattleId, _Feed] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, battle_id: BattleId, write: Callable[[], Battle]) -> Battle:
        """Put a prompt on record with `write`, then ask both contestants in the background.

        Raises:
            TooBusy: as many battles are being answered as the arena allows.
            Refused: as `write`.
        """
        if battle_id in self._feeds:
            raise NotAtThisStage("both sides are answering")
        if len(self._feeds) >= self._most:
            raise TooBusy
        # The feed is there before the battle is, so that no page finds an answer without one.
        feed = self._feeds[battle_id] = _Feed()
        try:
            battle = await asyncio.to_thread(write)
        except BaseException:
            del self._feeds[battle_id]
            feed.end(None)
            raise
        feed.turn = len(battle.turns)
        running = asyncio.create_task(self._answer(feed, battle))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        self._leave(feed, 0)
        return battle

    async def watch(
        self, battle_id: BattleId, voter: VoterId, since: Position = START
    ) -> AsyncGenerator[Piece | Ending, None]:
        """Follow the last turn of a battle from `since` to its end.

        Raises:
            NotFound: the citizen has no such battle.
        """
        while feed := await self._feed(battle_id, voter):
            feed.join()
            try:
                async for item in _followed(feed, since):
                    since = item.position
                    yield item
            finally:
                self._leave(feed, 1)
            if feed.ended:
                return
        async for item in self._recorded(battle_id, voter, since):
            yield item

    def check_room(self, battle_id: BattleId) -> None:
        """Check that one more page may watch a battle.

        Raises:
            TooBusy: as many pages as may watch it already.
        """
        feed = self._feeds.get(battle_id)
        if feed and feed.watchers >= MOST_WATCHERS:
            raise TooBusy(f"{MOST_WATCHERS} pages watch this battle")

    def stop(self, battle_id: BattleId) -> None:
        """Abort the answers of a battle that the citizen gives up."""
        if battle_id in self._feeds:
            self._feeds[battle_id].stop(VoidReason.SKIPPED)

    async def close(self) -> None:
        """Abort every answer, and wait until each battle is saved as void."""
        for feed in self._feeds.values():
            feed.stop(VoidReason.RESTARTED)
        await asyncio.gather(*self._running)

    @property
    def under_way(self) -> int:
        """Count the answers under way."""
        return len(self._feeds)

    async def _answer(self, feed: _Feed, battle: Battle) -> None:
        feed.streaming = asyncio.create_task(self._stream(feed, battle))
        if feed.stopping:
            feed.streaming.cancel()
        await asyncio.wait({feed.streaming})
        await self._finish(feed, battle, feed.streaming)

    async def _stream(self, feed: _Feed, battle: Battle) -> None:
        rules = self._contest.rules
        contestants = {side: self._contest.roster[battle.seats[side]] for side in Side}
        messages = {side: battle.messages(side, rules.system_prompt) for side in Side}
        replies = frames(self._backend, contestants, messages, rules.decoding, self._mask, rules.speed)
        async with aclosing(replies) as stream:
            async for frame in stream:
                for side in Side:
                    feed.text[side] += frame[side]
                feed.tell()

    async def _finish(self, feed: _Feed, battle: Battle, streaming: asyncio.Task[None]) -> None:
        """Save how a turn ended, then tell whoever watches."""
        write, ending = self._ending(feed, battle, streaming)
        saved = Saved.LOST
        try:
            saved = await _saved(write)
        finally:
            del self._feeds[battle.id]
            lost = (Stage.VOID, VoidReason.RESTARTED)
            feed.end({Saved.DONE: ending, Saved.OVERTAKEN: None, Saved.LOST: lost}[saved])

    def _ending(
        self, feed: _Feed, battle: Battle, streaming: asyncio.Task[None]
    ) -> tuple[Callable[[], None], tuple[Stage, VoidReason | None]]:
        """Give what is to be saved, and the ending that it means."""
        if streaming.cancelled():
            reason = feed.stopped_for
            return lambda: self._citizens.failed(battle.id, reason), (Stage.VOID, reason)
        error = streaming.exception()
        if error is None:
            return lambda: self._citizens.answered(battle.id, feed.text), (Stage.OPEN, None)
        if isinstance(error, SideFailed):
            contestant = battle.seats[error.side]
            log.warning("battle %s: %s did not answer: %s", battle.id, contestant, error)
            side, fault = error.side, error.fault
            void = (Stage.VOID, VoidReason.REPLY_FAILED)
            return lambda: self._citizens.failed(battle.id, VoidReason.REPLY_FAILED, side, fault), void
        log.error("battle %s: answering broke", battle.id, exc_info=error)
        return lambda: self._citizens.failed(battle.id, VoidReason.REPLY_FAILED), (
            Stage.VOID,
            VoidReason.REPLY_FAILED,
        )

    async def _feed(self, battle_id: BattleId, voter: VoterId) -> _Feed | None:
        """Find the feed of a citizen's own battle."""
        await asyncio.to_thread(self._citizens.battle, battle_id, voter)
        return self._feeds.get(battle_id)

    async def _recorded(
        self, battle_id: BattleId, voter: VoterId, since: Position
    ) -> AsyncGenerator[Piece | Ending, None]:
        """Give what the record holds of the last turn; an answer that no process works on is void."""
        view = await asyncio.to_thread(self._citizens.battle, battle_id, voter)
        if view.stage is Stage.ANSWERING:
            await asyncio.to_thread(self._citizens.failed, battle_id, VoidReason.RESTARTED)
            view = await asyncio.to_thread(self._citizens.battle, battle_id, voter)
        feed = _Feed(turn=len(view.turns), ended=(view.stage, view.void_reason), over=True)
        feed.text = dict(view.turns[-1].replies or feed.text)
        async for item in _followed(feed, since):
            yield item

    def _leave(self, feed: _Feed, watchers: int) -> None:
        feed.watchers -= watchers
        if feed.watchers == 0 and not feed.over:
            loop = asyncio.get_running_loop()
            feed.leaving = loop.call_later(self._grace, feed.stop, VoidReason.CITIZEN_LEFT)


async def _followed(feed: _Feed, since: Position) -> AsyncGenerator[Piece | Ending, None]:
    """Give the text beyond `since` as it comes, then the ending where the feed knows it."""
    at = {side: since.of(side) if since.turn == feed.turn else 0 for side in Side}
    while True:
        news = feed.news
        over, ended = feed.over, feed.ended
        text = {side: feed.text[side][at[side] :] for side in Side}
        at = {side: at[side] + len(text[side]) for side in Side}
        position = Position(feed.turn, at[Side.A], at[Side.B])
        if any(text.values()):
            yield Piece(position, text)
        if over:
            if ended:
                yield Ending(position, *ended)
            return
        # What came while the piece was on its way has replaced `feed.news` and set this one.
        await news.wait()


async def _saved(write: Callable[[], None]) -> Saved:
    for attempt in range(SAVE_ATTEMPTS):
        try:
            await asyncio.to_thread(write)
        except StoreUnavailable as error:
            log.warning("a battle cannot be saved (attempt %d): %s", attempt + 1, error)
            await asyncio.sleep(0.5 * 2**attempt)
        except NotAtThisStage:
            return Saved.OVERTAKEN
        else:
            return Saved.DONE
    return Saved.LOST
