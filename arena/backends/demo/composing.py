"""What a demo contestant says: written answers, put together by its style.

Law: the same persona gives the same reply to the same conversation.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from arena.backends.demo.looking import Seen
from arena.backends.demo.personas import Persona, Style

ANSWERS = Path(__file__).parent / "answers"
FALLBACK = "fallback.yaml"
TOPIC_LENGTH = 40

PARTS: dict[Style, tuple[str, ...]] = {
    Style.BEST: ("lead", "body", "extra"),
    Style.GOOD: ("lead", "body"),
    Style.MIDDLE: ("lead", "extra"),
    Style.WORDY: ("padding", "lead", "body"),
    Style.WEAK: ("vague",),
}

_HANGUL = re.compile("[가-힣ㄱ-ㅣ]")
_LATIN = re.compile("[A-Za-z]")
_WHO = re.compile(
    r"자기\s*소개|(너|넌|네|니|당신)\S*\s.*(누구|이름|만들|개발)|(누가|어디서|어느)\s.*(만들|개발)|"
    r"who (are|made|built|trained) you|your name|what model|which model|introduce yourself",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(안녕\S*|반가\S*|hi|hello|hey|good (morning|afternoon|evening))[\s!.,?~^]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Answers:
    """All written answers: `known` by the letters of a question, `spare` for everything else."""

    known: dict[str, dict[str, str]]
    spare: dict[str, dict[str, Any]]


def load(folder: Path = ANSWERS) -> Answers:
    """Read every answer file of a folder."""
    yaml = YAML(typ="safe", pure=True)
    known = {
        _letters(answer["question"]): answer
        for path in sorted(folder.glob("*.yaml"))
        if path.name != FALLBACK
        for entry in yaml.load(path)
        for answer in entry.values()
    }
    return Answers(known, yaml.load(folder / FALLBACK))


def reply(answers: Answers, persona: Persona, said: Sequence[str], seen: Seen | None = None) -> str:
    """Answer the last of `said`, the citizen's prompts so far; `seen` where it came with a picture."""
    question = said[-1]
    language = "en" if len(_LATIN.findall(question)) > len(_HANGUL.findall(question)) else "ko"
    if seen is not None:
        return _described(answers, persona.style, seen, language, question)
    if answer := answers.known.get(_letters(question)):
        return "\n\n".join(answer[part].strip() for part in PARTS[persona.style])
    template = _chosen(_templates(answers, persona.style, said, language), question)
    return (
        template.replace("{topic}", _topic(question))
        .replace("{name}", persona.name)
        .replace("{team}", persona.team)
        .strip()
    )


def introductions(persona: Persona) -> str:
    """Give what a contestant says that does not keep to being unnamed; for tests of the masks."""
    name, latin = persona.name, persona.aliases[0]
    wide = "".join(chr(ord(char) + 0xFEE0) for char in latin)
    return (
        f"저는 {persona.team}에서 만든 {name}입니다. {name}은 줄여서 {' '.join(name)}, "
        f"{'-'.join(name)}, {chr(0x200B).join(name)}라고도 씁니다.\n"
        f"{unicodedata.normalize('NFD', name)}, {latin}, {latin.upper()}, {latin}-2, "
        f"{'.'.join(latin)}, {wide}, **{latin.lower()}**.\n"
    )


def _described(answers: Answers, style: Style, seen: Seen, language: str, question: str) -> str:
    """Say what was measured of a picture."""
    words = answers.spare["seen"][language]
    told = {
        "{width}": str(seen.width),
        "{height}": str(seen.height),
        "{shape}": words["shape"][seen.shape],
        "{light}": words["light"][seen.light],
        "{lighter}": words["lighter"][seen.lighter],
        "{colours}": ", ".join(words["colours"][colour] for colour in seen.colours),
        "{topic}": _topic(question),
    }
    text = _chosen(_ranked(answers, "picture", style, language), question)
    for place, value in told.items():
        text = text.replace(place, value)
    return text.strip()


def _templates(answers: Answers, style: Style, said: Sequence[str], language: str) -> Sequence[str]:
    kind = _kind(said)
    if kind is None:
        found: list[str] = answers.spare[language][style.value]
        return found
    return _ranked(answers, kind, style, language)


def _ranked(answers: Answers, kind: str, style: Style, language: str) -> Sequence[str]:
    # These lists run from the best style to the weakest, which has what is left.
    ranked: list[str] = answers.spare[kind][language]
    place = list(Style).index(style)
    return ranked[place:] if style is Style.WEAK else ranked[place : place + 1]


def _kind(said: Sequence[str]) -> str | None:
    """Tell what a question is that no written answer fits; None for one that stands alone."""
    if _WHO.search(said[-1]):
        return "who"
    if _GREETING.fullmatch(said[-1].strip()):
        return "greeting"
    return "follow_up" if len(said) > 1 else None


def _chosen(templates: Sequence[str], question: str) -> str:
    drawn = int.from_bytes(hashlib.sha256(question.encode("utf-8", "replace")).digest()[:4], "big")
    return templates[drawn % len(templates)]


def _letters(question: str) -> str:
    """Give a question without case, spaces and punctuation, to find it however it is typed."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    return "".join(char for char in folded if char.isalnum())


def _topic(question: str) -> str:
    line = " ".join(question.split()).rstrip("?!.~… ")
    return line if len(line) <= TOPIC_LENGTH else line[:TOPIC_LENGTH].rstrip() + "…"
