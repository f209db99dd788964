import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.blinding import MASK, MOST_HELD, Mask
from arena.contest.reading import GAP

NAMES = ("굴렁쇠", "Bard", "SOLAR", "솔라", "Name One", "한빛 3", "모드", "AX")
MAKERS = ("네이버", "Naver", "뒤뜰 공작소")
MASK_OF_ALL = Mask(NAMES, MAKERS)
MARKS = "&#114; & # 114; %72 % ]( ](x) ) [ <b> < > \\text{ ``` ! !["
FORMULAS = "\\( \\) \\; \\color{red} \\color \\begin{x} {re} { }"
PIECES = f"굴 렁 쇠 솔 라 B a r d 은 - . 1 한 빛 3 만든 ㄱ ㅜ ㄹ ㄴ 4 o e {MARKS} {FORMULAS}"
LETTERS = st.sampled_from([*PIECES.split(), " ", "\n", "\n1. ", "저는 ", ", ", "\u200b", "x" * 20])
TEXTS = st.lists(
    LETTERS | st.sampled_from(NAMES + MAKERS) | st.characters(exclude_categories=["Cs"]), max_size=40
).map("".join)


@pytest.fixture
def mask():
    return Mask(NAMES)


@given(TEXTS, st.lists(st.integers(0, 100), max_size=30))
def test_chunks_do_not_matter(text, cuts):
    """What is masked does not depend on how a reply was cut into deltas."""
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    deltas = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    stream = MASK_OF_ALL.stream()
    shown = "".join([stream.feed(delta) for delta in deltas] + [stream.finish()])

    assert shown == MASK_OF_ALL.whole(text)


@given(TEXTS)
def test_what_is_held_back_is_bounded(text):
    """A citizen never waits for more than so many characters, whatever a contestant writes."""
    stream, held = MASK_OF_ALL.stream(), []
    for char in text * 6:
        stream.feed(char)
        held.append(len(stream._held))

    assert max(held, default=0) <= MOST_HELD


@given(TEXTS)
def test_text_without_names_is_untouched(text):
    """Where there is no name, nothing is masked."""
    assert Mask(["무지개다리건너마을"]).whole(text) == text


@given(TEXTS, st.permutations(NAMES), st.permutations(MAKERS))
def test_masking_is_the_same_for_all_contestants(text, names, makers):
    """Who is which contestant, and in which order they are declared, makes no difference."""
    assert Mask(names, makers).whole(text) == MASK_OF_ALL.whole(text)


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
        "굴\n1. 렁\n2. 쇠",
        "ㄱㅜㄹㄹㅓㅇㅅㅗㅣ",
        "굴, 렁, 쇠",
        "굴🌟렁🌟쇠",
        "s0lar",
        "ЅОLАR",
        "so1ar",
        "ＳＯＬＡＲ",
        "B[a](http://x.y)rd",
        "B&#97;rd",
        "%42ard",
        "굴\\color{red}렁쇠",
        "굴\\begin{matrix}렁\\end{matrix}쇠",
        "굴\\hspace{1em}렁쇠",
        "s\\phantom{xyz}olar",
        "s\\;\nolar",
        "굴\\)\n렁쇠",
        "굴 ![](x) 렁쇠",
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
        "5014r",
        "sol, arrived",
        "so la, r",
        "솔, 라벤더",
        "솔 라벤더",
        "한빛 e",
        "4ax2",
        "B" + "-" * 600 + "ard",
        "solarium",
        "rename ones",
        "name oneself",
        "굴\n- 렁\n- " + "돌" * 600,
        "솔란",
        "콘솔라면",
        "에코모드",
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
        ("BardBard", "〈가림〉〈가림〉"),
        ("myBardChat", "my〈가림〉Chat"),
        ("Bard2", "〈가림〉2"),
        ("굴렁쇤 좋아요", "〈가림〉 좋아요"),
        (unicodedata.normalize("NFD", "굴렁쇤"), "〈가림〉\u11ab"),
        ("솔 라는", "〈가림〉는"),
        ("[a](http://bard/x)", "[a](http://〈가림〉/x)"),
        ("[굴](http://bard/x)렁쇠", "[〈가림〉"),
        ("](/bard/솔라/x)", "](/〈가림〉/〈가림〉/x)"),
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


def test_long_names_are_found_inside_words():
    """A long name is no part of another word by chance; a short one, or one of two words, may be."""
    mask = Mask(["굴렁쇠Latin", "Gulleongsoe", "Bard", "Name One"])

    assert mask.whole("theGULLEONGSOEmodel thegulleongsoemodel") == "the〈가림〉model the〈가림〉model"
    assert mask.whole("bombard, rename ones") == "bombard, rename ones"


def test_short_names_are_taken_as_they_are_declared():
    """A name of two letters is masked as it is written, and formulas that hold its letters stay."""
    mask = Mask(["A.X"])

    assert mask.whole("A.X, AX, Ａ.Ｘ는 A.X-2") == "〈가림〉, 〈가림〉, 〈가림〉는 〈가림〉-2"
    assert (
        mask.whole("y = ax + b, a x, a(x), A x, AX2, RAX, A. X")
        == "y = ax + b, a x, a(x), A x, AX2, RAX, A. X"
    )


def test_no_names():
    """Where no names are to be masked every text stays."""
    assert Mask([]).whole("굴렁쇠 [x](y) &amp;") == "굴렁쇠 [x](y) &amp;"


def test_names_that_overlap():
    """Of names that overlap the one that begins first is masked, and what is left of the other stays."""
    stream = Mask(["가나다", "다라마"]).stream()
    shown = "".join([stream.feed(char) for char in "가나다라마"] + [stream.finish()])

    assert shown == "〈가림〉라마"


def test_maker_that_overlaps_a_model():
    """A model's name is masked also where a maker's name begins before it or goes on after it."""
    mask = Mask(["나다"], ["가나", "다라"])

    assert mask.whole("저는 가나다라") == "저는 가〈가림〉라"
    assert mask.whole("저는 가나 다라") == "저는 〈가림〉 〈가림〉"


@pytest.mark.parametrize(
    "piece", ["](", "&#", "굴" + "-" * 16, "[](" + "x" * 400, "굴렁", "\n1", "bard](/bard"]
)
def test_hostile_replies(piece):
    """A reply that only keeps masking busy is let out all the same, and nothing is lost."""
    text = (piece * 1_500)[:3_000]
    stream = Mask(["굴렁쇠"], ["네이버"]).stream()
    shown = "".join([stream.feed(text[at : at + 7]) for at in range(0, len(text), 7)] + [stream.finish()])

    assert shown == text
