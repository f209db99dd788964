"""Names of contestants, found in a text by their letters: one automaton (Aho and Corasick 1975) for all.

Rule 1: all names are looked for at once; the time for a text grows with its length, not with their number.
Rule 2: whether letters are a name is settled by them and the characters beside them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import ahocorasick  # type: ignore[import-not-found]  # it is written in C and carries no types

from arena.contest.homoglyphs import Folding, letters_of, loose
from arena.contest.reading import (
    BREAK,
    CLAUSE,
    GAP,
    SEEN,
    SHOWN,
    SPAN,
    WRITTEN,
    Reading,
    Unit,
    read,
)

SHORT, LONG = 4, 6
"""Of a Latin name with fewer letters than SHORT only the plain form counts, capitals as declared, where
no letter or digit stands beside it; one word of LONG or more is found inside others too."""

_CONTRACTED = frozenset("ㄴㄹㅂ")
"""What a particle leaves of itself in the last syllable: 굴렁쇤, 굴렁쇨, 굴렁쇱니다."""

_ENDINGS = frozenset("은는이가을를의와과도만로서에게께한인된든")
"""How a word before may end that is written without a blank; after others a short name is part of a word."""

_PARTICLES = frozenset("은는이가을를의와과도만로에서입임예요라야였랑께부조까")
"""How a particle begins; after a short name that was torn apart nothing else may follow."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A name in a text, in the order in which of two that begin together the longer one comes first."""

    start: int
    minus_end: int
    maker: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return -self.minus_end


@dataclass(frozen=True, slots=True)
class Name:
    """A name as letters; `breaks` are the places where it is `written` with a gap itself."""

    written: str
    letters: str
    breaks: frozenset[int]
    syllables: int
    maker: bool

    @classmethod
    def of(cls, name: str, *, maker: bool) -> "Name":
        """Read a name."""
        units = read(name.strip(), WRITTEN).units
        ends = list(accumulate(len(unit.letters) for unit in units))
        breaks = {end for end, after in zip(ends, units[1:], strict=False) if after.gap & SEEN}
        letters = "".join(unit.letters for unit in units)
        return cls(_plain(name.strip()), letters, frozenset(breaks), len(units), maker)

    @property
    def is_latin(self) -> bool:
        """Tell whether all letters are Latin ones or digits."""
        return self.letters.isascii()

    @property
    def is_short(self) -> bool:
        """Tell whether it is one of few Latin letters."""
        return self.is_latin and len(self.letters) < SHORT

    @property
    def is_brief(self) -> bool:
        """Tell whether it is one of so few syllables that other words hold it: 라마 is in 드라마."""
        return self.syllables < 3 and not self.is_latin

    def fits(self, units: Sequence[Unit], text: str, before: str) -> bool:
        """Tell whether `units` of a text, of which `before` is the character before, are this name."""
        start, end = units[0].start, units[-1].end
        after = text[end : end + 1]
        if self.is_brief and letters_of(before) and before not in _ENDINGS:
            return False
        if self.is_short and _plain(text[start:end]) not in {self.written, _closed(self.written)}:
            return False
        gaps = self._gaps(units)
        is_torn = bool(gaps)
        return (
            end - start <= SPAN
            and self._is_read_in("".join(unit.letters for unit in units))
            and not self._is_joined(before, text[start], is_torn=is_torn)
            and not self._is_joined(text[end - 1], after, is_torn=is_torn)
            and not ("\u1160" <= after <= "\u11ff" and not self._is_contracted(letters_of(after)))
            and (not is_torn or self._may_be_torn(gaps, before, after))
        )

    def _is_read_in(self, letters: str) -> bool:
        """Tell whether letters may mean these: others may not stand for digits, nor in most places."""
        size = len(self.letters)
        if letters[size:] and not self._is_contracted(letters[size:]):
            return False
        strange = [(own, other) for own, other in zip(self.letters, letters, strict=False) if own != other]
        if not strange:
            return True
        if any(own.isdigit() for own, _ in strange):
            return False
        return 2 * sum(not other.isalpha() for _, other in strange) < size

    def _is_contracted(self, rest: str) -> bool:
        """Tell whether the rest of a syllable is a particle; after a short name it makes another word."""
        return self.syllables >= 3 and not self.is_latin and rest in _CONTRACTED

    def _is_joined(self, left: str, right: str, *, is_torn: bool) -> bool:
        """Tell whether two characters side by side are of one Latin word or number.

        A long name of one word is no part of others by chance, and a capital within a word begins another.
        """
        first, second = letters_of(left)[-1:], letters_of(right)[:1]
        if not (first and second and (first + second).isascii()):
            return False
        if self.is_short or (first + second).isdigit():
            return True
        if first.isdigit() or second.isdigit() or (left.islower() and right.isupper()):
            return False
        return is_torn or bool(self.breaks) or len(self.letters) < LONG

    def _gaps(self, units: Sequence[Unit]) -> list[int]:
        """List the gaps that can be seen where the name itself has none."""
        places = accumulate(len(unit.letters) for unit in units)
        after = zip(places, units[1:], strict=False)
        return [unit.gap for place, unit in after if unit.gap & SEEN and place not in self.breaks]

    def _may_be_torn(self, gaps: Sequence[int], before: str, after: str) -> bool:
        """Tell whether gaps part the letters of a name, and not two words that only meet there."""
        if self.syllables < 3 and (letters_of(before) or (letters_of(after) and after not in _PARTICLES)):
            return False
        spelled = len(gaps) + len(self.breaks) >= self.syllables - 1
        return spelled or all(gap & CLAUSE != CLAUSE for gap in gaps)


