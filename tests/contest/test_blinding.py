import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.blinding import GAP, MASK, Mask

NAMES = ("굴렁쇠", "Bard", "SOLAR", "솔라", "Name One", "한빛 3", "모드", "AX")
LETTERS = st.sampled_from(
    ["굴", "렁", "쇠", "솔", "라", "B", "a", "r", "d", "은", " ", "-", ".", "\u200b", "1", "한", "빛", "3"]
)
TEXTS = st.lists(
    LETTERS | st.sampled_from(NAMES) | st.characters(exclude_categories=["Cs"]), max_size=40
).map("".join)


@pytest.fixture
def mask():
    return Mask(NAMES)


@given(TEXTS, st.lists(st.integers(0, 100), max_size=30))
def test_chunks_do_not_matter(text, cuts):
    """What is masked does not depend on how a reply was cut into deltas."""
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    deltas = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    stream = Mask(NAMES).stream()
    shown = "".join([stream.feed(delta) for delta in deltas] + [stream.finish()])

    assert shown == Mask(NAMES).whole(text)


@given(TEXTS)
def test_what_is_held_back_is_bounded(text):
    """A citizen never waits for more than a name with all its gaps."""
    stream, held = Mask(NAMES).stream(), []
    bound = max(len(unicodedata.normalize("NFD", name)) for name in NAMES) * (GAP + 1) + 1
    for char in text:
        stream.feed(char)
        held.append(len(stream._held))

    assert max(held, default=0) <= bound


@given(TEXTS)
def test_text_without_names_is_untouched(text):
    """Where there is no name, nothing is masked."""
    assert Mask(["무지개다리건너마을"]).whole(text) == text


@given(st.sampled_from(["굴렁쇠", "SOLAR", "한빛 3"]), st.sampled_from("은는이가도") | st.just(""))
def test_masking_is_idempotent_and_keeps_particles(name, particle):
    """A name is masked and the particle after it is kept."""
    assert Mask(NAMES).whole(f"저는 {name}{particle} 입니다") == f"저는 {MASK}{particle} 입니다"


@pytest.mark.parametrize(
    "written",
    [
        "굴렁쇠",
        "굴 렁 쇠",
        "굴-렁-쇠",
        "굴.렁.쇠",
        "굴\u200b렁\u200b쇠",
        "굴**렁**쇠",
        unicodedata.normalize("NFD", "굴렁쇠"),
        "Bard",
        "BARD",
        "b-a-r-d",
        "b a r d",
        "Ｂａｒｄ",
        "𝐁𝐚𝐫𝐝",
        "Bárd",
        "solar",
        "솔라",
        "솔 라",
        "nameone",
        "Name-One",
        "name\none",
        "한빛3",
        "한 빛 3",
        "AX",
    ],
)
def test_ways_to_write_a_name(mask, written):
    """A name is masked in every way in which it can still be read."""
    assert mask.whole(f"저는 {written}, 반갑습니다") == f"저는 {MASK}, 반갑습니다"


@pytest.mark.parametrize(
    "text",
    [
        "bombard",
        "bards",
        "also large",
        "so largely",
        "모든 것",
        unicodedata.normalize("NFD", "모든 것"),
        "콘솔 라인업",
        "a x + b",
        "한빛 31",
        "굴렁" + "-" * (GAP + 1) + "쇠",
        "굴렁 돌",
        "〈가림〉",
    ],
)
def test_words_that_only_look_like_names(mask, text):
    """A word that holds the letters of a name by chance stays."""
    assert mask.whole(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("솔라은", "〈가림〉은"),
        ("Bard-2", "〈가림〉-2"),
        ("Bard는", "〈가림〉는"),
        ("굴렁쇠굴렁쇠", "〈가림〉〈가림〉"),
        ("굴굴렁쇠", "굴〈가림〉"),
        ("나는솔라다", "나는〈가림〉다"),
        ("Bard", "〈가림〉"),
    ],
)
def test_what_stays_around_a_name(mask, text, shown):
    """Only the name goes; what stands around it stays."""
    assert mask.whole(text) == shown


def test_longest_name_is_masked():
    """Of two names that begin together the longer one is masked, also when it comes late."""
    stream = Mask(["솔라", "솔라 프로"]).stream()
    shown = stream.feed("솔라") + stream.feed(" 프") + stream.feed("로는") + stream.finish()

    assert shown == "〈가림〉는"


def test_longer_name_that_does_not_come():
    """A longer name that was begun and not ended does not save the shorter one."""
    stream = Mask(["솔라", "솔라 프로"]).stream()
    shown = stream.feed("솔라") + stream.feed(" 프") + stream.feed("랑스") + stream.finish()

    assert shown == "〈가림〉 프랑스"


def test_text_without_names_comes_at_once(mask):
    """What cannot be the beginning of a name is not held back."""
    assert mask.stream().feed("하늘은") == "하늘은"


def test_both_sides_are_masked_alike(mask):
    """Every name is masked in every reply, whoever wrote it."""
    assert all(mask.whole(f"{name} 좋다") == f"{MASK} 좋다" for name in NAMES)


@pytest.mark.parametrize("name", ["", " ", "-.-"])
def test_names_without_letters(name):
    """A name that nobody can read is refused."""
    with pytest.raises(ValueError, match="letters"):
        Mask([name])
