"""What of a reply may be seen: no reasoning, no control characters, no half characters.

Law: what comes out depends on the text alone, never on how it was cut into deltas.
Blank space before the first visible character is dropped, so that a contestant which reasons first
begins like one which does not.
"""

import re

_OPEN = "<think>"
_CLOSE = "</think>"
_HIGH_SURROGATE = re.compile("[\ud800-\udbff]\\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Visible:
    """Follows one reply, delta by delta."""

    def __init__(self) -> None:
        self._half = ""
        self._held = ""
        self._reasoning = False
        self._begun = False

    def feed(self, delta: str) -> str:
        """Give the text that can be shown now."""
        self._held += _UNREADABLE.sub("", self._mended(delta))
        return self._begin("".join(self._pieces()))

    def finish(self) -> str:
        """Give what was held back because it could have become a mark of reasoning."""
        held = self._held + ("\ufffd" if self._half else "")
        self._held = self._half = ""
        return "" if self._reasoning else self._begin(held)

    def _mended(self, delta: str) -> str:
        """Join surrogate pairs, also across deltas (JSON escapes may split them); replace lone ones."""
        text = self._half + delta
        self._half = ""
        if not _SURROGATE.search(text):
            return text
        if _HIGH_SURROGATE.search(text):
            self._half, text = text[-1], text[:-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _pieces(self) -> list[str]:
        """Cut the held text at the marks of reasoning; keep back what may be the start of a mark."""
        shown: list[str] = []
        while True:
            mark = _CLOSE if self._reasoning else _OPEN
            before, found, after = self._held.partition(mark)
            kept = 0 if found else _overlap(before, mark)
            if not self._reasoning:
                shown.append(before[: len(before) - kept])
            if not found:
                self._held = before[len(before) - kept :]
                return shown
            self._held = after
            self._reasoning = not self._reasoning

    def _begin(self, text: str) -> str:
        if not self._begun:
            text = text.lstrip()
            self._begun = bool(text)
        return text


def _overlap(text: str, mark: str) -> int:
    """Tell how many characters at the end of `text` could be the beginning of `mark`."""
    at = text.rfind(mark[0], max(len(text) - len(mark) + 1, 0))
    return len(text) - at if at >= 0 and mark.startswith(text[at:]) else 0
