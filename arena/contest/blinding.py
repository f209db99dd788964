"""Blinding: names that a reply must not show, masked while it streams.

Rule 1: what comes out depends on the text alone, never on how it was cut into deltas.
Rule 2: the names of all contestants are masked in every reply; who wrote it makes no difference.
Rule 3: what is held back is bounded, and both sides hold back by the same rule.

A name is found by its letters (`names`, `reading`, `homoglyphs`): how they are drawn, parted or escaped
makes no difference. A short Latin name must not continue a word: "bard" is not in "bombard". A Hangul name
must end where its syllable ends, and the particle after it is kept; one of two syllables must begin a word.
Model names are masked wherever they stand, makers' where a reply introduces itself (`introductions`).
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence

from arena.contest.introductions import LOOK, introduces, says_little, sentence_end, sentence_start
from arena.contest.names import Finder, Found, Name
from arena.contest.reading import SPAN, cuttable, is_marked, settled

MASK = "〈가림〉"

MOST_HELD = 4 * SPAN
"""The most characters that are held back."""


class Mask:
    """The names of a round's contestants, ready to be masked."""

    def __init__(self, names: Sequence[str], makers: Sequence[str] = ()) -> None:
        """Prepare `names`, masked wherever they stand, and `makers`, masked where a reply introduces itself.

        Raises:
            ValueError: a name has no letters.
        """
        known = [Name.of(name, maker=False) for name in names]
        known += [Name.of(name, maker=True) for name in makers]
        if not all(name.letters for name in known):
            raise ValueError("a name without letters cannot be masked")
        self.finder = Finder(list(dict.fromkeys(known)))

    def stream(self) -> "MaskStream":
        """Begin a reply."""
        return MaskStream(self.finder)

    def whole(self, text: str) -> str:
        """Mask a whole text at once."""
        stream = self.stream()
        return stream.feed(text) + stream.finish()


class MaskStream:
    """Masks one reply as it streams."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._held = ""
        self._before = ""
        self._shown = ""

    def feed(self, delta: str) -> str:
        """Give the text that is safe to show now."""
        said = []
        for at in range(0, len(delta), SPAN):
            self._held += delta[at : at + SPAN]
            said.append(self._release(final=False))
        return "".join(said)

    def finish(self) -> str:
        """Give what was held back; call it when the reply is whole."""
        return self._release(final=True)

    def _release(self, *, final: bool) -> str:
        said: list[str] = []
        reads_on = bool(self._held)
        while reads_on:
            out, cut, reads_on = self._step(final=final)
            if cut:
                self._before = self._held[cut - 1]
                self._held = self._held[cut:]
                self._shown = (self._shown + out)[-LOOK:]
                said.append(out)
        return "".join(said)

    def _step(self, *, final: bool) -> tuple[str, int, bool]:
        """Give what may be shown now, where it ends in what is held, and whether to read on from there.

        After a masked name that ends inside a mark the rest is read as if it began there.
        """
        text = self._held if final else settled(self._held)
        marked = is_marked(text)
        found, safe = self._finder.look(text, self._before, marked=marked)
        safe = len(text) if final else min([safe, *(one.start for one in found if one.end == len(text))])
        if not found and not marked:
            return text[:safe], safe, False
        names = _Names(text, found, self._shown, safe, final=final)
        for at in names.masked():
            if marked and cuttable(text, at) != at:
                return names.shown(at), at, True
        cut = cuttable(text, names.safe) if marked else names.safe
        return names.shown(cut), cut, False


class _Names:
    """The names found in one stretch of text."""

    def __init__(self, text: str, found: Sequence[Found], before: str, safe: int, *, final: bool) -> None:
        self._text = text
        self._models, self._makers = _chosen(found)
        self._before = before
        self._final = final
        self._out: list[str] = []
        self._at = 0
        self.safe = safe

    def masked(self) -> Iterator[int]:
        """Mask one name after the other up to what is not settled yet, and give where each ended."""
        for one in sorted(self._models + self._makers):
            introduced = not one.maker or self._introduced(one)
            if one.end > self.safe or introduced is None:
                self.safe = min(self.safe, one.start)
                return
            if introduced:
                self._out += [self._text[self._at : one.start], MASK]
                self._at = one.end
                yield one.end

    def shown(self, cut: int) -> str:
        """Give the text up to `cut`, masked."""
        return "".join([*self._out, self._text[self._at : cut]])

    def _introduced(self, one: Found) -> bool | None:
        """Tell whether the sentence of a maker's name introduces a model; None if more of it must come."""
        before = (self._before + self.shown(one.start))[-LOOK:]
        before = before[sentence_start(before) :]
        if MASK in before or introduces(before):
            return True
        stop = sentence_end(self._text, one.end)
        if stop is None and self._final:
            stop = len(self._text)
        if stop is None or stop > self.safe:
            return None
        if any(one.end <= model.start < stop for model in self._models):
            return True
        after = self._text[one.end : stop]
        return introduces(f"{before} {after}") or says_little(before, after)


def _chosen(found: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Give names so that none overlap, models' and makers': models' first, then what begins first."""
    models = _apart(one for one in found if not one.maker)
    starts = [one.start for one in models]
    free = []
    for one in found:
        after = bisect(starts, one.start)
        is_free = not after or models[after - 1].end <= one.start
        if one.maker and is_free and (after == len(models) or models[after].start >= one.end):
            free.append(one)
    return models, _apart(free)


def _apart(found: Iterable[Found]) -> list[Found]:
    """Leave out every name that begins inside one before it."""
    apart: list[Found] = []
    for one in found:
        if not apart or apart[-1].end <= one.start:
            apart.append(one)
    return apart
