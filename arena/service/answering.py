"""Answers under way: each is asked for once and watched by as many pages as the citizen has.

Law: whatever happens to an answer ends in `_finish`, which saves the battle as open or void.
The event loop owns everything here; the database is reached through threads.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from enum import Enum, auto
from functools import partial

from arena.backends.answering import frames
from arena.backends.backend import Backend
from arena.backends.duet import SideFailed
from arena.backends.tempo import Tempo
from arena.contest.battle import Battle, BattleId, Side, Stage, VoidReason, VoterId
from arena.contest.blinding import Mask
from arena.contest.contest import Contest
from arena.contest.picture import PictureId
from arena.contest.rules import WITH_PICTURES
from arena.errors import NotAtThisStage, NotFound, StoreUnavailable, TooBusy
from arena.service.citizens import Citizens
from arena.service.feed import START, Ending, Feed, Piece, Position
from arena.service.queue import Line, Place, Queue

log = logging.getLogger(__name__)

SAVE_ATTEMPTS = 5
"""A database that is away comes back within seconds, or the battle is voided at the next look."""


MOST_WAITING = 2_000
"""Citizens who may wait in line, where nothing else is said."""

MOST_WATCHERS = 8
"""Pages that may watch one battle at once; a citizen has a few, a flood has many."""


class Saved(Enum):
    """What became of the saving of an ending."""

    DONE = auto()
    OVERTAKEN = auto()  # the battle was given up meanwhile; the record says how
    LOST = auto()


class Answering:
    """All answers under way in this process."""

    def __init__(
        self,
        citizens: Citizens,
        backend: Backend,
        contest: Contest,
        *,
        grace: float,
        most: int,
        waiting: int = MOST_WAITING,
        tempo: Tempo | None = None,
    ) -> None:
        """Answer with `backend`, `most` at once; go on for `grace` seconds with nobody watching.

        While that many are answered, `waiting` citizens may wait in line.
        """
        self._citizens = citizens
        self._backend = backend
        self._contest = contest
        self._mask = Mask(contest.roster.models, contest.roster.makers)
        self._grace = grace
        self._most = most
        self._tempo = tempo or Tempo(contest.roster.ids)
        self._queue = Queue(most, waiting)
        self._feeds: dict[BattleId, Feed] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def place(self, voter: VoterId, line: Line, check: Callable[[], None]) -> Place | None:
        """Give her place in the line, or None when a slot is hers: she takes it with `ask` at once.

        Whoever joins the line is checked first: nobody waits for what would then be refused.

        Raises:
            TooBusy: as many citizens wait as may.
            Refused: as `check`.
        """
        if self.waiting >= self.free and not self._queue.holds(voter, line):
            await asyncio.to_thread(check)
        return self._queue.ask(voter, line, self.free, asyncio.get_running_loop().time())

    def give_place_up(self, voter: VoterId) -> None:
        """Let a citizen out of the line."""
        self._queue.leave(voter)

    async def ask(self, battle_id: BattleId, voter: VoterId, write: Callable[[], Battle]) -> Battle:
        """Put a citizen's prompt on record with `write`, then ask both contestants in the background.

        A slot is taken before anything is waited for.

        Raises:
            TooBusy: as many battles are being answered as the arena allows.
            Refused: as `write`.
        """
        if battle_id in self._feeds:
            raise NotAtThisStage("both sides are answering")
        if not self.free:
            raise TooBusy
        # The feed is there before the battle is, so that no page finds an answer without one.
        feed = self._feeds[battle_id] = Feed(voter)
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
    ) -> AsyncGenerator[Piece | Ending | None, None]:
        """Follow the last turn of a battle from `since` to its end; None says that nothing was said for long.

        Raises:
            NotFound: the citizen has no such battle.
        """
        ended = None
        while ended is None:
            feed = self._feeds.get(battle_id) or await self._recorded(battle_id, voter)
            check_hers(feed, voter)
            feed.join()
            try:
                async for item in feed.followed(since):
                    since = item.position if item else since
                    yield item
            finally:
                self._leave(feed, 1)
            ended = feed.ended

    async def check_may_watch(self, battle_id: str, voter: VoterId) -> None:
        """Check that one more page may watch a battle.

        Raises:
            NotFound: the citizen has no such battle.
            TooBusy: as many pages as may watch it already.
        """
        feed = self._feeds.get(BattleId(battle_id))
        if feed is None:
            await asyncio.to_thread(self._citizens.battle, battle_id, voter)
            return
        check_hers(feed, voter)
        if feed.watchers >= MOST_WATCHERS:
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

    @property
    def free(self) -> int:
        """Count the battles that could be answered now beside those under way."""
        return self._most - len(self._feeds)

    @property
    def waiting(self) -> int:
        """Count the citizens in line."""
        return len(self._queue)

    async def _answer(self, feed: Feed, battle: Battle) -> None:
        began = asyncio.get_running_loop().time()
        feed.streaming = asyncio.create_task(self._stream(feed, battle))
        if feed.stopping:
            feed.streaming.cancel()
        await asyncio.wait({feed.streaming})
        await self._finish(feed, battle, feed.streaming)
        self._queue.answered(asyncio.get_running_loop().time() - began)

    async def _stream(self, feed: Feed, battle: Battle) -> None:
        rules = self._contest.rules
        contestants = {side: self._contest.roster[battle.seats[side]] for side in Side}
        pictures: Mapping[PictureId, str] = {}
        if battle.track in WITH_PICTURES:
            pictures = await asyncio.to_thread(self._citizens.pictures_of, battle)
        messages = {side: battle.messages(side, rules.system_prompt, pictures) for side in Side}
        replies = frames(
            self._backend, contestants, messages, rules.decoding, self._mask, rules.speed, self._tempo
        )
        async with aclosing(replies) as stream:
            async for frame in stream:
                for side in Side:
                    feed.text[side] += frame[side]
                feed.tell()

    async def _finish(self, feed: Feed, battle: Battle, streaming: asyncio.Task[None]) -> None:
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
        self, feed: Feed, battle: Battle, streaming: asyncio.Task[None]
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

    async def _recorded(self, battle_id: BattleId, voter: VoterId) -> Feed:
        """Give what the record holds of the last turn; an answer that no process works on is void.

        Where she has asked on while the record was read, that is the last turn.
        """
        reading = partial(self._citizens.battle, battle_id, voter)
        while (view := await asyncio.to_thread(reading)).stage is Stage.ANSWERING:
            if battle_id in self._feeds:
                break
            await asyncio.to_thread(self._citizens.lost, battle_id)
        if battle_id in self._feeds:
            return self._feeds[battle_id]
        told = Feed(voter, turn=len(view.turns), ended=(view.stage, view.void_reason), over=True)
        told.text = dict(view.turns[-1].replies or told.text)
        return told

    def _leave(self, feed: Feed, watchers: int) -> None:
        feed.watchers -= watchers
        if feed.watchers == 0 and not feed.over:
            loop = asyncio.get_running_loop()
            feed.leaving = loop.call_later(self._grace, feed.stop, VoidReason.CITIZEN_LEFT)


def check_hers(feed: Feed, voter: VoterId) -> None:
    """Check whose battle it is.

    Raises:
        NotFound: another citizen's.
    """
    if feed.voter != voter:
        raise NotFound("a battle of somebody else")


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
