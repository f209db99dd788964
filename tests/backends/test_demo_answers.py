"""The written answers of the demo and the suggested questions that they belong to."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from ruamel.yaml import YAML

import arena
from arena.backends.demo.personas import PERSONAS
from arena.web.render import render

PACKAGE = Path(arena.__file__).parent
FOLDER = PACKAGE / "backends" / "demo" / "answers"
CATEGORIES = (
    "general",
    "knowledge",
    "writing",
    "law",
    "medicine",
    "public",
    "coding",
    "math",
    "translation",
    "ideas",
)
LANGUAGES = ("ko", "en")
SIZES: dict[str, dict[str, tuple[int, int]]] = {
    "ko": {
        "question": (5, 60),
        "lead": (25, 140),
        "body": (250, 600),
        "extra": (120, 350),
        "vague": (40, 160),
        "padding": (150, 350),
    },
    "en": {
        "question": (5, 60),
        "lead": (50, 260),
        "body": (350, 1500),
        "extra": (200, 800),
        "vague": (80, 320),
        "padding": (250, 800),
    },
}
"""Fewest and most characters of each piece."""

REPLY_ORDER = ("padding", "lead", "body", "extra")
STYLES = {"best", "good", "middle", "wordy", "weak"}
KINDS = ("follow_up", "greeting", "who", "picture")
FENCED_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMES = tuple(
    name.casefold() for persona in PERSONAS for name in (persona.name, persona.team, *persona.aliases)
)


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


SUGGESTIONS: list[dict[str, str]] = read(PACKAGE / "web" / "text" / "suggestions.yaml")
ANSWERS: dict[str, list[dict[str, dict[str, str]]]] = {
    category: read(FOLDER / f"{category}.yaml") for category in CATEGORIES
}
FALLBACK: dict[str, Any] = read(FOLDER / "fallback.yaml")


def answers(language: str) -> Iterator[dict[str, str]]:
    for entries in ANSWERS.values():
        for entry in entries:
            yield entry[language]


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for child in node.values() if isinstance(node, dict) else node:
            yield from strings(child)


ALL_TEXTS = [*strings(SUGGESTIONS), *strings(ANSWERS), *strings(FALLBACK)]


def letters(question: str) -> str:
    return "".join(char for char in question.casefold() if char.isalnum())


def test_three_suggestions_for_each_category():
    """Every category offers three questions, in the order of the round's categories."""
    expected = [category for category in CATEGORIES for _ in range(3)]

    assert [suggestion["category"] for suggestion in SUGGESTIONS] == expected


def test_every_answer_file_is_a_category():
    """A category has one file of answers, and no file lies there unread."""
    assert {path.stem for path in FOLDER.iterdir()} == {*CATEGORIES, "fallback"}


def test_every_suggestion_has_its_answer():
    """Each suggested question is answered under its category, in both languages, letter for letter."""
    suggested = [tuple(suggestion[key] for key in ("category", *LANGUAGES)) for suggestion in SUGGESTIONS]
    answered = [
        (category, entry["ko"]["question"], entry["en"]["question"])
        for category, entries in ANSWERS.items()
        for entry in entries
    ]

    assert answered == suggested


