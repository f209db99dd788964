import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.homoglyphs import Folding, letters_of, loose


@pytest.mark.parametrize(
    ("chars", "letters"),
    [
        ("BbＢ𝐁𝔅ℬⒷⓑ🄱🅑🅱🇧ʙḃВЬΒᏴ", "b"),
        ("lLＬⅬłĿᴌӏ", "l"),
        ("oOøØǒо", "o"),
        ("ɡցԌ", "g"),
        ("ıİI", "i"),
        ("ɑαа", "a"),
        ("1①１¹", "1"),
        ("ㄱᄀᆨﾡ㉠", "ㄱ"),
        ("굴", "ㄱㅜㄹ"),
        ("꽹", "ㄱㄱㅗㅏㅣㅇ"),
        ("쇠", "ㅅㅗㅣ"),
        ("ㄳᆪ", "ㄱㅅ"),
        ("漢", "漢"),
        ("ж", "ж"),
        ("ßẞ", "ss"),
        ("@", "@"),
    ],
)
def test_letters(chars, letters):
    """Whatever script, shape or accent a letter is drawn with, it is read as the letter it looks like."""
    assert {letters_of(unicodedata.normalize("NFC", char)) for char in chars} == {letters}


@pytest.mark.parametrize("char", " -.·|*_`~🌟\u200b\u0301\u3164\ufeff\u2800\U000e0041ʼ々\n\0")
def test_what_is_no_letter(char):
    """What parts letters, changes them or cannot be seen is read as nothing."""
    assert letters_of(char) == ""


@given(st.characters())
def test_any_character(char):
    """Every character is read, as itself in either case, and loosely as just as many letters."""
    letters = letters_of(char)

    assert len(loose(letters)) == len(letters)
    assert loose(loose(letters)) == loose(letters)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=10))
def test_hangul_is_read_alike_however_it_is_composed(text):
    """Syllables and their conjoining jamo are read as the same letters."""
    apart = unicodedata.normalize("NFD", text)

    assert "".join(map(letters_of, text)) == "".join(map(letters_of, apart))


def test_folding_remembers_a_bounded_number():
    """All of Unicode in one reply costs no more memory than a few thousand characters."""
    folding = Folding()
    folding.SIZE = 100
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 1000)))

    assert text.translate(folding) == text
    assert len(folding) <= 100
