"""A digest of comments tells what many write, and nothing that few write."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.reporting.digest import FEWEST_COMMENTS, digest
from arena.reporting.small_cells import K, told

ABOUT = (
    "근거가 분명하고 계산이 정확합니다",
    "말투가 어색하고 번역한 것처럼 읽힙니다",
    "너무 길어서 핵심이 보이지 않습니다",
)


def said(number, voters, seed=1):
    random = Random(seed)
    return [(f"v{place % voters}", f"{random.choice(ABOUT)} {place}") for place in range(number)]


def test_themes():
    """Comments about three things make groups whose words are of one thing each."""
    found = digest(said(90, 45))
    first = [{about for about in ABOUT if theme.words[0] in about} for theme in found]

    assert sum(theme.comments for theme in found) >= 60
    assert set.union(*first) == set(ABOUT)


def test_the_same_comments_give_the_same_digest():
    """A digest is no matter of chance."""
    assert digest(said(90, 45)) == digest(said(90, 45))


def test_a_word_of_few():
    """What four citizens write, however often, is no word of the digest, and no group of it."""
    few = [(f"few{place % 4}", "홍길동 010번지 사건 홍길동") for place in range(80)]
    found = digest([*said(60, 30), *few])

    assert all("홍길동" not in theme.words for theme in found)
    assert sum(theme.comments for theme in found) <= 60


@pytest.mark.parametrize("comments", [[], said(FEWEST_COMMENTS - 1, 20), [("v", "!!!")] * 50])
def test_too_few(comments):
    """Few comments, or such without a word, make no digest."""
    assert digest(comments) == ()


@pytest.mark.parametrize("text", ["=1+1" * 25_000, "<script>alert(1)</script>" * 10, "가" * 100_000])
def test_hostile_comments(text):
    """Formulas, markup and endless comments are read as text, and no longer than need be."""
    found = digest([(f"v{place}", text) for place in range(40)])

    assert all(word.isalpha() for theme in found for word in theme.words)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_one_citizen_more(number, citizens):
    """One citizen more or fewer changes a count by nothing, by a step of five, or shows it or not at all."""
    before, after = told(number, citizens), told(number + 1, citizens + 1)

    assert after is not None if before is not None else after in {None, (number + 1) // K * K}
    assert before is None or after - before in {0, K}


@given(st.integers(0, 4), st.integers(0, 10_000))
def test_a_suppressed_cell(citizens, number):
    """A cell of fewer than five citizens looks the same whoever they are and however much they say."""
    assert told(number, citizens) is None