def test_no_question_twice():
    """No two suggested questions are the same, even without case, spaces and punctuation."""
    asked = Counter(letters(suggestion[language]) for suggestion in SUGGESTIONS for language in LANGUAGES)

    assert not [question for question, times in asked.items() if times > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_all_pieces_in_size(language):
    """Every answer has exactly the named pieces, and each is neither too short nor too long."""
    sizes = SIZES[language]
    outside = [
        (answer["question"], piece, len(answer[piece]))
        for answer in answers(language)
        for piece, (fewest, most) in sizes.items()
        if not fewest <= len(answer[piece]) <= most
    ]

    assert {frozenset(answer) for answer in answers(language)} == {frozenset(sizes)}
    assert outside == []


def test_no_piece_twice():
    """No two answers share a piece, so replies to different questions differ."""
    written = Counter(strings(ANSWERS))

    assert not [text for text, times in written.items() if times > 1]


def test_texts_can_be_joined():
    """No text is empty or carries blank space at its ends, so texts join with one blank line."""
    assert not [text for text in ALL_TEXTS if not text or text != text.strip()]


def test_no_contestant_is_named():
    """No written text names a demo contestant or its team; only the placeholders do, on purpose."""
    assert not [text for text in ALL_TEXTS if any(name in text.casefold() for name in NAMES)]


def test_no_addresses():
    """No written text holds a web or mail address."""
    assert not [text for text in ALL_TEXTS if re.search(r"://|www\.|\w@\w", text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_leaves_no_marks(language):
    """A whole reply renders with its bold, tables, code and formulas, and no stray mark is seen."""
    shown = [
        re.sub(
            r"<(pre|code|math)\b.*?</\1>",
            "",
            render("\n\n".join(answer[part] for part in REPLY_ORDER)),
            flags=re.DOTALL,
        )
        for answer in answers(language)
    ]

    assert not [html for html in shown if re.search(r"\*\*|\$|\||`", html)]


@pytest.mark.parametrize("kind", ["<table", "<pre", "<math", "<ol", "<ul", "<blockquote", "<strong"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_show_what_markdown_can_do(language, kind):
    """At least three answers in each language use each sort of Markdown."""
    bodies = [render(answer["lead"] + "\n\n" + answer["body"]) for answer in answers(language)]

    assert sum(kind in body for body in bodies) >= 3


def programs() -> list[str]:
    return [code for text in strings(ANSWERS) for code in FENCED_PYTHON.findall(text)]


@pytest.mark.parametrize("program", programs())
def test_python_prints_what_its_comments_say(program, capsys):
    """Every Python example runs, and prints what the comment beside each `print` promises."""
    promised = re.findall(r"^print\(.*\)\s+# (.+)$", program, re.MULTILINE)

    exec(compile(program, "<answer>", "exec"), {})

    assert capsys.readouterr().out.splitlines() == promised


@pytest.mark.parametrize("language", LANGUAGES)
def test_fallback_has_four_of_each_style(language):
    """A question without a written answer meets at least four variants in every style."""
    templates = FALLBACK[language]

    assert set(templates) == STYLES
    assert min(len(set(variants)) for variants in templates.values()) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_fallback_says_that_it_is_a_demonstration(language):
    """Every longer fallback says that a demonstration model has no real answer to this question."""
    word = {"ko": "시연", "en": "demonstration"}[language]
    longer = [text for style in STYLES - {"weak", "middle"} for text in FALLBACK[language][style]]

    assert all(word in text.casefold() for text in longer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fallback_points_to_a_suggestion(language):
    """The better fallbacks name a suggested question to try, exactly as it is suggested."""
    questions = [suggestion[language] for suggestion in SUGGESTIONS]
    better = FALLBACK[language]["best"] + FALLBACK[language]["good"]

    assert all(any(question in text for question in questions) for text in better)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_other_replies_differ_in_length(kind, language):
    """Replies to whatever no written answer fits come in five clearly different lengths."""
    lengths = [len(text) for text in FALLBACK[kind][language]]

    assert len(set(lengths)) >= 5
    assert max(lengths) > 5 * min(lengths)


def placeholders(node: Any) -> set[str]:
    return {
        field for text in strings(node) for _, field, _, _ in Formatter().parse(text) if field is not None
    }


def test_placeholders():
    """Each fallback asks for what can be filled in there, and for nothing else."""
    asked = {key: placeholders(FALLBACK[key]) for key in FALLBACK}

    assert asked == {
        "ko": {"topic"},
        "en": {"topic"},
        "follow_up": set(),
        "greeting": set(),
        "who": {"name", "team"},
        "picture": {"topic", "width", "height", "shape", "light", "lighter", "colours"},
        "seen": set(),
    }


def test_who_always_gives_the_name():
    """Every reply to "who are you" says the contestant's name, which the arena's masks must hide."""
    assert all("{name}" in text for text in strings(FALLBACK["who"]))
