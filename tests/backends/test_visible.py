import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.visible import LONGEST_MARK, Visible

REASONING = (
    "<think> </think> <| |> <|channel|> final analysis commentary <|message|> ◁ think▷ ◁/think▷ <unused94>"
)
TEMPLATES = "<|im_start|> assistant ass <|im_end|> [ INST] [/ [| endofturn |] <s> </ <start_of_turn> << SYS>>"
OTHERS = "s> < > th ink> / 가나 word 😀 thought <unused95> <｜ ｜> [THINK] [/THINK] <<SYS> \ufeff \ufffd"
PIECES = st.lists(
    st.sampled_from([*f"{REASONING} {TEMPLATES} {OTHERS}".split(), " ", "\n", "\x00", "\u2028"])
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
        (["x\ud83d", "y"], "xy"),
        (["x\ude00y"], "xy"),
        (["x\ud83d"], "x"),
        (["\ufeffhalf a syl\ufffd\ufffd"], "half a syl"),
        (["line\u2028line\u200b\u00ad"], "line\nline"),
        (["<|channel|>anal", "ysis<|message|>hm<|end|><|chan", "nel|>final<|message|>hi"], "hi"),
        (["<|channel|>analysis<|message|>hm<|start|>assistant<|channel|>final<|message|>hi"], "hi"),
        (["[THINK]hm[/THINK]hi", "◁think▷hm◁/think▷ there"], "hi there"),
        (["<unused94>thought\nhm<unused95>hi"], "hi"),
        (["<Thinking>hm</thinking>hi"], "hi"),
        (["no opening</think>hi"], "no openinghi"),
        (["hi<|im_end|>\n<|im_start|>assistant", "!"], "hi\n!"),
        (["<|start_header_id|>assistant<|end_header_id|>\n\nhi<|eot_id|>"], "hi"),
        (["<start_of_turn>model\nhi<end_of_turn>"], "hi"),
        (["[|assistant|]hi[|endofturn|]"], "hi"),
        (["<s>[INST] hi [/INST]</s>"], "hi "),
        (["<<SYS>>hi<</SYS>>"], "hi"),
        (["hi<|endoftext|><｜end▁of▁sentence｜>"], "hi"),
        (["a[0] <= b[INDEX] && [참고] <b>"], "a[0] <= b[INDEX] && [참고] <b>"),
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


@given(PIECES)
def test_what_is_held_back_is_bounded(pieces):
    """A citizen never waits for more than the longest mark."""
    visible, held = Visible(), []
    for char in "".join(pieces):
        visible.feed(char)
        held.append(len(visible._held))

    assert max(held, default=0) < LONGEST_MARK
