import pytest

from arena.contest.blinding import Mask
from arena.contest.introductions import LOOK

FAR = "가나다라마바사아자차카타파하 " * 8
MASK = Mask(["굴렁쇠"], ["네이버", "Naver"])


@pytest.mark.parametrize(
    "text",
    [
        "저는 네이버가 만든 인공지능입니다.",
        "네이버에서 개발했어요.",
        "네이버입니다.",
        "네, 바로 네이버예요!",
        "네이버",
        "I was made by Naver.",
        "My maker is a company called Naver, of course, as everybody knows by now.",
        "Naver trained this assistant over many months and with great care.",
        "오늘 소개할 도우미는 여러분께 늘 친절한 네이버의 인공지능입니다.",
        "굴렁쇠는 여러 기업이 함께 준비한 것이고 그 가운데 하나가 네이버라고 알려져 있다.",
        "네이버가 여러 해에 걸쳐 조용히 준비해서 내놓고 자랑하는 굴렁쇠가 유명하다.",
        "n a v e r 개발",
    ],
)
def test_makers_are_masked_where_a_reply_introduces_itself(text):
    """A sentence that tells who made a model does not show the maker's name."""
    shown = MASK.whole(text)

    assert "네이버" not in shown
    assert "naver" not in shown.lower().replace(" ", "")
    assert "〈가림〉" in shown


@pytest.mark.parametrize(
    "text",
    [
        "어제 네이버 주가는 2퍼센트 올랐고 거래량도 크게 늘었다고 합니다.",
        "국내 포털로는 네이버 그리고 다음 같은 곳이 오래전부터 널리 쓰이고 있습니다.",
        "- 네이버\n- 다음\n1. 네이버\n",
        "The stock of Naver rose by two percent yesterday on heavy trading volume.",
        f"저는 도우미입니다. 어제 네이버 주가는 2퍼센트 올랐다고 여러 신문이 전했다. {FAR}",
        f"{FAR}네이버 주가는 {FAR}",
    ],
)
def test_makers_stay_where_others_are_spoken_of(text):
    """A company may be named in an answer about companies."""
    assert MASK.whole(text) == text


def test_a_long_sentence_is_looked_at_so_far():
    """What introduces a model further away than a sentence is read does not count."""
    text = f"저는 {'가' * LOOK} 네이버 {'나' * LOOK}"

    assert MASK.whole(text) == text


def test_maker_waits_for_its_sentence():
    """A maker's name is held back until its sentence tells what it is about, and no longer."""
    stream = MASK.stream()
    shown = [
        stream.feed("어제 네이버"),
        stream.feed(" 주가는 크게 올랐고 거래도 늘었다"),
        stream.feed(". 그"),
    ]

    assert shown[0] == "어제 "
    assert shown[1] == ""
    assert shown[2].startswith("네이버 주가는")


def test_after_an_introduction_the_maker_waits_for_nothing():
    """Where the beginning of a sentence introduces a model, the maker's name is masked at once."""
    stream = MASK.stream()

    assert stream.feed("저는 네이버가 ") == "저는 〈가림〉가 "


def test_maker_that_is_also_a_model():
    """A name that is both a model's and a maker's is masked wherever it stands."""
    mask = Mask(["네이버"], ["네이버", "네이버 클라우드"])

    assert mask.whole("어제 네이버 클라우드 주가는 2퍼센트 올랐고 거래량도 크게 늘었다고 합니다.").startswith(
        "어제 〈가림〉 클라우드"
    )
