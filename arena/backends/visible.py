"""What of a reply may be seen: no reasoning, no marks of a chat template, no characters that cannot be seen.

Rule 1: what comes out depends on the text alone, never on how it was cut into deltas.
Rule 2: what is taken out is on the closed lists below, the same for every contestant.
Rule 3: less than LONGEST_MARK characters are held back.

Blank space before the first visible character is dropped, so that a contestant which reasons first
begins like one which does not. Reasoning that never ends takes the rest of the reply with it.
"""

import re

LONGEST_MARK = 64

_REASONING = r"(?:seed:)?(?:think|thinking|thought|reasoning|reflection)"
_ROLE = r"(?:\s{0,2}(?:assistant|user|system|tool|model))?"
_OPENING = (
    rf"<{_REASONING}>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|START_THINKING\|>|<unused94>(?:thought)?"
    r"|<\|channel\|>\s{0,2}(?:analysis|commentary)"
)
_CLOSING = (
    rf"</{_REASONING}>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|END_THINKING\|>|<unused95>"
    r"|<\|channel\|>\s{0,2}final"
)
_TEMPLATE = (
    rf"<\|(?:im_start|start|start_header_id|header_start)\|>{_ROLE}|<start_of_turn>{_ROLE}"
    r"|<[|｜][A-Za-z0-9_▁-]{1,40}[|｜]>|\[\|[A-Za-z_]{1,30}\|\]|\[/?INST\]|\[/?SYSTEM_PROMPT\]|<</?SYS>>"
    r"|\[(?:BOS|EOS|gMASK|sMASK)\]|</?s>|<(?:pad|unk|bos|eos|sop|eop|eod|endoftext|end_of_text)>"
    r"|<(?:end_of_turn|end_of_utterance)>|<(?:unused|extra_id_)[0-9]{1,4}>"
)
_MARK = re.compile(f"(?P<opening>{_OPENING})|(?P<closing>{_CLOSING})|{_TEMPLATE}", re.IGNORECASE)
"""Marks of reasoning and of chat templates, as published models use them."""

_BEGUN = re.compile(
    r"(?:<(?:[|｜a-z/<][^<>\s]{0,46})?|<</?[a-z]{0,3}>?"
    r"|(?:<[|｜][A-Za-z0-9_▁-]{1,40}[|｜]>|<start_of_turn>|<unused94>)\s{0,2}[a-z]{0,9}"
    r"|\[(?:\|[A-Za-z_]{0,30}\|?|/?[A-Za-z_]{0,13})|◁/?[a-z]{0,5})\Z",
    re.IGNORECASE,
)
"""What more text may make a mark, or a longer one."""

_HIGH_SURROGATE = re.compile("[\ud800-\udbff]\\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions, which make a page show another text
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufe00-\ufe0e\ufeff\U000e0000-\U000e0fff"  # invisible
    "\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]"  # halves of characters, and what is none
)
_LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})


class Visible:
    """Follows one reply, delta by delta."""

    def __init__(self) -> None:
        self._half = ""
        self._held = ""
        self._reasoning = False
        self._begun = False

    def feed(self, delta: str) -> str:
        """Give the text that can be shown now."""
        self._held += _UNREADABLE.sub("", self._mended(delta)).translate(_LINE_ENDS)
        begun = _BEGUN.search(self._held, max(0, len(self._held) - LONGEST_MARK))
        return self._release(begun.start() if begun else len(self._held))

    def finish(self) -> str:
        """Give what was held back because it could have become a mark."""
        return self._release(len(self._held))

    def _mended(self, delta: str) -> str:
        """Join surrogate pairs, also across deltas (JSON escapes may split them); halves become one mark."""
        text = self._half + delta
        self._half = ""
        if not _SURROGATE.search(text):
            return text
        if _HIGH_SURROGATE.search(text):
            self._half, text = text[-1], text[:-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _release(self, sure: int) -> str:
        """Give what is seen of the held text up to `sure`, where no mark can reach over."""
        shown: list[str] = []
        at = 0
        for mark in _MARK.finditer(self._held, 0, sure):
            shown.append(self._seen(at, mark.start()))
            at = mark.end()
            if mark.lastgroup:
                self._reasoning = mark.lastgroup == "opening"
        shown.append(self._seen(at, sure))
        self._held = self._held[sure:]
        return self._begin("".join(shown))

    def _seen(self, start: int, end: int) -> str:
        return "" if self._reasoning else self._held[start:end]

    def _begin(self, text: str) -> str:
        if not self._begun:
            text = text.lstrip()
            self._begun = bool(text)
        return text
