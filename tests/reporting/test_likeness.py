"""Replies of one model and of two."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadSetting
from arena.reporting.likeness import _kernel, differ

WARM = ("하늘은 맑고 ", "바람이 불며 ", "꽃이 피고 ", "새가 울며 ", "비가 그치고 ", "해가 뜹니다. ")
COLD = ("눈이 쌓이고 ", "얼음이 얼며 ", "나무가 자고 ", "밤이 길며 ", "별이 떨고 ", "달이 뜹니다. ")


def replies(words, seed, each, prompts=6):
    """Draw replies of a model that strings words together."""
    drawn = random.Random(seed)
    return [["".join(drawn.choices(words, k=12)) for _ in range(each)] for _ in range(prompts)]


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_kernel(texts):
    """A reply is wholly like itself, and two are as like one way as the other, from 0 to 1."""
    kernel = _kernel(texts)

    assert all(kernel[at][at] == pytest.approx(1.0) for at in range(len(texts)))
    assert all(
        row == pytest.approx(column) for row, column in zip(kernel, zip(*kernel, strict=True), strict=True)
    )
    assert all(-1e-9 <= value <= 1 + 1e-9 for row in kernel for value in row)


def test_another_model():
    """Replies of another model are told apart as surely as the draws can."""
    found = differ(replies(WARM, 1, 8), replies(COLD, 2, 4), draws=20_000, seed=1)

    assert found.p_value == 1 / 20_001


def test_same_model():
    """Replies of the same model are told apart no more often than chance has it."""
    found = [
        differ(replies(WARM, number, 4, 3), replies(WARM, -number - 1, 2, 3), draws=99, seed=number).p_value
        for number in range(100)
    ]

    assert 1 <= sum(p_value <= 0.1 for p_value in found) <= 24


def test_nothing_to_compare():
    """Replies that cannot be compared are refused in the operator's words."""
    with pytest.raises(BadSetting, match="cannot be compared"):
        differ([], [], draws=10, seed=1)
