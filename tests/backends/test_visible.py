import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.visible import Visible

PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "th", "ink>", "/", "가나", " ", "\n", "word", "\x00", "😀"])
    | st.text(max_size=4)
)


def shown(deltas):
    visible = Visible()
    return "".join([visible.feed(delta) for delta in deltas] + [visible.finish()])


@given(PIECES, st.lists(st.integers(0, 60), max_size=20))
def test_chunks_do_not_matter(pieces, cuts):
    """What a citizen sees does not depend on how a reply was cut into deltas."""
    text = "".join(pieces)
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    deltas = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]

    assert shown(deltas) == shown([text])


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_characters="<")))
def test_reasoning_is_hidden(reasoning, answer):
    """Reasoning in front of an answer is not shown, and leaves no trace."""
    inside = reasoning.replace("</think>", "")

    assert shown(list(f"<think>{inside}</think>\n\n{answer}")) == shown([answer])


@pytest.mark.parametrize(
    ("deltas", "text"),
    [
        (["a < b", " and <thin", "g>"], "a < b and <thing>"),
        (["ends with <thi"], "ends with <thi"),
        (["<think>never closed"], ""),
        (["one <think>x</think>two"], "one two"),
        (["\n\n  first"], "first"),
        (["a\r\nb\x00\x1b\u202ec\td"], "a\nbc\td"),
        (["\ud83d", "\ude00"], "😀"),
        (["x\ud83d", "y"], "x\ufffdy"),
        (["x\ude00y"], "x\ufffdy"),
        (["x\ud83d"], "x\ufffd"),
    ],
)
def test_examples(deltas, text):
    """Only characters that a page and a database can hold are given, and marks of reasoning are not."""
    assert shown(deltas) == text


@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=5)))
def test_everything_can_be_encoded(deltas):
    """Whatever a server sends, what is shown is valid UTF-8 without NUL."""
    text = shown(deltas)

    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text
