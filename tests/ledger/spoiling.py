"""Ways to spoil a text that a stranger may hand in."""

from hypothesis import strategies as st

STRAY = [
    "",
    " ",
    "\r\n",
    "\n",
    "\n\n",
    "\x00",
    "\x1b",
    "\t",
    "=",
    "+",
    "-",
    "0",
    "9" * 5_000,
    "é",
    "—",
    "\ud800",
    "\u2028",
]


@st.composite
def spoiled(draw, text):
    """Another text, made from `text` by one to three edits."""
    for _ in range(draw(st.integers(1, 3))):
        text = draw(st.sampled_from([_cut, _stray, _lines, _flip]))(draw, text)
    return text


def _cut(draw, text):
    """Without what stands between two places."""
    begin, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    return text[:begin] + text[end:]


def _stray(draw, text):
    """With something in it that has no place there."""
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(st.sampled_from(STRAY)) + text[place:]


def _lines(draw, text):
    """With its lines in another order, some of them missing or twice."""
    lines = text.split("\n")
    places = draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=len(lines) + 2))
    return "\n".join(lines[place] for place in places)


def _flip(draw, text):
    """With another character at one place."""
    place = draw(st.integers(0, max(len(text) - 1, 0)))
    return text[:place] + draw(st.characters(max_codepoint=0x7E)) + text[place + 1 :]
