"""One sanitiser for every reply: bytes of a server in, what a page shows out, however they were cut."""

import json

from hypothesis import given
from hypothesis import strategies as st

from arena.backends.demo.leaks import MASKED, said
from arena.backends.demo.personas import PERSONAS
from arena.backends.visible import Visible
from arena.backends.wire import ReplyReader
from arena.contest.blinding import Mask
from arena.web.render import Blocks, render

MASK = Mask(
    [name for who in PERSONAS for name in (who.name, who.id, *who.aliases)], [who.team for who in PERSONAS]
)
MARKUP = (
    "**굵 게** `코드` ```py\n ``` | 칸 |\n|---|\n [글](http://x.y) <think> </think> <|im_end|> $x^2$ &amp; 1."
)
TEXTS = st.lists(
    st.sampled_from([*MARKUP.split(" "), "\n", "\n\n", " ", "\ud83d", "\ude00", "\ufeff", "\u202e"])
    | st.builds(said, st.sampled_from(list(MASKED)), st.sampled_from(PERSONAS)),
    max_size=12,
).map("".join)
CUTS = st.lists(st.integers(0, 2_000), max_size=30)


def pieces(whole, cuts):
    places = sorted({cut % (len(whole) + 1) for cut in cuts})
    return [whole[start:end] for start, end in zip([0, *places], [*places, len(whole)], strict=True)]


def stream(deltas):
    """Give the bytes of a server that says so."""
    events = [{"choices": [{"delta": {"content": delta}, "finish_reason": None}]} for delta in deltas]
    events.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events) + b"data: [DONE]\n\n"


def seen(text):
    """Give what may be seen of a whole reply."""
    visible = Visible()
    return MASK.whole(visible.feed(text) + visible.finish())


@given(TEXTS, CUTS, CUTS)
def test_cutting_changes_nothing_that_is_shown(text, deltas, packets):
    """What a citizen is shown is that of the whole reply, however deltas and packets were cut."""
    reader, masked, blocks = ReplyReader(1 << 20, 1 << 20), MASK.stream(), Blocks()
    shown: dict[int, str] = {}
    for packet in pieces(stream(pieces(text, deltas)), packets):
        shown |= dict(blocks.feed(masked.feed(reader.feed(packet))))
    shown |= dict(blocks.feed(masked.finish()))
    shown |= dict(blocks.finish())

    assert "\n".join(html for _, html in sorted(shown.items()) if html) == render(seen(text))
