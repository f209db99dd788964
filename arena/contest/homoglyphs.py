"""Which letters a character stands for, behind whatever disguise it wears.

Rule 1: the letters of a character hang on the character alone.
Rule 2: what only parts letters (blanks, punctuation, marks, emoji, what is invisible) stands for none.

Latin comes out in lower case without accents; Hangul as the jamo of the keyboard, whether it was written
in syllables, conjoining, compatibility or half-width jamo: 엑, ㅇㅔㄱ and ㅇㅓㅣㄱ are the same letters.
"""

import re
import unicodedata
from functools import lru_cache

_BLANK = frozenset("\u115f\u1160\u3164\uffa0")
"""The Hangul fillers: letters by category that show nothing."""

_SHOWING_NOTHING = frozenset({"Cf", "Mn", "Me", "Lm"})
"""Nothing, or only something on the letter beside it."""

_INITIALS = "ㄱ ㄱㄱ ㄴ ㄷ ㄷㄷ ㄹ ㅁ ㅂ ㅂㅂ ㅅ ㅅㅅ ㅇ ㅈ ㅈㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
_VOWELS = "ㅏ ㅏㅣ ㅑ ㅑㅣ ㅓ ㅓㅣ ㅕ ㅕㅣ ㅗ ㅗㅏ ㅗㅏㅣ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅓㅣ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ"
_FINALS = (
    "ㄱ ㄱㄱ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ "
    "ㅁ ㅂ ㅂㅅ ㅅ ㅅㅅ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
)
_JAMO: dict[str, str] = {
    chr(first + place): letters
    for first, block in ((0x1100, _INITIALS), (0x1161, _VOWELS), (0x11A8, _FINALS))
    for place, letters in enumerate(block.split())
}

_ALIKE: dict[str, str] = {
    char: letter
    for letter, chars in {
        "a": "аАαΑᎪꓮ",
        "b": "вВЬьβΒᏴꓐ",
        "c": "сСϲϹᏟꓚ",
        "d": "ԁԀᎠꓓ",
        "e": "еЕєЄεΕᎬꓰ℮",
        "f": "ꓝϜϝ",
        "g": "ցԌᏀꓖ",
        "h": "һҺнНΗհᎻꓧ",
        "i": "іІιΙᎥꓲ",
        "j": "јЈϳͿᎫꓙ",
        "k": "кКκΚᏦꓗ",
        "l": "ӏӀᏞꓡ",
        "m": "мМΜᎷꓟ",
        "n": "пПηΝոռꓠ",
        "o": "оОοΟσօՕꓳ",
        "p": "рРρΡᏢꓑ",
        "q": "ԛԚզ",
        "r": "гᎡꓣ",
        "s": "ѕЅՏᏚꓢ",
        "t": "тТτΤᎢꓔ",
        "u": "υսՍꓴ",
        "v": "ѵѴνᏙꓦ",
        "w": "ԝԜωѡᎳꓪ",
        "x": "хХχΧꓫ",
        "y": "уУүҮγΥꓬ",
        "z": "ΖᏃꓜ",
    }.items()
    for char in chars
}
"""Letters of other scripts (Cyrillic, Greek, Armenian, Cherokee, Lisu) that are drawn like Latin ones."""

_LOOSE = str.maketrans("i10345789@", "lloeastbga")
_LATIN_NAME = re.compile(
    r"(?:.* )?(?:LATIN|INDICATOR SYMBOL)(?: SMALL| CAPITAL)? LETTER"
    r"(?: SMALL CAPITAL| SCRIPT| DOTLESS)? (A(?=LPHA)|[A-Z](?![A-Z]))(?:LPHA)?(?: WITH .*)?"
)


@lru_cache(maxsize=32_768)
def letters_of(char: str) -> str:
    """Give the letters that one character stands for, "" for none."""
    if char in _ALIKE:
        return _ALIKE[char]
    return "".join(_letter(part) for part in unicodedata.normalize("NFKD", char))


def loose(letters: str) -> str:
    """Give the one form of all letters that are taken for each other (1, l, i; 0, o; 3, e; …)."""
    return letters.translate(_LOOSE)


def _letter(part: str) -> str:
    if part in _ALIKE or part in _JAMO:
        return _ALIKE.get(part) or _JAMO[part]
    if part.isascii():
        return part.lower() if part.isalnum() or part == "@" else ""
    category = unicodedata.category(part)
    if category in _SHOWING_NOTHING or part in _BLANK:
        return ""
    if latin := _LATIN_NAME.fullmatch(unicodedata.name(part, "")):
        return latin[1].lower()
    return unicodedata.normalize("NFKD", part.casefold()) if category[0] in "LN" else ""


class Folding(dict[int, str]):
    """The loose letters of every character, for `str.translate`; it remembers so many characters."""

    SIZE = 16_384

    def __missing__(self, point: int) -> str:
        """Find the letters of a code point and remember them."""
        if len(self) >= self.SIZE:
            self.clear()  # a reply of all of Unicode costs time, never memory
        found = self[point] = loose(letters_of(chr(point)))
        return found
