"""The event stream of a turn, as server-sent events (WHATWG HTML §9.2).

Every event carries `id: turn.a.b`, how many characters of each side the reader then has. A reader of
text that reconnects with `Last-Event-ID` goes on exactly where it stopped, in whatever process; a reader
of rendered blocks gets those of the turn again, each under its index.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import assert_never

from arena.contest.battle import Side
from arena.service.feed import START, Ending, Piece, Position
from arena.web.render import Blocks

PAUSE = ": waiting\n\n"
"""A comment, so that proxies and pages know the stream is alive."""

ID = re.compile(r"(\d{1,3})\.(\d{1,9})\.(\d{1,9})", re.ASCII)

Changed = Mapping[Side, list[tuple[int, str]]]
"""The blocks of each side that have changed."""

Items = AsyncGenerator[Piece | Ending | None, None]


def position(last_event_id: str | None) -> Position:
    """Read a `Last-Event-ID`; what is not one of ours starts from the beginning."""
    parts = ID.fullmatch(last_event_id or "")
    return Position(*(int(part) for part in parts.groups())) if parts else START


async def texts(items: Items) -> AsyncGenerator[str, None]:
    """Write what is watched as plain text deltas."""
    async with aclosing(items) as stream:
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


async def rendered(items: Items) -> AsyncGenerator[str, None]:
    """Write what is watched as rendered blocks; `items` must begin at the start of the turn."""
    blocks = {side: Blocks() for side in Side}
    async with aclosing(items) as stream:
        async for item in stream:
            match item:
                case None:
                    yield PAUSE
                case Piece():
                    for side in Side:
                        blocks[side].take(item.text[side])
                    if changed := await _shown(blocks):
                        yield _blocks(item.position, changed)
                case Ending():
                    if changed := await asyncio.to_thread(_finish, blocks):
                        yield _blocks(item.position, changed)
                    yield _ending(item)
                case _:
                    assert_never(item)


async def _shown(blocks: Mapping[Side, Blocks]) -> Changed:
    """Show what is due; the other side shows with it what it can in a moment, so that both grow as one."""
    if not any(one.is_due for one in blocks.values()):
        return {}
    wanted = {side: one for side, one in blocks.items() if one.is_due or one.is_quick}
    if all(one.is_quick for one in wanted.values()):
        return _show(wanted)
    # In a thread: a long block must not hold up everybody else's events.
    return await asyncio.to_thread(_show, wanted)


def _show(blocks: Mapping[Side, Blocks]) -> Changed:
    return _changed({side: one.show() for side, one in blocks.items()})


def _finish(blocks: Mapping[Side, Blocks]) -> Changed:
    return _changed({side: one.finish() for side, one in blocks.items()})


def _changed(shown: Changed) -> Changed:
    """Give nothing where nothing has changed."""
    return shown if any(shown.values()) else {}


def _blocks(at: Position, changed: Changed) -> str:
    return _event("blocks", at, {"turn": at.turn, **{side.value: changed.get(side, []) for side in Side}})


def _ending(ending: Ending) -> str:
    """Write the closing event: its name is the stage."""
    said: dict[str, object] = {"turn": ending.position.turn}
    if ending.reason:
        said = {"reason": ending.reason.value}
    return _event(ending.stage.value, ending.position, said)


def _event(name: str, at: Position, data: dict[str, object]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {at.turn}.{at.a}.{at.b}\ndata: {text}\n\n"