def _plain(text: str) -> str:
    """Give a text in its plain form, capitals as they are."""
    return unicodedata.normalize("NFKC", text)


def _closed(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


class Finder:
    """All names of a round, ready to be looked for."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._folding = Folding()
        self._automaton = ahocorasick.Automaton()
        for name in names:
            key = loose(name.letters)
            self._automaton.add_word(key, (*self._automaton.get(key, ()), name))
        # No text reads so; an automaton without a word could not be asked.
        self._automaton.add_word(BREAK * 2, ())
        self._automaton.make_automaton()
        keys = {loose(name.letters) for name in names}
        self._begun = frozenset(key[:size] for key in keys for size in range(1, len(key)))
        last = {begun[-1] for begun in self._begun}
        self._sizes = {
            char: sorted({len(begun) for begun in self._begun if begun[-1] == char}, reverse=True)
            for char in last
        }

    def look(self, text: str, before: str, *, marked: bool) -> tuple[list[Found], int]:
        """Find every name in a text, and where one may begin that more text would finish.

        `before` is the character before the text; `marked` says whether it holds marks. A name at the very
        end is among those found; what follows it may still show that it is none.
        """
        if marked:
            return self._read([read(text, WRITTEN), read(text, SHOWN)], text, before)
        letters = text.translate(self._folding)
        if next(self._automaton.iter(letters), None):
            return self._read([read(text, WRITTEN)], text, before)
        at = self._reach(text, next(self._begun_sizes(letters), 0))
        if len(text) - at <= GAP:  # as good as exact, and nearly every piece of every reply ends here
            return [], at
        return [], at + self._unfinished(read(text[at:], WRITTEN), len(text) - at)

    def _read(self, readings: Sequence[Reading], text: str, before: str) -> tuple[list[Found], int]:
        found = {one for reading in readings for one in self._found(reading, text, before)}
        return sorted(found), min(self._unfinished(reading, len(text)) for reading in readings)

    def _found(self, reading: Reading, text: str, before: str) -> Iterator[Found]:
        for last, names in self._automaton.iter(reading.letters):
            for name in names:
                first = last - len(name.letters) + 1
                units = reading.units[reading.places[first] : reading.places[last] + 1]
                start = units[0].start
                beside = text[start - 1] if start else before
                if reading.begins_unit(first) and name.fits(units, text, beside):
                    yield Found(start, -units[-1].end, name.maker)

    def _begun_sizes(self, letters: str) -> Iterator[int]:
        """Give how many letters at the end may be the beginning of a name, the most first."""
        for size in self._sizes.get(letters[-1:], ()):
            if size <= len(letters) and letters[-size:] in self._begun:
                yield size

    def _unfinished(self, reading: Reading, length: int) -> int:
        for size in self._begun_sizes(reading.letters):
            first = len(reading.letters) - size
            start = reading.units[reading.places[first]].start
            if length - start <= SPAN and reading.begins_unit(first):
                return start
        return length

    def _reach(self, text: str, size: int) -> int:
        """Give the place from which on `text` has at least `size` letters, at most SPAN before its end."""
        at = len(text)
        while size > 0 and len(text) - at < SPAN:
            at -= 1
            size -= len(self._folding[ord(text[at])])
        return at
