"""Ways in which a model might tell its name, each said on purpose by a demo contestant.

`MASKED` are those that the arena promises to see through; `BEYOND` are some that no list of names can
catch, kept so that a bench can show what is left.
"""

import base64
import codecs
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from arena.backends.demo.personas import Persona

Way = Callable[[Persona], str]

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = str.maketrans("aeopcyxisjkmthb", "аеорсухіѕјкмтһЬ")
_GREEK = str.maketrans("aeioknutv", "αειοκηυτν")
_DIGITS = str.maketrans("oes", "035")
_SMALL_CAPITALS = str.maketrans("abdeghijklmnoptuvz", "ᴀʙᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘᴛᴜᴠᴢ")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_HALF_WIDTH = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFFA1, 0xFFDD)}
_MORSE = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.-"
    " .-. ... - ..- ...- .-- -..- -.-- --.."
)


def _jamo(name: str) -> list[str]:
    """Spell each syllable out in compatibility jamo."""
    places = [divmod(ord(char) - 0xAC00, 28) for char in name]
    return [_INITIALS[at // 21] + _VOWELS[at % 21] + _FINALS[final] for at, final in places]


def _half_width(name: str) -> str:
    spelled = "".join(_jamo(name))
    return "".join(_HALF_WIDTH[unicodedata.normalize("NFKC", char)] for char in spelled)


def _shifted(text: str, first: int, *, capital: bool = False) -> str:
    """Move Latin letters to an alphabet that begins at a code point."""
    offset = ord("A") if capital else ord("a")
    return "".join(chr(first + ord(char) - offset) for char in (text.upper() if capital else text))


def _latin(persona: Persona) -> str:
    return persona.aliases[0].lower()


def _mixed(text: str) -> str:
    return "".join(char.upper() if place % 2 else char for place, char in enumerate(text))


def _with(between: str) -> Way:
    """Say the name with something between its syllables, in Korean and in English."""
    return lambda who: f"저는 {between.join(who.name)} 입니다. I am {between.join(_latin(who))} ."


def _torn(before: str, after: str) -> Way:
    """Say the name with its first syllable inside something."""
    return lambda who: (
        f"저는 {before}{who.name[0]}{after}{who.name[1:]}입니다. "
        f"I am {before}{_latin(who)[:2]}{after}{_latin(who)[2:]}."
    )


def _spelled(who: Persona) -> str:
    return (
        f"{''.join(_jamo(who.name))}입니다. {' '.join(''.join(_jamo(who.name)))}, {' '.join(_jamo(who.name))}"
    )


def _particles(who: Persona) -> str:
    after = (
        "은",
        "는",
        "이에요",
        "예요",
        "이라고 합니다",
        "한테",
        "께서",
        "입니다만",
        "의",
        "로서",
        "이랑",
        "야",
    )
    return " ".join(who.name + particle for particle in after)


MASKED: dict[str, Way] = {
    "plain": lambda who: f"제 이름은 {who.name}입니다. My name is {who.aliases[0]}. ({who.id})",
    "particles": _particles,
    "case": lambda who: f"I am {_latin(who).upper()}, {_latin(who).title()}, {_mixed(_latin(who))}.",
    "part of a longer name": lambda who: (
        f"{who.aliases[0]}Chat, {_latin(who)}-7b, {_latin(who)}2, my_{_latin(who)}_v1, {who.name}플러스"
    ),
    "inside a word": lambda who: f"the{_latin(who)}model",
    "quotes and brackets": lambda who: f"「{who.name}」, ({who.name}), “{_latin(who)}”, '{who.name}'",
    "spaced": _with(" "),
    "dotted": _with("."),
    "middle dots": _with("·"),
    "hyphens": _with("-"),
    "underscores": _with("_"),
    "slashes": _with(" / "),
    "commas": _with(", "),
    "emoji between": _with("🌟"),
    "emoji of many characters between": _with(" 👩‍👩‍👧‍👦 "),
    "line breaks": _with("\n"),
    "paragraphs": _with("\n\n"),
    "zero-width characters": lambda who: "\u200b".join(who.name) + ", " + "\u2060\u200d".join(_latin(who)),
    "soft hyphens and fillers": lambda who: "\u00ad".join(who.name) + ", " + "\u3164".join(_latin(who)),
    "byte order marks and bidi marks": lambda who: (
        "\ufeff".join(who.name) + ", " + "\u202e\u200f".join(_latin(who))
    ),
    "full-width": lambda who: (
        f"{_shifted(_latin(who), 0xFF41)}, {_shifted(_latin(who), 0xFF21, capital=True)}"
    ),
    "mathematical alphabets": lambda who: ", ".join(
        _shifted(_latin(who), first)
        for first in (0x1D41A, 0x1D482, 0x1D4EA, 0x1D552, 0x1D586, 0x1D5BA, 0x1D68A)
    ),
    "circled and squared letters": lambda who: ", ".join(
        [
            _shifted(_latin(who), 0x24D0),
            *(_shifted(_latin(who), first, capital=True) for first in (0x1F130, 0x1F150, 0x1F170)),
        ]
    ),
    "letters of flags": lambda who: " ".join(_shifted(_latin(who), 0x1F1E6, capital=True)),
    "small capitals": lambda who: _latin(who).translate(_SMALL_CAPITALS),
    "diacritics": lambda who: (
        "\u0301".join(_latin(who)) + ", " + unicodedata.normalize("NFC", "\u0308".join(_latin(who)))
    ),
    "Cyrillic look-alikes": lambda who: _latin(who).translate(_CYRILLIC),
    "Greek look-alikes": lambda who: _latin(who).translate(_GREEK),
    "digits for letters": lambda who: f"{_latin(who).translate(_DIGITS)}, {_latin(who).replace('l', '1')}",
    "1, l and I": lambda who: _latin(who).replace("l", "I") + ", " + _latin(who).replace("i", "l"),
    "decomposed Hangul": lambda who: unicodedata.normalize("NFD", f"{who.name}입니다"),
    "jamo spelled out": _spelled,
    "half-width jamo": lambda who: _half_width(who.name),
    "one syllable in jamo": lambda who: who.name[0] + _jamo(who.name)[1] + who.name[2:],
    "bold inside": _torn("**", "**"),
    "italics inside": _torn("*", "*"),
    "struck out inside": _torn("~~", "~~"),
    "code inside": _torn("`", "`"),
    "HTML tags inside": _torn("<b>", "</b>"),
    "comments inside": _torn("", "<!-- and -->"),
    "link text": _torn("[", "](https://example.org/a(b)c)"),
    "link text with a title": _torn("[", '](https://example.org "and more")'),
    "text of a picture": _torn("![", "](x.png)"),
    "empty links": _torn("", "[](https://example.org)"),
    "formulas": lambda who: rf"$\text{{{who.name[0]}}}\mathrm{{{who.name[1:]}}}$, $\mathbf{{{_latin(who)}}}$",
    "HTML entities": lambda who: "".join(f"&#{ord(char)};" for char in who.name + " " + _latin(who)),
    "hexadecimal entities": lambda who: f"{who.name[0]}&#x{ord(who.name[1]):X};{who.name[2:]}",
    "named entities": lambda who: "&zwnj;".join(who.name) + ", " + "&shy;".join(_latin(who)),
    "URL-encoded": lambda who: quote(who.name) + ", " + "".join(f"%{ord(char):02x}" for char in _latin(who)),
    "target of a link": lambda who: (
        f"[여기](https://example.org/{_latin(who)}?q={quote(who.name)})를 보세요."
    ),
    "code block": lambda who: f"```python\nname = '{who.name}'  # {_latin(who)}\n```",
    "split by a code block": lambda who: f"{who.name[0]}\n```text\n{who.name[1:]}\n```",
    "table cells": lambda who: (
        f"| {' | '.join(who.name)} |\n|{'---|' * len(who.name)}\n| {' | '.join(who.name)} |"
    ),
    "table rows": lambda who: (
        f"| {who.name[0]} |\n|---|\n" + "\n".join(f"| {char} |" for char in who.name[1:])
    ),
    "bullets": lambda who: "\n".join(f"- {char}" for char in who.name),
    "numbered list": lambda who: "\n".join(f"{number}. {char}" for number, char in enumerate(who.name, 1)),
    "headings": lambda who: "\n".join(f"## {char}" for char in who.name),
    "quotation": lambda who: "\n".join(f"> {char}" for char in who.name),
    "chat template marks inside": _torn("", "<|im_end|>"),
    "reasoning inside": _torn("", "<think>hm</think>"),
    "in the reasoning": lambda who: f"<think>저는 {who.name}, {_latin(who)}입니다.</think>저는 도우미입니다.",
    "maker in a self-introduction": lambda who: (
        f"저는 {who.team}에서 만든 모델이에요. {who.team}입니다. I was trained by {who.team}."
    ),
    "maker of a masked model": lambda who: f"{who.name}은 {who.team} 것이에요.",
}

BEYOND: dict[str, Way] = {
    "Base64": lambda who: base64.b64encode(who.name.encode()).decode(),
    "hexadecimal": lambda who: who.name.encode().hex(" "),
    "escapes of programs": lambda who: "".join(f"\\u{ord(char):04x}" for char in who.name),
    "backwards": lambda who: f"{who.name[::-1]}, {_latin(who)[::-1]}",
    "ROT13": lambda who: codecs.encode(_latin(who), "rot13"),
    "Morse": lambda who: " ".join(_MORSE.split()[ord(char) - ord("a")] for char in _latin(who)),
    "first letters of lines": lambda who: "\n".join(f"{char}으로 시작하는 줄입니다." for char in who.name),
    "letters told one by one": lambda who: ", 그다음은 ".join(who.name),
    "initial consonants": lambda who: "".join(letters[0] for letters in _jamo(who.name)),
    "other letters between": lambda who: "ㅋ".join(who.name) + ", " + "z".join(_latin(who)),
    "a letter left out": lambda who: f"{who.name[:-1]}○, {_latin(who)[:-1]}_",
    "letters swapped": lambda who: who.name[0] + who.name[2:] + who.name[1],
    "another spelling": lambda who: (
        _latin(who).replace("u", "oo").replace("eo", "uh") + ", " + _latin(who).replace("g", "k")
    ),
    "translated or described": lambda who: (
        f"제 이름은 {who.style.value} 쪽의 옛날 물건이나 물고기에서 왔어요."
    ),
    "maker outside a self-introduction": lambda who: (
        f"{who.team}의 올해 전시회가 어제 광장에서 많은 관객 앞에 열렸습니다."
    ),
}


def ways(plan: str) -> tuple[Way, ...]:
    """Read the ways of a plan, their names parted by `|`.

    Raises:
        KeyError: nobody knows such a way.
    """
    return tuple((MASKED | BEYOND)[name] for name in plan.split("|"))


def said(plan: str, persona: Persona) -> str:
    """Give what a contestant says when it leaks in the ways of a plan, each in a paragraph of its own."""
    return "\n\n".join(way(persona) for way in ways(plan))
