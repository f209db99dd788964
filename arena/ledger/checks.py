"""The checks of a verifier, and how it says in both languages what one of them has found.

The number of a check is the exit code when it is the first that fails.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Check(IntEnum):
    """The classes of docs/record.md, in their order."""

    FOLDER = 10
    ENTRIES = 11
    TREE = 12
    SIGNATURES = 13
    WITNESSES = 14
    OPENINGS = 15
    RULES = 16
    PAIRING = 17
    VOTES = 18
    EXCLUSIONS = 19
    SCORES = 20
    RESULT = 21


@dataclass(frozen=True, slots=True)
class Words:
    """The same said in both languages; `{0}`, `{1}` … stand for details."""

    ko: str
    en: str

    def said(self, language: str, *details: object) -> str:
        """Say it in "ko" or "en", with details put in."""
        told = [one.said(language) if isinstance(one, Words) else short(one) for one in details]
        return (self.ko if language == "ko" else self.en).format(*told)

    def with_details(self, *details: object) -> "Words":
        """Give the same words with details put in, which may themselves be `Words`."""
        return Words(*(_braced(self.said(language, *details)) for language in ("ko", "en")))


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def short(detail: object) -> str:
    """Give a detail as a sentence can hold it: one line, nothing that steers a terminal."""
    text = "".join(char if char.isprintable() else "?" for char in str(detail)[:121])
    return text if len(text) <= 120 else f"{text[:120]}…"


class AnyFlaw(Enum):
    """One thing that can be wrong: its check, then what is said. Each room has a table of its own."""

    def __init__(self, check: Check, ko: str, en: str) -> None:
        self.check = check
        self.words = Words(ko, en)
