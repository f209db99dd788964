"""The event stream of a turn, as server-sent events (WHATWG HTML §9.2).

Every event carries `id: turn.a.b`, how many characters of each side the reader then has. A reader of
text that reconnects with `Last-Event-ID` goes on exactly where it stopped, in whatever process; a reader
of rendered blocks gets those of the turn again, each under its index.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import assert_never

from arena.contest.battle import Side
from arena.service.feed import START, Ending, Piece, Position
from arena.web.render import Blocks

IDLE_SECONDS = 5.0
"""A comment goes out after this much silence, so that proxies and pages know the stream is alive."""

PAUSE = ": waiting\n\n"

ID = re.compile(r"(\d{1,3})\.(\d{1,9})\.(\d{1,9})", re.ASCII)

Items = AsyncGenerator[Piece | Ending, None]


def position(last_event_id: str | None) -> Position:
    """Read a `Last-Event-ID`; what is not one of ours starts from the beginning."""
    parts = ID.fullmatch(last_event_id or "")
    return Position(*(int(part) for part in parts.groups())) if parts else START


async def texts(items: Items, idle: float = IDLE_SECONDS) -> AsyncGenerator[str, None]:
    """Write what is watched as plain text deltas."""
    async with aclosing(items), aclosing(_with_pauses(items, idle)) as stream:
        async for item in stream:
            match item:
                case None:
                    yield PAUSE
                case Piece():
                    text = {side.value: item.text[side] for side in Side}
                    yield _event("delta", item.position, {"turn": item.position.turn, **text})
                case Ending():
                    yield _ending(item)
                case _:
                    assert_never(item)


async def rendered(items: Items, idle: float = IDLE_SECONDS) -> AsyncGenerator[str, None]:
    """Write what is watched as rendered blocks; `items` must begin at the start of the turn."""
    blocks = {side: Blocks() for side in Side}
    async with aclosing(items), aclosing(_with_pauses(items, idle)) as stream:
        async for item in stream:
            match item:
                case None:
                    yield PAUSE
                case Piece() if all(blocks[side].is_quick(item.text[side]) for side in Side):
                    yield _fed(blocks, item)
                case Piece():
                    # In a thread: a long block must not hold up everybody else's events.
                    yield await asyncio.to_thread(_fed, blocks, item)
                case Ending():
                    yield await asyncio.to_thread(_finished, blocks, item)
                    yield _ending(item)
                case _:
                    assert_never(item)


async def _with_pauses(items: Items, idle: float) -> AsyncGenerator[Piece | Ending | None, None]:
    """Give None whenever nothing has come for `idle` seconds."""
    pending: asyncio.Task[Piece | Ending] | None = None
    try:
        while True:
            pending = pending or asyncio.create_task(_next(items))
            done, _ = await asyncio.wait({pending}, timeout=idle)
            if not done:
                yield None
                continue
            item, pending = pending.result(), None
            yield item
            if isinstance(item, Ending):
                return
    finally:
        if pending:
            pending.cancel()
            await asyncio.wait({pending})


async def _next(items: Items) -> Piece | Ending:
    return await anext(items)


def _fed(blocks: dict[Side, Blocks], piece: Piece) -> str:
    return _blocks(piece.position, {side: blocks[side].feed(piece.text[side]) for side in Side})


def _finished(blocks: dict[Side, Blocks], ending: Ending) -> str:
    return _blocks(ending.position, {side: blocks[side].finish() for side in Side})


def _blocks(at: Position, changed: dict[Side, list[tuple[int, str]]]) -> str:
    if not any(changed.values()):
        return PAUSE  # nothing to show yet, but alive
    return _event("blocks", at, {"turn": at.turn, **{side.value: changed[side] for side in Side}})


def _ending(ending: Ending) -> str:
    """Write the closing event: its name is the stage."""
    said: dict[str, object] = {"turn": ending.position.turn}
    if ending.reason:
        said = {"reason": ending.reason.value}
    return _event(ending.stage.value, ending.position, said)


def _event(name: str, at: Position, data: dict[str, object]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {at.turn}.{at.a}.{at.b}\ndata: {text}\n\n"
