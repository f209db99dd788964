import asyncio
import json
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.battle import Side, Stage, VoidReason
from arena.errors import NotFound
from arena.service.feed import START, Ending, Piece, Position
from arena.web.events import ID, PAUSE, position, rendered, texts
from arena.web.render import render

PIECES = [
    Piece(Position(1, 2, 0), {Side.A: "하늘", Side.B: ""}),
    Piece(Position(1, 5, 4), {Side.A: "은\n\n", Side.B: '"**\r'}),
]
OPEN = Ending(Position(1, 5, 4), Stage.OPEN)
VOID = Ending(Position(2, 0, 0), Stage.VOID, VoidReason.REPLY_FAILED)


class Source:
    """A turn that is watched: gives items, waits for `gate`, fails with `error`; knows when it was closed."""

    def __init__(self, *items, error=None, gate=None):
        self.items = items
        self.error = error
        self.gate = gate
        self.waits = asyncio.Event()
        self.closed = False

    async def watch(self):
        try:
            for item in self.items:
                yield item
                if self.gate:
                    self.waits.set()
                    await self.gate.wait()
            if self.error:
                raise self.error
        finally:
            self.closed = True


async def written(stream):
    """The whole of a stream."""
    async with aclosing(stream) as events:
        return [event async for event in events]


async def test_text_for_ever():
    """The text of a stream is that which pages and programs have always read."""
    source = Source(*PIECES, OPEN)

    assert "".join(await written(texts(source.watch()))) == (
        'event: delta\nid: 1.2.0\ndata: {"turn":1,"a":"하늘","b":""}\n\n'
        'event: delta\nid: 1.5.4\ndata: {"turn":1,"a":"은\\n\\n","b":"\\"**\\r"}\n\n'
        'event: open\nid: 1.5.4\ndata: {"turn":1}\n\n'
    )
    assert source.closed


async def test_a_void_says_why():
    """The last event of a void names the reason and no side."""
    assert await written(texts(Source(VOID).watch())) == [
        'event: void\nid: 2.0.0\ndata: {"reason":"reply_failed"}\n\n'
    ]


async def test_blocks_for_ever():
    """A page gets the blocks that changed, by index; where none did, nothing."""
    source = Source(Piece(Position(1, 2, 3), {Side.A: "하늘", Side.B: "**굵"}), OPEN)
    blocks, ending = await written(rendered(source.watch()))

    assert blocks.startswith("event: blocks\nid: 1.2.3\ndata: {")
    assert parsed(blocks)["a"] == [[0, "<p>하늘</p>"]]
    assert ending == 'event: open\nid: 1.5.4\ndata: {"turn":1}\n\n'
    assert source.closed


SMALL, LARGE = "가" * 3, "나" * 12


async def test_both_sides_grow_as_one():
    """What is shown of one side is shown with all that the other has: neither runs ahead on the page."""
    pairs = [(LARGE, LARGE), (SMALL, SMALL), (SMALL, SMALL), (LARGE, SMALL)]
    pieces = [Piece(START, dict(zip(Side, pair, strict=True))) for pair in pairs]
    *shown, _ = [parsed(event) for event in await written(rendered(Source(*pieces, OPEN).watch()))]

    assert [event["a"][0][1] for event in shown] == [f"<p>{LARGE}</p>", f"<p>{LARGE}{SMALL * 2}{LARGE}</p>"]
    assert [event["b"][0][1] for event in shown] == [f"<p>{LARGE}</p>", f"<p>{LARGE}{SMALL * 3}</p>"]


def parsed(event):
    """The data of one event; a sign of life has none."""
    return {} if event == PAUSE else json.loads(event.partition("\ndata: ")[2])


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=6))
async def test_blocks_add_up_to_the_reply(deltas):
    """Whoever puts each block in its place sees the rendered reply."""
    pieces = [Piece(START, dict(zip(Side, delta, strict=True))) for delta in deltas]
    shown = {side.value: {} for side in Side}
    for event in await written(rendered(Source(*pieces, OPEN).watch())):
        for side, blocks in shown.items():
            blocks.update(parsed(event).get(side, []))

    for place, side in enumerate(Side):
        html = "\n".join(block for _, block in sorted(shown[side.value].items()) if block)
        assert html == render("".join(delta[place] for delta in deltas))


@given(st.text(), st.text())
async def test_no_text_breaks_out_of_its_event(one, other):
    """Whatever a contestant writes stays inside one event: it cannot make another."""
    piece = Piece(Position(1, len(one), len(other)), {Side.A: one, Side.B: other})
    event, _ = await written(texts(Source(piece, OPEN).watch()))

    assert event.endswith("\n\n")
    assert event.count("\n") == 4
    assert "\r" not in event
    assert parsed(event) == {"turn": 1, "a": one, "b": other}


@pytest.mark.parametrize("write", [texts, rendered])
async def test_a_silent_turn_says_that_it_is_alive(write):
    """A sign of life goes out as a comment, and the text goes on where it was."""
    first, *rest = await written(write(Source(PIECES[0], None, None, OPEN).watch()))

    assert first.startswith("event: ")
    assert rest[:2] == [PAUSE] * 2
    assert PAUSE.startswith(":")
    assert rest[-1].startswith("event: open\n")


@pytest.mark.parametrize("write", [texts, rendered])
async def test_a_reader_who_leaves_closes_the_source(write):
    """When a page goes away between two events, the turn is no longer watched for it."""
    source = Source(*PIECES, OPEN)
    async with aclosing(write(source.watch())) as stream:
        await anext(stream)

    assert source.closed


@pytest.mark.parametrize("write", [texts, rendered])
async def test_a_reader_cut_off_in_silence_closes_the_source(write):
    """When the server gives up a stream that waits, the turn is no longer watched and no task is left."""
    source = Source(PIECES[0], OPEN, gate=asyncio.Event())
    reading = asyncio.create_task(written(write(source.watch())))
    await source.waits.wait()
    reading.cancel()
    await asyncio.wait({reading})

    assert reading.cancelled()
    assert source.closed
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("write", [texts, rendered])
async def test_an_error_of_ours_comes_through(write):
    """What the service refuses in the middle of a stream is refused, not swallowed."""
    source = Source(PIECES[0], error=NotFound("b-1"))

    with pytest.raises(NotFound):
        await written(write(source.watch()))
    assert source.closed


@given(st.integers(0, 999), st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_a_reconnect_goes_on_where_it_stopped(turn, a, b):
    """The id of an event, sent back, says how much a page has of either side."""
    assert position(f"{turn}.{a}.{b}") == Position(turn, a, b)


FOREIGN = [
    None,
    "",
    "1.2",
    "1.2.3.4",
    "-1.2.3",
    "1. 2.3",
    "1.2.3\n",
    "x",
    "1.2.1e3",
    "9999.1.1",
    f"1.1.{'9' * 10}",
    "١.٢.٣",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_foreign_id_starts_from_the_beginning(text):
    """What is not one of our ids loses nothing: the turn is told from its start."""
    assert position(text) == START


@given(st.text())
def test_any_id_is_read(text):
    """Whatever a client sends as the last id, there is a place to go on from."""
    assert (position(text) == START) or ID.fullmatch(text)
