"""Where a reply speaks of itself: there the names of makers would tell who wrote it.

A maker's name is a company's name; in an answer about companies it stays. It is masked where its sentence
introduces a model: it says I or we, speaks of making or training, calls something a model, stands beside
a masked name, or says hardly more than the name ("네이버입니다.").
"""

import re

LOOK = 80
"""How far a sentence is looked at before and after a maker's name, in characters."""

FEW = 10
"""A sentence of so few letters beside the name says nothing but the name."""

_BREAK = re.compile(r"[!?。！？\n]|(?<!\d)\.\s")
_CUES = re.compile(
    r"(?<![가-힣])(?:저는|저를|저의|저도|저희|저와|전\s|제가|제\s|나는|나를|나의|나도|난\s|내가|내\s|우리|본인)"
    r"|만든|만들|개발|제작|학습|훈련|출시|소속|탄생|태어|선보|내놓|설계|운영하"
    r"|(?:인공지능|AI|모델|챗봇|비서|도우미|어시스턴트)\s?(?:이[에며고죠지]|입|예|야|라|로서|서비스)"
    r"|\b(?:I|me|my|myself|we|our)\b"
    r"|\b(?:ma[dk]e|creat|buil[dt]|develop|train|design|power|releas|launch)"
    r"|\b(?:language model|assistant|chatbot|ai model)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-*+|•]|\d+[.)])\s")


def sentence_end(text: str, at: int) -> int | None:
    """Find the end of the sentence that goes on at `at`, at most LOOK further; None if it is yet to come."""
    found = _BREAK.search(text, at, at + LOOK)
    if found:
        return found.end()
    return at + LOOK if len(text) >= at + LOOK else None


def sentence_start(text: str) -> int:
    """Find where the last sentence of a text begins."""
    return max((found.end() for found in _BREAK.finditer(text)), default=0)


def introduces(said: str) -> bool:
    """Tell whether words in the sentence of a maker's name introduce a model."""
    return _CUES.search(said) is not None


def says_little(before: str, after: str) -> bool:
    """Tell whether a sentence holds hardly more than the name between two parts; items of lists may."""
    return sum(map(str.isalnum, before + after)) <= FEW and not _ITEM.match(before)
