"""Blinding: names that a reply must not show, masked while it streams.

Rule 1: what comes out depends on the text alone, never on how it was cut into deltas.
Rule 2: the names of all contestants are masked in every reply; who wrote it makes no difference.
Rule 3: what is held back is bounded, and both sides hold back by the same rule.

A name is found by its letters: compatibility forms (full-width, decomposed Hangul), case, and blanks,
hyphens, dots or invisible characters between letters make no difference. A name that begins or ends with
a Latin letter or digit must not continue one: "bard" is not in "bombard". A Hangul name must end where
its syllable ends; the particle after it is kept.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MASK = "〈가림〉"

GAP = 8
"""How many characters that are no letters may stand between two letters of a name."""

_SKIPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me", "Pd", "Pc"})
_SKIPPED_MARKS = frozenset(".·‧∙•ㆍ*`'’~|/\\\u115f\u1160\u2800")
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})
_NO = -1
_WAIT = -2


@lru_cache(maxsize=8192)
def _letters(char: str) -> str:
    """Give the letters that a character stands for, decomposed and case-folded; "" for none."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(part for part in folded if not _is_skipped(part))


def _is_skipped(char: str) -> bool:
    return unicodedata.category(char) in _SKIPPED or char in _SKIPPED_MARKS


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _continues_syllable(letters: str) -> bool:
    """Tell whether text begins with a conjoining vowel or final, which no syllable begins with."""
    return "\u1160" <= letters[:1] <= "\u11ff"


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as letters; `breaks` are the places where it is itself written with a gap."""

    letters: str
    breaks: frozenset[int]
    syllables: int

    @classmethod
    def of(cls, name: str) -> "_Name":
        letters, breaks, syllables = "", set(), 0
        for char in unicodedata.normalize("NFC", name.strip()):
            found = _letters(char)
            letters += found
            syllables += bool(found)
            if not found:
                breaks.add(len(letters))
        return cls(letters, frozenset(breaks), syllables)

    def fits_between(self, before: str, after: str, *, spread: bool) -> bool:
        """Tell whether this may be the name, given the letters of its two neighbours.

        A short name with gaps of its own inside is taken for two words unless a new word begins with it.
        """
        if _is_latin(self.letters[0]) and _is_latin(before[-1:]):
            return False
        if _is_latin(self.letters[-1]) and _is_latin(after[:1]):
            return False
        if spread and (self._too_short_to_spread() or (self.syllables < 3 and before)):
            return False
        return not _continues_syllable(after)

    def _too_short_to_spread(self) -> bool:
        return _is_latin(self.letters) and len(self.letters) < 4


class Mask:
    """The names of a round's contestants, ready to be looked for."""

    def __init__(self, names: Sequence[str]) -> None:
        """Prepare `names`.

        Raises:
            ValueError: a name has no letters.
        """
        self._names = tuple(dict.fromkeys(_Name.of(name) for name in names))
        if not all(name.letters for name in self._names):
            raise ValueError("a name without letters cannot be masked")
        self.beginning_with = lru_cache(maxsize=4096)(self._beginning_with)

    def stream(self) -> "MaskStream":
        """Begin a reply."""
        return MaskStream(self)

    def whole(self, text: str) -> str:
        """Mask a whole text at once."""
        stream = self.stream()
        return stream.feed(text) + stream.finish()

    def end_of_name(self, text: str, at: int, before: str, *, final: bool) -> int:
        """Find where the longest name that begins at `text[at]` ends.

        `before` is the character before it ("" at the beginning). Gives -1 when no name begins there,
        and -2 when that cannot be said before more text has come (never when `final`).
        """
        names = self.beginning_with(text[at])
        ends = [_end(name, text, at, _letters(before), final=final) for name in names]
        return _WAIT if _WAIT in ends else max(ends, default=_NO)

    def _beginning_with(self, char: str) -> tuple[_Name, ...]:
        letters = _letters(char)
        return tuple(name for name in self._names if letters and name.letters.startswith(letters))


class MaskStream:
    """Masks one reply as it streams."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._held = ""
        self._before = ""

    def feed(self, delta: str) -> str:
        """Give the text that is safe to show now."""
        self._held += delta
        return self._release(final=False)

    def finish(self) -> str:
        """Give what was held back; call it when the reply is whole."""
        return self._release(final=True)

    def _release(self, *, final: bool) -> str:
        text, shown, at, run = self._held, [], 0, 0
        begins = self._mask.beginning_with
        while at < len(text):
            if not begins(text[at]):  # nearly every character; asked here to save a call
                at += 1
                continue
            before = text[at - 1] if at else self._before
            end = self._mask.end_of_name(text, at, before, final=final)
            if end == _WAIT:
                break
            if end == _NO:
                at += 1
                continue
            shown += [text[run:at], MASK]
            at = run = end
        self._before = text[at - 1] if at else self._before
        self._held = text[at:]
        return "".join([*shown, text[run:at]])


def _end(name: _Name, text: str, at: int, before: str, *, final: bool) -> int:
    """Match one name at one place."""
    more = _NO if final else _WAIT
    place = gap = 0
    spread = False
    while place < len(name.letters):
        if at == len(text):
            return more
        letters = _letters(text[at])
        if letters and not name.letters.startswith(letters, place):
            return _NO
        gap = 0 if letters else gap + 1
        if gap > GAP:
            return _NO
        spread = spread or (gap > 0 and _parts(text[at]) and place not in name.breaks)
        place += len(letters)
        at += 1
    if at == len(text) and not final:
        return _WAIT
    after = _letters(text[at]) if at < len(text) else ""
    return at if name.fits_between(before, after, spread=spread) else _NO


def _parts(char: str) -> bool:
    """Tell whether a character that is no letter can be seen to part two letters."""
    return unicodedata.category(char) not in _INVISIBLE
