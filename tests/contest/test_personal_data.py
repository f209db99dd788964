import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.personal_data import LABELS, PersonalData, named_in, without_personal_data

FOUND = [
    ("제 번호는 010-1234-5678이에요.", "제 번호는 [전화번호]이에요.", "phone"),
    ("01012345678로 전화 주세요", "[전화번호]로 전화 주세요", "phone"),
    ("집은 02-123-4567, 회사는 031 123 4567", "집은 [전화번호], 회사는 [전화번호]", "phone"),
    ("+82 10 1234 5678", "[전화번호]", "phone"),
    ("call +1 425 882 8080", "call [전화번호]", "phone"),
    ("０１０－１２３４－５６７８", "[전화번호]", "phone"),
    ("900101-1234568", "[주민등록번호]", "resident_number"),
    ("900101 - 1234568입니다", "[주민등록번호]입니다", "resident_number"),
    ("9001011234568", "[주민등록번호]", "resident_number"),
    ("9001015234561", "[주민등록번호]", "resident_number"),
    ("850229-1234567은 없는 날, 840229-1234567은 있는 날", None, "resident_number"),
    ("210101-3123456", "[주민등록번호]", "resident_number"),
    ("2101013123456", "[주민등록번호]", "resident_number"),
    ("990101-9123456", "[주민등록번호]", "resident_number"),
    ("900101-5123456", "[주민등록번호]", "resident_number"),
    ("외국인등록번호는 9001015123456입니다", "외국인등록번호는 [주민등록번호]입니다", "resident_number"),
    ("주민번호 9001011234569", "주민번호 [주민등록번호]", "resident_number"),
    ("법인 110111-1234567", "법인 [주민등록번호]", "resident_number"),
    ("900101–1234568", "[주민등록번호]", "resident_number"),
    ("900101ㅡ1234567", "[주민등록번호]", "resident_number"),
    ("주민번호 900101/1234567", "주민번호 [주민등록번호]", "resident_number"),
    ("900101\u200b-\u20601234567", "[주민등록번호]", "resident_number"),
    ("010\u200b1234\u200b5678", "[전화번호]", "phone"),
    ("4111\u20601111\u20601111\u20601111", "[카드번호]", "card"),
    ("hong\u00ad@exa\u200bmple.com", "[이메일]", "email"),
    ("홍길동 우리은행\n1002-123-456789", "홍길동 우리은행\n[계좌번호]", "account"),
    ("카드 4111 1111 1111 1111로 결제", "카드 [카드번호]로 결제", "card"),
    ("4111-1111-1111-1111", "[카드번호]", "card"),
    ("3782 822463 10005", "[카드번호]", "card"),
    ("5555555555554444", "[카드번호]", "card"),
    ("국민은행 123456-01-234567로 보내 주세요", "국민은행 [계좌번호]로 보내 주세요", "account"),
    ("110-123-456789 (신한은행)", "[계좌번호] (신한은행)", "account"),
    ("account number 123 456 7890", "account number [계좌번호]", "account"),
    ("hong.gildong+a@example.co.kr로 메일", "[이메일]로 메일", "email"),
    ("ｈｏｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[이메일]", "email"),
]

LEFT = [
    "사업자등록번호 123-45-67890",
    "9001011234569개를 2로 나누면?",
    "주민번호 뒤는 알 수 없으니 아무 말이나 이어서 길게 쓰면 9001011234569",
    "1588-1234에 전화하면 되나요?",
    "2024-01-15 12:30부터 2025-12-31까지",
    "원주율 3.14159265358979323846",
    "1234567890123456을 3으로 나누면?",
    "20의 계승은 2432902008176640000",
    "은행에 10000000000원이 있으면",
    "110-123-456789는 무슨 번호인가요?",
    "IP 192.168.010.123, 버전 1.2.3",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
    "9013011234568과 9001011234567",
    "4111 1111 1111 1112",
    "7111 1111 1111 1114",
    "@decorator와 a@b",
    "[계좌번호] 1234567890123",
    "은행이 문을 닫았다.\n\n1234567890123",
    "👩\u200d👧 가족 3\u200d명",
    "½ ㎏ 각각 ①",
    "",
]


@pytest.mark.parametrize(("text", "kept", "kind"), FOUND)
def test_found(text, kept, kind):
    """Numbers of persons are taken out in every usual way of writing; the words around them stay."""
    found = without_personal_data(text, "ko")

    assert found.taken == {PersonalData(kind)}
    assert found.text == (kept or text.replace("840229-1234567", "[주민등록번호]"))


@pytest.mark.parametrize("text", LEFT)
def test_left(text):
    """Sums, years, prices, versions, hotlines and numbers that fail their check digit stay."""
    found = without_personal_data(text, "ko")

    assert (found.text, found.taken) == (text, frozenset())


def test_many_kinds():
    """All kinds are taken out of one prompt, each named in the language of the battle."""
    text = "me: 900101-1234568, 010-1234-5678, a@example.com, 4111 1111 1111 1111, bank 123-456-789012"

    found = without_personal_data(text, "en")

    assert found.taken == set(named_in(found.text)) == set(PersonalData)
    assert found.text == (
        "me: [resident number], [phone number], [e-mail address], [card number], bank [account number]"
    )


NEUTRAL = st.text(st.sampled_from("가나다 abc?!\n,"), max_size=30)
PLANTED = ["010-1234-5678", "900101-1234568", "4111 1111 1111 1111", "hong@example.com"]


@given(NEUTRAL, st.sampled_from(PLANTED), NEUTRAL)
def test_wherever_it_stands(before, planted, after):
    """Wherever a number stands between words, it is gone and everything before and after it is there."""
    text = f"{before} {planted} {after}"

    found = without_personal_data(text, "ko")

    (kind,) = found.taken
    assert found.text == f"{before} [{LABELS[kind]['ko']}] {after}"
    assert named_in(found.text) == [kind]


@given(st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="@＠﹫")))
def test_without_digits(text):
    """A text without digits and @ is never touched."""
    assert without_personal_data(text, "ko").text == text


@given(st.text(st.sampled_from("0123456789-– .,@a은행계좌＠０１\u0660\u00bd"), max_size=80))
def test_any_text(text):
    """No text is refused, and what was taken is named in it."""
    found = without_personal_data(text, "en")

    assert all(f"[{LABELS[kind]['en']}]" in found.text for kind in found.taken)
    assert bool(found.taken) == (found.text != text)


@pytest.mark.parametrize(
    "piece", ["1", "010-", "1 ", "01012345678 ", "a@", "은행1 ", "은행1-", "a.a@a.", "(0"]
)
def test_long_prompts(piece):
    """The longest prompt of the most awkward kind is gone through like any other."""
    found = without_personal_data((piece * 20_000)[:20_000], "ko")

    assert len(found.text) <= 20_000
